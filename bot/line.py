"""The line of works waiting for the writer: bounded, and nobody waits in it longer than a deadline."""

import math
import threading
from collections import deque
from collections.abc import Container, Iterable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from time import monotonic
from typing import Generic, TypeVar

from bot.stage import Work

W = TypeVar("W", bound=Work)
R = TypeVar("R")


class Busy(Exception):
    """Not done, or not known to be: the line is full, or the store was not to be had. Ask again later."""


class Job(Generic[W, R]):
    """A work, the promise of its answer, and the instant (monotonic seconds) by which it must have begun."""

    __slots__ = ("_running", "came", "due", "echoes", "future", "losses", "work")

    def __init__(self, work: W, patience: float) -> None:
        self.work = work
        self.future: Future[R] = Future()
        self.came = monotonic()
        self.due = self.came + patience
        self.echoes: list[Job[W, R]] = []
        self.losses = 0
        self._running = False

    def start(self) -> bool:
        """Promise that an answer will come; False if nobody waits for it any more."""
        self._running = self._running or self.future.set_running_or_notify_cancel()
        return self._running

    def answer(self, result: R) -> None:
        """Answer this work and its echoes, unless closing has done so already."""
        for job in (self, *self.echoes):
            with suppress(InvalidStateError):
                job.future.set_result(result)

    def fail(self, error: BaseException) -> None:
        """Fail this work and its echoes, unless closing has done so already."""
        for job in (self, *self.echoes):
            with suppress(InvalidStateError):
                job.future.set_exception(error)


class Line(Generic[W, R]):
    """First come, first served; who passes the deadline here fails with `Busy`, also while the writer hangs.

    `limit` works at most. Newcomers are refused at once when nobody has been taken for `stale` seconds, or
    when at the present pace they would wait twice as long.
    """

    def __init__(self, limit: int, stale: float) -> None:
        self._jobs: deque[Job[W, R]] = deque()
        self._limit = limit
        self._stale = stale
        self._moved = -math.inf
        self._last = 0
        self._pace = 0.0  # seconds a work
        self._closed = False
        self._abandoned = False
        self._alarm = math.inf
        lock = threading.Lock()
        self._filled = threading.Condition(lock)
        self._sooner = threading.Condition(lock)

    def __len__(self) -> int:
        return len(self._jobs)

    def oldest(self) -> float:
        """Seconds that the first in line has waited; 0 when nobody waits."""
        with self._filled:
            return monotonic() - self._jobs[0].came if self._jobs else 0.0

    def put(self, job: Job[W, R]) -> None:
        """Join the line. Raises `Busy`."""
        with self._filled:
            if self._closed:
                raise Busy("closing")
            if len(self._jobs) >= self._limit:
                raise Busy("the line is full")
            self._check_pace()
            self._jobs.append(job)
            self._filled.notify()
            if job.due < self._alarm:
                self._sooner.notify()

    def _check_pace(self) -> None:
        if self._jobs and monotonic() - max(self._jobs[0].came, self._moved) > self._stale:
            raise Busy("the line does not move")
        if len(self._jobs) * self._pace > 2 * self._stale:
            raise Busy("the line is too slow")

    def _step(self, count: int, came: float) -> None:
        """So many have been taken, the first of whom `came` then: learn the pace of those before them."""
        now = monotonic()
        took = (now - self._moved) / max(1, self._last) if came < self._moved else 0.0
        # One hitch says little of those to come, and a halt is the other rule's affair.
        self._pace += 0.25 * (min(took, 2 * max(self._pace, 0.005)) - self._pace)
        self._moved, self._last = now, count

    def put_back(self, jobs: Sequence[Job[W, R]]) -> None:
        """Return to the head of the line, in the order given."""
        with self._filled:
            gone = self._abandoned
            if not gone:
                self._jobs.extendleft(reversed(jobs))
                self._last = max(0, self._last - len(jobs))
                self._sooner.notify()
        if gone:
            _refuse(jobs, "closing")

    def head(self) -> Job[W, R] | None:
        """Wait for the first in line, and leave it there; None when closed and empty."""
        with self._filled:
            while not self._jobs and not self._closed:
                self._filled.wait()
            return self._jobs[0] if self._jobs else None

    def take(self, most: int, apart: Container[str]) -> list[Job[W, R]]:
        """Up to `most` works of different keys, none `apart`; a second copy is an echo of its first."""
        taken: dict[str, Job[W, R]] = {}
        with self._filled:
            waiting, first = len(self._jobs), self._jobs[0].came if self._jobs else 0.0
            while self._jobs and len(taken) < most and self._jobs[0].work.key not in apart:
                self._join(taken, self._jobs.popleft())
            if gone := waiting - len(self._jobs):
                self._step(gone, first)
        return list(taken.values())

    def take_first(self) -> Job[W, R] | None:
        """The first in line, whatever its key."""
        taken: dict[str, Job[W, R]] = {}
        with self._filled:
            if self._jobs:
                self._step(1, self._jobs[0].came)
                self._join(taken, self._jobs.popleft())
        return next(iter(taken.values()), None)

    def _join(self, taken: dict[str, Job[W, R]], job: Job[W, R]) -> None:
        if job.start():
            first = taken.setdefault(job.work.key, job)
            if first is not job:
                first.echoes.append(job)

    def close(self) -> None:
        """Let nobody in any more."""
        with self._filled:
            self._closed = True
            self._filled.notify_all()

    def abandon(self) -> None:
        """Refuse everybody who still waits, and end `watch`."""
        self.close()
        with self._filled:
            self._abandoned = True
            jobs, self._jobs = list(self._jobs), deque()
            self._sooner.notify_all()
        _refuse(jobs, "closing")

    def watch(self) -> None:
        """Refuse whoever passes the deadline, until abandoned. Runs in a thread of its own."""
        while not self._abandoned:
            _refuse(self._late(), "waited too long")

    def _late(self) -> list[Job[W, R]]:
        """Sleep until somebody may be late; those who are leave the line."""
        with self._sooner:
            self._alarm = min((job.due for job in self._jobs), default=math.inf)
            if not self._abandoned and (rest := self._alarm - monotonic()) > 0:
                self._sooner.wait(None if rest == math.inf else rest)
            now = monotonic()
            late = [job for job in self._jobs if job.due <= now]
            if late:
                self._jobs = deque(job for job in self._jobs if job.due > now)
            return late


def _refuse(jobs: Iterable[Job[W, R]], why: str) -> None:
    """Outside the lock, because a future calls whoever waits for it."""
    for job in jobs:
        if job.start():
            job.fail(Busy(why))
