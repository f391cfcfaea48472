"""The temporary addresses of active replies (doc/101138): one call each, within an hour of real time."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.aibot.bots import Place
from sandbox.wecom.codes import Refused

LIFE = 3600
PATH = "/cgi-bin/aibot/response"


@dataclass(slots=True)
class _Voucher:
    place: Place
    until: float
    used: bool = False


class Vouchers:
    """Issues response codes and takes them back."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._issued: dict[str, _Voucher] = {}

    def issue(self, place: Place) -> str:
        """A new code for one conversation."""
        code = "RC" + secrets.token_urlsafe(24)
        self._issued[code] = _Voucher(place, self._now() + LIFE)
        return code

    def has(self, code: str) -> bool:
        """Whether the code was issued here, used or not."""
        return code in self._issued

    def place_of(self, code: str) -> Place:
        """The conversation it is good for. Raises `Refused` 60140: unknown, used or expired."""
        voucher = self._issued.get(code)
        if voucher is None or voucher.used or voucher.until <= self._now():
            raise Refused(60140)
        return voucher.place

    def use(self, code: str) -> None:
        """Mark it as used up."""
        self._issued[code].used = True
