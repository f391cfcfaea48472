"""Access tokens (doc/91039): one for each app, the same one while it is valid."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.wecom.codes import Refused
from sandbox.wecom.corp import App, Corp

LIFE = 7200


@dataclass(frozen=True, slots=True)
class Caller:
    """The app that a token stands for."""

    corp: Corp
    app: App


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
        """The valid token of an app and its remaining seconds; a new one only when there is none."""
        for token, issued in self._issued.items():
            same = (issued.caller.corp.corp_id, issued.caller.app.agent_id)
            valid = not issued.revoked and issued.until > self._now()
            if valid and same == (caller.corp.corp_id, caller.app.agent_id):
                return token, int(issued.until - self._now())
        token = secrets.token_urlsafe(160)
        self._issued[token] = _Issued(caller, self._now() + LIFE)
        return token, LIFE

    def caller_of(self, token: str) -> Caller:
        """The app behind a token. Raises `Refused` 41001, 40014 or 42001."""
        if not token:
            raise Refused(41001)
        issued = self._issued.get(token)
        if issued is None or issued.revoked:
            raise Refused(40014)
        if issued.until <= self._now():
            raise Refused(42001)
        return issued.caller

    def expire(self) -> None:
        """Let every token be over by now: the next use answers 42001."""
        for issued in self._issued.values():
            issued.until = min(issued.until, self._now())

    def revoke(self) -> None:
        """Withdraw every token ahead of time: the next use answers 40014."""
        for issued in self._issued.values():
            issued.revoked = True
