"""The writer's own connection, and what one transaction on it means."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction

from bot.batch import Deed, Outcome, carry_out
from bot.in_hand import InHand
from bot.line import Job
from bot.stage import Stage, Work
from storage.faults import Vanished, is_conflict
from storage.turnstile import turnstile

W = TypeVar("W", bound=Work)
R = TypeVar("R")

# Milliseconds a statement waits for a lock: on PostgreSQL a row; on SQLite a program without the turnstile.
_ROW_MS = 20
_FILE_MS = 250


class UnknownCommit(Exception):
    """The connection failed at COMMIT: only the store knows whether it happened."""


class Transactions(Generic[W, R]):
    """Used by one thread. The connection is kept from one transaction to the next while it is sound."""

    def __init__(self, engine: Engine, stage: Stage[W, R], in_hand: InHand) -> None:
        self.lock_ms = _ROW_MS if engine.dialect.name == "postgresql" else _FILE_MS
        self._engine = engine
        self._stage = stage
        self._in_hand = in_hand
        self._conn: Connection | None = None

    @contextmanager
    def open(self, lock_ms: int) -> Iterator[Connection]:
        """Committed on leaving, undone when anything raises before; `UnknownCommit` when COMMIT does."""
        with turnstile(self._engine):
            conn = self._conn = self._conn or self._engine.connect()
            transaction = conn.execution_options(lock_ms=lock_ms).begin()
            try:
                yield conn
            except BaseException as error:
                self._roll_back(transaction, error)
                raise
            self._commit(transaction)

    def carry(
        self, take: Callable[[], Sequence[Job[W, R]]], deed: Deed[W, R], lock_ms: int, span: float
    ) -> Outcome[W, R]:
        """One transaction for the jobs that `take` gives as soon as the store is ours; `span` in seconds.

        Their keys are in the in-hand file until it is committed.
        """
        with self.open(lock_ms) as conn:
            jobs = take()
            self._in_hand.hold(job.work.key for job in jobs)
            outcome = carry_out(conn, self._stage, jobs, deed, monotonic() + span)
        self._in_hand.clear()
        return outcome

    def find(self, jobs: Sequence[Job[W, R]]) -> list[tuple[Job[W, R], R | None]]:
        """What the store knows of these, read on a connection of its own."""
        with self._engine.connect().execution_options(ro=True) as conn, conn.begin():
            return [(job, self._stage.find(conn, job.work.key)) for job in jobs]

    def drop(self) -> None:
        """Part with the connection, whatever state it is in."""
        conn, self._conn = self._conn, None
        if conn is not None:
            with suppress(Exception):
                conn.invalidate()
            with suppress(Exception):
                conn.close()

    def _commit(self, transaction: RootTransaction) -> None:
        try:
            transaction.commit()
        except Vanished as gone:
            self._roll_back(transaction, gone)
            raise
        except BaseException as error:
            self._stage.discard()
            self.drop()
            raise UnknownCommit from error

    def _roll_back(self, transaction: RootTransaction, error: BaseException) -> None:
        self._stage.discard()
        with suppress(Exception):
            transaction.rollback()
        # After anything but a lock the connection is suspected too: a new one costs little and is rare.
        if not is_conflict(error) or transaction.connection.invalidated:
            self.drop()
