"""Reads beside the writer: a few threads, each transaction read-only by the database's own word."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bot.line import Busy
from storage.faults import is_lost

T = TypeVar("T")


class Reader:
    """`read` runs a function in a read-only transaction; it may be called from any thread."""

    def __init__(self, engine: Engine, *, threads: int = 2, limit: int = 200, deadline: float = 3.0) -> None:
        """At most `limit` reads wait or run; one that has not begun after `deadline` seconds is refused."""
        self._engine = engine.execution_options(ro=True)
        self._deadline = deadline
        self._limit = limit
        self._lock = threading.Lock()
        self._open: set[Future[Any]] = set()
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    def read(self, fn: Callable[[Connection], T]) -> Future[T]:
        """The answer of `fn`, which must be safe to run twice: a lost connection repeats it once."""
        with self._lock:
            if self._closed or len(self._open) >= self._limit:
                refused: Future[T] = Future()
                refused.set_exception(Busy("closing" if self._closed else "too many reads"))
                return refused
            future = self._pool.submit(self._run, fn, monotonic() + self._deadline)
            self._open.add(future)
        future.add_done_callback(self._leave)
        return future

    def close(self, timeout: float = 5.0) -> None:
        """Refuse what has not begun, and wait up to `timeout` seconds for what has. May be called again."""
        with self._lock:
            self._closed = True
            running = set(self._open)
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(running, timeout)

    def _leave(self, future: Future[T]) -> None:
        with self._lock:
            self._open.discard(future)

    def _run(self, fn: Callable[[Connection], T], due: float) -> T:
        if monotonic() > due:
            raise Busy("waited too long")
        try:
            return self._once(fn)
        except Exception as error:
            if not is_lost(error):
                raise
            return self._once(fn)

    def _once(self, fn: Callable[[Connection], T]) -> T:
        with self._engine.connect() as conn, conn.begin():
            return fn(conn)
