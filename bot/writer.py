"""The writer: one thread, one connection, many events to a COMMIT, each of them exactly once.

A work is answered only after its COMMIT. What fails is undone and either tried again or failed with the
reason; nothing is ever half done, and no promise stays unanswered.
"""

import random
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Generic, Self, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from bot.batch import Deed, Outcome
from bot.in_hand import InHand
from bot.line import Busy, Job, Line
from bot.stage import Stage, Work
from bot.transactions import Transactions, UnknownCommit
from storage.faults import is_conflict, is_locked, is_lost

W = TypeVar("W", bound=Work)
R = TypeVar("R")

log = structlog.get_logger()

MOST = 64
SPAN = 0.020
# The longest single wait for a lock; PostgreSQL looks for deadlocks after a second.
_LOCK_MS = 640
# Tries in transactions of several works before a failing connection makes us go one by one.
_LOSSES = 3
# Unclean ends: one in a batch, one alone.
_ENDS = 2


class Writer(Generic[W, R]):
    """Carries works out in batches. `submit` may be called from any thread; start it, and close it."""

    def __init__(
        self,
        engine: Engine,
        stage: Stage[W, R],
        in_hand: InHand,
        *,
        deadline: float = 3.0,
        limit: int = 2000,
        stale: float = 1.0,
        patience: float = 1.0,
    ) -> None:
        """`deadline`: seconds from `submit` until a work must be done or begun. `limit`, `stale`: see `Line`.

        `patience`: seconds that one event may hold up the line while somebody else locks its rows.
        """
        self._stage = stage
        self._in_hand = in_hand
        self._deadline = deadline
        self._patience = patience
        self._line: Line[W, R] = Line(limit, stale)
        self._store = Transactions(engine, stage, in_hand)
        self._hand: Sequence[Job[W, R]] = ()
        self._most = MOST
        self._stop = threading.Event()
        self._closing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._watch = threading.Thread(target=self._line.watch, name="writer-watch", daemon=True)

    def start(self) -> None:
        """Begin to take works from the line."""
        self._watch.start()
        self._thread.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def waiting(self) -> int:
        """How many works wait in line."""
        return len(self._line)

    @property
    def oldest(self) -> float:
        """Seconds that the first in line has waited."""
        return self._line.oldest()

    @property
    def alive(self) -> bool:
        """Whether works are being taken."""
        return self._thread.is_alive()

    def submit(self, work: W, *, deadline: float | None = None) -> Future[R]:
        """Ask for a work: the answer comes after COMMIT, or `Busy`, or what went wrong."""
        job: Job[W, R] = Job(work, self._deadline if deadline is None else deadline)
        try:
            self._line.put(job)
        except Busy as busy:
            job.fail(busy)
        return job.future

    def close(self, timeout: float = 5.0) -> None:
        """Take nobody in, finish what waits within `timeout` seconds, refuse the rest. Again is harmless."""
        with self._closing:
            started = self._thread.ident is not None
            self._line.close()
            if started:
                self._thread.join(timeout)
            self._stop.set()
            self._line.abandon()
            if started:
                # What was told to stop ends at its next step; what hangs in the database does not.
                self._thread.join(min(timeout, 1.0))
                self._watch.join(1.0)
            else:
                self._in_hand.close()
            self._refuse_hand()

    def _refuse_hand(self) -> None:
        """Those whose fate is open hear `Busy`: the platform asks again, and finds what was committed."""
        for job in self._hand:
            job.fail(Busy("closing"))

    # From here on everything runs in the writer's thread.

    def _run(self) -> None:
        try:
            while (head := self._line.head()) is not None:
                if head.work.key in self._in_hand.suspects:
                    self._try_suspect()
                else:
                    self._batch()
                self._hand = ()
        except BaseException as error:
            log.critical("writer_died", kind=_name(error))
            raise
        finally:
            self._line.abandon()
            self._refuse_hand()
            self._store.drop()
            self._in_hand.close()

    def _batch(self) -> None:
        """Carry out what waits, as one transaction."""
        try:
            outcome = self._store.carry(self._take, self._stage.perform, self._store.lock_ms, SPAN)
        except BaseException as error:
            log.warning("batch_failed", kind=_name(error), works=len(self._hand))
            self._recover(self._hand, error)
            self._in_hand.clear()
        else:
            self._settle(outcome)
            self._resize(outcome)

    def _take(self) -> Sequence[Job[W, R]]:
        self._hand = self._line.take(self._most, self._in_hand.suspects)
        return self._hand

    def _resize(self, outcome: Outcome[W, R]) -> None:
        """Take about as many as fit into the span, because giving works back costs a little."""
        if not outcome.left:
            self._most = min(MOST, self._most + self._most // 4 + 1)
        elif not outcome.again:
            self._most = max(1, len(outcome.answers) + len(outcome.failures))

    def _settle(self, outcome: Outcome[W, R]) -> None:
        """It is committed: say so, then try the event that met a lock alone, before all others."""
        for job, answer in outcome.answers:
            job.answer(answer)
        for job, error in outcome.failures:
            log.error("work_failed", key=job.work.key, kind=_name(error))
            job.fail(error)
        self._line.put_back(outcome.left)
        if outcome.again:
            self._alone(outcome.again, self._stage.perform)

    def _recover(self, jobs: Sequence[Job[W, R]], error: BaseException) -> None:
        """A transaction failed as a whole: it is undone, or nobody knows."""
        if not jobs:
            # Not even begun. Those in line wait on, each until its own deadline.
            self._store.drop()
            self._rest(0.05)
            return
        again = isinstance(error, UnknownCommit)
        if again:
            jobs = self._look(jobs)
        for job in jobs:
            job.losses += 1
        if (again or is_lost(error)) and all(job.losses < _LOSSES for job in jobs):
            self._line.put_back(jobs)
            return
        for job in jobs:
            self._alone(job, self._stage.perform)

    def _look(self, jobs: Sequence[Job[W, R]]) -> list[Job[W, R]]:
        """After an unknown COMMIT: answer those that were committed; returns those that were not."""
        while True:
            try:
                found = self._store.find(jobs)
                break
            except Exception as error:
                log.warning("look_failed", kind=_name(error), works=len(jobs))
                if self._stop.is_set() or monotonic() > max(job.due for job in jobs):
                    for job in jobs:
                        job.fail(Busy("the store does not answer"))
                    return []
                self._rest(0.05)
        for job, answer in found:
            if answer is not None:
                job.answer(answer)
        return [job for job, answer in found if answer is None]

    def _alone(self, job: Job[W, R], deed: Deed[W, R]) -> None:
        """Try one event in transactions of its own, with growing patience, until it is done or too late."""
        lock_ms = self._store.lock_ms
        enough = monotonic() + self._patience
        while monotonic() < job.due and not self._stop.is_set():
            try:
                self._settle(self._store.carry(lambda: [job], deed, lock_ms, SPAN))
                return
            except UnknownCommit:
                if not self._look([job]):
                    return
            except BaseException as error:
                if not self._passes(error):
                    log.error("work_failed", key=job.work.key, kind=_name(error))
                    job.fail(error)
                    return
                if is_conflict(error) and monotonic() > enough:
                    break
            # Two writers with the same patience would meet again and again.
            lock_ms = int(min(2 * lock_ms, _LOCK_MS) * random.uniform(0.75, 1.0))
        job.fail(Busy("somebody else holds what this needs, or the store does not answer"))

    def _passes(self, error: BaseException) -> bool:
        """Whether a fault may be over in a moment; waits that moment, unless the lock has made us wait."""
        if is_conflict(error):
            return True
        if is_lost(error) or is_locked(error):
            self._rest(0.02)
            return True
        return False

    def _rest(self, seconds: float) -> None:
        self._stop.wait(random.uniform(0.5, 1.0) * seconds)

    def _try_suspect(self) -> None:
        """An event that was in hand when a process died: alone, and counted before it may do it again."""
        job = self._line.take_first()
        if job is None:
            return
        self._hand = [job]
        count = self._count(job)
        if count:
            self._alone(job, self._stage.perform if count < _ENDS else self._park)
            if not isinstance(job.future.exception(), Busy):
                self._in_hand.acquit(job.work.key)
            self._in_hand.clear()

    def _count(self, job: Job[W, R]) -> int:
        """Commit one more attempt; 0, and the work is failed, if the store was not to be had."""
        while monotonic() < job.due and not self._stop.is_set():
            try:
                with self._store.open(_LOCK_MS) as conn:
                    return self._stage.attempt(conn, job.work.key)
            except UnknownCommit:
                # At worst one attempt is counted twice, and the event is parked one try early.
                continue
            except BaseException as error:
                if not self._passes(error):
                    job.fail(error)
                    return 0
        job.fail(Busy("the store does not answer"))
        return 0

    def _park(self, conn: Connection, work: W) -> R:
        log.error("work_parked", key=work.key)
        return self._stage.park(conn, work, f"in hand at {_ENDS} unclean ends")


def _name(error: BaseException) -> str:
    """The kind of an error, and of what lies beneath it; never its text, which may hold what people wrote."""
    cause = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return type(error).__name__ + (f"/{type(cause).__name__}" if cause else "")
