"""Every delivery the platform accepted: what, to whom, when, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.trails import real_now

Kind = Literal["send", "update", "passive"]


@dataclass(slots=True)
class Delivery:
    """One accepted call. `at` is real time, `shown_at` business time; `dropped` were over the rate limit.

    `trail` is the gesture it most likely follows from; `taken` the moment by this machine's clock.
    """

    msgid: str
    corp_id: str
    agent_id: int
    kind: Kind
    recipients: tuple[str, ...]
    at: float
    shown_at: datetime
    msgtype: str
    body: Mapping[str, Any]
    task_id: str = ""
    dropped: tuple[str, ...] = ()
    recalled: bool = False
    trail: int = 0
    taken: str = field(default_factory=real_now)

    def view(self) -> dict[str, Any]:
        """The delivery as JSON."""
        return {
            "msgid": self.msgid,
            "corp": self.corp_id,
            "agent": self.agent_id,
            "kind": self.kind,
            "recipients": list(self.recipients),
            "dropped": list(self.dropped),
            "at": self.at,
            "shown_at": self.shown_at.isoformat(),
            "msgtype": self.msgtype,
            "body": self.body,
            "task_id": self.task_id,
            "recalled": self.recalled,
        }


class Ledger:
    """Deliveries in the order they were accepted."""

    def __init__(self) -> None:
        self._rows: list[Delivery] = []
        self._by_msgid: dict[str, Delivery] = {}
        self._by_task: dict[tuple[str, int, str], Delivery] = {}

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, delivery: Delivery) -> None:
        """Write one more line."""
        self._rows.append(delivery)
        if delivery.kind == "send":
            self._by_msgid[delivery.msgid] = delivery
            if delivery.task_id:
                self._by_task[delivery.corp_id, delivery.agent_id, delivery.task_id] = delivery

    def find(self, msgid: str) -> Delivery | None:
        """The sent message of that id."""
        return self._by_msgid.get(msgid)

    def task(self, corp_id: str, agent_id: int, task_id: str) -> Delivery | None:
        """The card an app sent under that task_id, if there is one."""
        return self._by_task.get((corp_id, agent_id, task_id))

    def sent(self, corp_id: str | None = None, agent_id: int | None = None) -> list[Delivery]:
        """Messages sent through message/send, of one app or of all."""
        return [
            row
            for row in self._rows
            if row.kind == "send" and corp_id in (None, row.corp_id) and agent_id in (None, row.agent_id)
        ]

    def to(self, userid: str) -> list[Delivery]:
        """Everything one member received, updates and passive replies included."""
        wanted = userid.casefold()
        return [row for row in self._rows if wanted in (name.casefold() for name in row.recipients)]
