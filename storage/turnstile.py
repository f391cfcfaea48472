"""Whose turn it is to write to a SQLite file.

SQLite lets waiting writers poll, so a busy one starves all others. Whoever wants to write first takes the
lock file `turn`, then `lock`, and lets go of `turn`: the next in line is woken by the kernel.
PostgreSQL has row locks and needs none of this.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def turnstile(engine: Engine) -> Iterator[None]:
    """Hold the right to write around one short transaction, its COMMIT included.

    Waits without limit. A thread that holds it must not ask again.
    """
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if path is None:
        yield
        return
    lock = _open(f"{path}.lock")
    try:
        _take_turn(f"{path}.turn", lock)
        yield
    finally:
        # Unlocked by word, not only by closing: a forked child may still hold a copy of the descriptor.
        fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A write transaction for the command line and for migrations: committed on leaving, or undone."""
    with turnstile(engine), engine.begin() as connection:
        yield connection


def _take_turn(path: str, lock: int) -> None:
    turn = _open(path)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_EX)
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)
        os.close(turn)


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
