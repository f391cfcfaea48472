"""What the writer needs to know of the work it carries out: the pipeline fulfils it, the writer calls it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection


class Work(Protocol):
    """One event to be carried out once, however often it comes."""

    @property
    def key(self) -> str:
        """Names the event for ever."""


class Undone(Exception):
    """Nothing of this work is to remain: its savepoint is undone, and `instead` answers in another."""

    def __init__(self, instead: Callable[[Connection], Any]) -> None:
        super().__init__("undone")
        self.instead = instead


W_contra = TypeVar("W_contra", bound=Work, contravariant=True)
R_co = TypeVar("R_co", covariant=True)


class Stage(Protocol[W_contra, R_co]):
    """Called from the writer's thread only, always inside a transaction on the connection that is given.

    A database fault (`storage.faults.is_trouble`) must leave every method as it came: the writer decides what
    to do about it. A stage never begins, commits or rolls back more than savepoints of its own.
    """

    def begin(self, conn: Connection, works: Sequence[W_contra]) -> Mapping[str, R_co]:
        """Record that these came (INSERT … ON CONFLICT DO NOTHING); answers for those seen before, by key."""

    def perform(self, conn: Connection, work: W_contra) -> R_co:
        """Carry one event out. Called inside a savepoint; an exception undoes it, `Undone` with an answer."""

    def forget(self, conn: Connection, work: W_contra) -> None:
        """Take back what `begin` recorded for a work that this transaction will not carry out."""

    def end(self, conn: Connection) -> None:
        """Write what gathered (audit, outbox) in one go, right before COMMIT."""

    def discard(self) -> None:
        """Drop what gathered: the transaction is gone. May be called more than once."""

    def find(self, conn: Connection, key: str) -> R_co | None:
        """After an unknown COMMIT: the answer, if the event was committed. `conn` only reads."""

    def attempt(self, conn: Connection, key: str) -> int:
        """Count one more attempt at an event that may have killed a process; returns the count."""

    def park(self, conn: Connection, work: W_contra, why: str) -> R_co:
        """Set a poison event aside where an operator sees it, and answer it."""
