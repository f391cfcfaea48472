"""Access tokens (obtain-the-access-token-of-an-internal-app): one for each app, good on both hosts."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.dingtalk.org import App, Org

LIFE = 7200


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """The app that a token, a connection or a conversation stands for."""

    org: Org
    app: App


class BadToken(Exception):
    """A token that is unknown, withdrawn, or `expired`."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "unknown")
        self.expired = expired


@dataclass(slots=True)
class _Issued:
    caller: Caller
    until: float
    revoked: bool = False


class Tokens:
    """Issues tokens and knows whose they are, in real time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._issued: dict[str, _Issued] = {}

    def issue(self, caller: Caller) -> tuple[str, int]:
        """The valid token of an app, renewed for its whole life; a new one only when there is none."""
        for token, issued in self._issued.items():
            valid = not issued.revoked and issued.until > self._now()
            if valid and issued.caller.app.client_id == caller.app.client_id:
                issued.until = self._now() + LIFE
                return token, LIFE
        token = secrets.token_hex(16)
        self._issued[token] = _Issued(caller, self._now() + LIFE)
        return token, LIFE

    def caller_of(self, token: str) -> Caller:
        """The app behind a token. Raises `BadToken`."""
        issued = self._issued.get(token)
        if issued is None or issued.revoked:
            raise BadToken(expired=False)
        if issued.until <= self._now():
            raise BadToken(expired=True)
        return issued.caller

    def expire(self) -> None:
        """Let every token be over by now."""
        for issued in self._issued.values():
            issued.until = min(issued.until, self._now())

    def revoke(self) -> None:
        """Withdraw every token ahead of time."""
        for issued in self._issued.values():
            issued.revoked = True
