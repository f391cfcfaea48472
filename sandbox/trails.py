"""What hands did, one trail for each gesture: the callback it became, every try of it, and what followed."""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.journal import Journal
from sandbox.talks import Chat

KEPT = 500
Kind = Literal["message", "tap", "enter", "clock"]


@dataclass(frozen=True, slots=True)
class Try:
    """One POST to the bot. `at` is real time, `size` the body in bytes, `encrypted` only its beginning."""

    at: str
    ms: float
    path: str
    size: int
    signature: str
    timestamp: str
    nonce: str
    encrypted: str
    status: int | None
    word: str


@dataclass(slots=True)
class Trail:
    """One gesture. `name` is the MsgId of a message or the task_id of a tapped card; `at` business time."""

    number: int
    kind: Kind
    at: datetime
    began: str
    chat: Chat | None = None
    name: str = ""
    words: str = ""
    plaintext: str = ""
    tries: list[Try] = field(default_factory=list)
    reply: str = ""

    def view(self) -> dict[str, Any]:
        """The trail as JSON."""
        return {
            **self.short(),
            "at": self.at.isoformat(),
            "began": self.began,
            "plaintext": self.plaintext,
            "tries": [asdict(one) for one in self.tries],
            "reply": self.reply,
        }

    def short(self) -> dict[str, Any]:
        """What a page must know to follow the newest one."""
        whose: Mapping[str, Any] = self.chat.view() if self.chat else {}
        told = {"trail": self.number, "kind": self.kind, "name": self.name, "words": self.words}
        return {**told, **whose, "arrived": any(one.status == 200 for one in self.tries)}


class Trails:
    """The trails of this run, newest last. `cause`: what a message sent now most likely follows from."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept: deque[Trail] = deque(maxlen=KEPT)
        self._number = 0
        self.cause = 0
        self.gestures = 0
        self.posts = 0

    def begin(
        self, kind: Kind, at: datetime, chat: Chat | None = None, *, name: str = "", words: str = ""
    ) -> Trail:
        """One more. Opening a conversation is the cause of nothing but a passive reply."""
        self._number += 1
        trail = Trail(self._number, kind, at, real_now(), chat, name, words)
        self._kept.append(trail)
        if kind != "enter":
            self.cause = trail.number
        if kind != "clock":
            self.gestures += 1
        return trail

    def tried(self, trail: Trail | None, one: Try) -> None:
        """Write down one POST."""
        self.posts += 1
        if trail is not None:
            trail.tries.append(one)
            self.tell(trail)

    def tell(self, trail: Trail) -> None:
        """Tell the open pages that there is more to see of it."""
        self._journal.tell("trail", trail.short())

    def of(self, number: int) -> Trail | None:
        """The trail of that number, while it is kept."""
        return next((trail for trail in self._kept if trail.number == number), None)

    def named(self, name: str) -> Trail | None:
        """The newest with that MsgId or task_id."""
        return next((trail for trail in reversed(self._kept) if name and trail.name == name), None)


def real_now() -> str:
    """This moment in real time, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
