"""One callback and what may still be answered to it."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.aibot.bots import Place

Kind = Literal["message", "card", "enter", "feedback"]


@dataclass(slots=True)
class Stream:
    """An answer that grows: `began` is real time, `msgid` names its bubbles."""

    id: str
    msgid: str
    began: float
    finished: bool = False


@dataclass(slots=True)
class Turn:
    """What a member did. `tapped` is the msgid of the card, `began` real time; `answered` what goes once."""

    kind: Kind
    place: Place
    msgid: str
    began: float
    task_id: str = ""
    tapped: str = ""
    waiting: bool = True
    answered: bool = False
    carded: bool = False
    streams: dict[str, Stream] = field(default_factory=dict)

    def busy(self, now: float, patience: float) -> bool:
        """Whether the member still waits for this answer to come to its end."""
        growing = any(not s.finished and now < s.began + patience for s in self.streams.values())
        return self.waiting or growing
