"""Session webhooks (receive-message): an address without a token, good for ninety minutes after a message."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.dingtalk.codes import OldRefused
from sandbox.dingtalk.tokens import Caller

LIFE = 90 * 60


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer to a message goes: back to the one who wrote, or into the group."""

    caller: Caller
    userid: str
    group: str = ""


class Sessions:
    """Gives out session keys and knows where each of them leads, in real time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._open: dict[str, tuple[Target, float]] = {}

    def issue(self, target: Target) -> tuple[str, int]:
        """A new key and the end of its life in ms."""
        key, until = secrets.token_hex(16), self._now() + LIFE
        self._open[key] = (target, until)
        return key, int(until * 1000)

    def target_of(self, key: str) -> Target:
        """Where a living key leads. Raises `OldRefused` 300001."""
        target, until = self._open.get(key, (None, 0.0))
        if target is None or until <= self._now():
            raise OldRefused(300001)
        return target

    def expire(self) -> None:
        """Let every key be over by now."""
        self._open.clear()
