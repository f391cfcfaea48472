"""What the writer is asked to do: an event of a person, a tick of the clock, a note of the delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.event import Event
from handlers.grammar.parse import Parse
from handlers.turns import Turn
from storage.talk import Talk


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was done beside the writer, and what it rests on: how the words are understood, and, of something
    that only asks, the answer with the conversation after it.
    """

    parse: Parse | None
    turn: Turn | None
    talk: Talk
    org_version: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An event to carry out. `at`: business time; `received_at`: real time. Both stay in a retry."""

    event: Event
    at: datetime
    received_at: datetime
    prepared: Prepared | None = None

    @property
    def key(self) -> str:
        """The event's own key."""
        return self.event.key


@dataclass(frozen=True, slots=True)
class Chore:
    """A short transaction of the machinery: ticks, leases, marks. Safe to repeat by what it does."""

    key: str
    do: Callable[[Connection, datetime], Any]


Work = Happened | Chore


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a work. `repeated`: it had been carried out before; `value`: what a chore returned."""

    key: str
    repeated: bool = False
    value: Any = None
    turn: Turn | None = None
    card: str = ""
    parked: bool = False
