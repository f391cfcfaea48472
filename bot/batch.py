"""One transaction for many works: a savepoint for each, so that one failing event costs only itself."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy import Connection

from bot.line import Job
from bot.stage import Stage, Undone, Work
from storage.faults import is_conflict, is_trouble

W = TypeVar("W", bound=Work)
R = TypeVar("R")

Deed = Callable[[Connection, W], R]


@dataclass(slots=True)
class Outcome(Generic[W, R]):
    """What became of the works of a batch, true as soon as it is committed."""

    answers: list[tuple[Job[W, R], R]] = field(default_factory=list)
    failures: list[tuple[Job[W, R], BaseException]] = field(default_factory=list)
    again: Job[W, R] | None = None
    """Met somebody's lock: to be tried alone, before anything else."""
    left: list[Job[W, R]] = field(default_factory=list)
    """Not begun: back to the line, in this order."""


def carry_out(
    conn: Connection, stage: Stage[W, R], jobs: Sequence[Job[W, R]], deed: Deed[W, R], until: float
) -> Outcome[W, R]:
    """Fill the open transaction with `jobs`, up to the instant `until` (monotonic) or the first lock.

    Raises what belongs to the transaction as a whole: database faults, and bugs of `begin`, `forget`, `end`.
    """
    outcome: Outcome[W, R] = Outcome()
    if not jobs:
        return outcome
    seen = stage.begin(conn, [job.work for job in jobs])
    waiting = deque(job for job in jobs if job.work.key not in seen)
    outcome.answers += [(job, seen[job.work.key]) for job in jobs if job.work.key in seen]
    while waiting:
        job = waiting.popleft()
        try:
            answer = _carried(conn, job.work, deed)
        except BaseException as error:
            _undo(conn, stage, job, error, outcome, alone=len(jobs) == 1)
        else:
            outcome.answers.append((job, answer))
        if outcome.again or monotonic() > until:
            break
    for job in waiting:
        stage.forget(conn, job.work)
    outcome.left = list(waiting)
    stage.end(conn)
    return outcome


def _carried(conn: Connection, work: W, deed: Deed[W, R]) -> R:
    """The answer of a work, with its effects in a savepoint; or without them, when it takes them back."""
    try:
        with conn.begin_nested():
            return deed(conn, work)
    except Undone as undone:
        with conn.begin_nested():
            answer: R = undone.instead(conn)
            return answer


def _undo(
    conn: Connection,
    stage: Stage[W, R],
    job: Job[W, R],
    error: BaseException,
    outcome: Outcome[W, R],
    *,
    alone: bool,
) -> None:
    """The savepoint is rolled back already; without its inbox row the event may come again."""
    if is_trouble(error) and (alone or not is_conflict(error)):
        raise error
    stage.forget(conn, job.work)
    if is_conflict(error):
        outcome.again = job
    else:
        outcome.failures.append((job, error))
