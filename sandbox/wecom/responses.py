"""Response codes (doc/94888): the right to update one card, once, within 72 hours of real time."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.wecom.codes import Refused
from sandbox.wecom.tokens import Caller

LIFE = 72 * 3600


@dataclass(slots=True)
class _Right:
    corp_id: str
    agent_id: int
    msgid: str
    until: float
    used: bool = False


class Responses:
    """Issues response codes and takes them back."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rights: dict[str, _Right] = {}

    def issue(self, corp_id: str, agent_id: int, msgid: str) -> str:
        """A new code for one message, from sending or from a tap."""
        code = "rc_" + secrets.token_urlsafe(24)
        self._rights[code] = _Right(corp_id, agent_id, msgid, self._now() + LIFE)
        return code

    def message_of(self, caller: Caller, code: str) -> str:
        """The msgid a code may update. Raises `Refused` 60140: unknown, of another app, used or expired."""
        right = self._rights.get(code)
        theirs = (caller.corp.corp_id, caller.app.agent_id)
        if right is None or (right.corp_id, right.agent_id) != theirs:
            raise Refused(60140)
        if right.used or right.until <= self._now():
            raise Refused(60140)
        return right.msgid

    def use(self, code: str) -> None:
        """Mark a code as used up."""
        self._rights[code].used = True

    def expire(self) -> None:
        """Let every code be over by now."""
        for right in self._rights.values():
            right.until = min(right.until, self._now())
