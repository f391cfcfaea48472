"""Troubles that only DingTalk makes; those it shares with WeCom are `sandbox.faults`."""

from dataclasses import dataclass
from typing import Literal

# html: an error page instead of JSON. late_504: a time-out after the message went out. quota: an incoming
# message without its text (20001). unknown_topic: a frame of a topic nobody asked for, before the real one.
# broken_content: a tap whose inner JSON is cut off.
# flow_control: nobody gets the message, and the answer says so in HTTP 200. undelivered: the same for a card.
Kind = Literal[
    "html", "late_504", "quota", "unknown_topic", "broken_content", "flow_control", "undelivered"
]  # fmt: skip


@dataclass(slots=True)
class _Trouble:
    kind: Kind
    path: str
    times: int | None


class Troubles:
    """The troubles that are switched on."""

    def __init__(self) -> None:
        self._on: list[_Trouble] = []

    def add(self, kind: Kind, path: str = "", times: int | None = 1) -> None:
        """Switch one on for calls that begin with `path`; `times` None lasts until the reset."""
        self._on.append(_Trouble(kind, path, times))

    def take(self, kind: Kind, path: str = "") -> bool:
        """Whether this call meets a trouble of that kind; it counts as met."""
        for trouble in self._on:
            if trouble.kind == kind and path.startswith(trouble.path):
                if trouble.times is not None:
                    trouble.times -= 1
                    if trouble.times <= 0:
                        self._on.remove(trouble)
                return True
        return False

    def reset(self) -> None:
        """All is well again."""
        self._on.clear()
