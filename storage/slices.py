"""Changing the organisation a slice at a time, so that nobody waits long for the write lock.

Each slice is one transaction: event batches kept out, the rows, the organisation's version, its line of the
record. What an interrupted import leaves undone, the next one finds as a difference.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from storage.alone import hold_rights
from storage.org_version import raise_org_version
from storage.turnstile import write

SLICE = 250
# Writes the line of the record that belongs to a slice, within its transaction: action, and what changed.
Note = Callable[[Connection, str, Mapping[str, Any]], None]
T = TypeVar("T")
Work = Callable[[Connection, Sequence[T]], Sequence[Any]]


class Slices:
    """Does work in slices, each with its line of the record."""

    def __init__(self, engine: Engine, note: Note) -> None:
        self.engine, self._note = engine, note

    def each(self, action: str, items: Sequence[T], work: Work[T]) -> None:
        """Do the work for all items, `SLICE` at a time. It returns the rows concerned, for the record."""
        for begin in range(0, len(items), SLICE):
            self._part(action, items[begin : begin + SLICE], work)

    def _part(self, action: str, items: Sequence[T], work: Work[T]) -> None:
        self.once(action, lambda conn: work(conn, items))

    def once(self, action: str, work: Callable[[Connection], Sequence[Any]]) -> None:
        """Do one piece of work that must not be divided."""
        with write(self.engine) as conn:
            hold_rights(conn)
            rows = work(conn)
            raise_org_version(conn)
            self._note(conn, action, {"rows": [told(row) for row in rows]})


def told(value: Any) -> Any:
    """A value as the record keeps it."""
    if isinstance(value, Mapping):
        return {str(key): told(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [told(one) for one in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
