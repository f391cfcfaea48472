"""What came: one row per event, inserted before anything else, so that nothing takes effect twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.ledger import attempts, inbox
from storage.types import for_row, for_rows


def record(conn: Connection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Insert what is new, in the order of the keys; the keys that are new come back."""
    if not rows:
        return set()
    ordered = for_rows(inbox, sorted(rows, key=lambda row: str(row["key"])))
    return set(conn.scalars(_RECORD[conn.dialect.name], ordered))


# Built once: building costs more than asking.
_RECORD = {
    name: maker(inbox).on_conflict_do_nothing().returning(inbox.c.key)
    for name, maker in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


def known(conn: Connection, key: str) -> bool:
    """Whether the event has been carried out."""
    return conn.scalar(select(inbox.c.key).where(inbox.c.key == key)) is not None


def forget(conn: Connection, key: str) -> None:
    """Take back the row of an event that this transaction will not carry out."""
    conn.execute(delete(inbox).where(inbox.c.key == key))


def explain(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add to a batch's events who it was and how it was understood: `of`, `who`, `how`."""
    if rows:
        conn.execute(_EXPLAIN, [{**row, "how": for_row(row, "how", ("of",))} for row in rows])


_EXPLAIN = (
    update(inbox)
    .where(inbox.c.key == bindparam("of"))
    .values(person_id=bindparam("who"), trace=bindparam("how"))
)


def suspect(conn: Connection, keys: Iterable[str], at: datetime) -> None:
    """Let every replica know which events a dead process had in hand; those that were tried stay counted."""
    rows = [{"key": key, "count": 0, "at": at} for key in keys]
    if rows:
        conn.execute(_SUSPECT[conn.dialect.name], rows)


def suspected(conn: Connection, key: str) -> bool:
    """Whether a process may have died of this event."""
    return conn.scalar(_SUSPECTED, {"of": key}) is not None


def count_attempt(conn: Connection, key: str, at: datetime) -> int:
    """One more attempt at an event that may have killed a process; how many there have been."""
    return int(conn.scalar(_ATTEMPT[conn.dialect.name], {"key": key, "count": 1, "at": at}) or 1)


_MAKERS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_SUSPECT = {name: maker(attempts).on_conflict_do_nothing() for name, maker in _MAKERS.items()}
_SUSPECTED = select(attempts.c.key).where(attempts.c.key == bindparam("of"))


def _attempt(maker: Any) -> Any:
    one = maker(attempts)
    again = {"count": attempts.c.count + 1, "at": one.excluded.at}
    return one.on_conflict_do_update(index_elements=["key"], set_=again).returning(attempts.c.count)


_ATTEMPT = {name: _attempt(maker) for name, maker in _MAKERS.items()}


def park(conn: Connection, key: str, why: str, at: datetime) -> None:
    """Set an event aside where an operator sees it."""
    if conn.scalar(select(attempts.c.key).where(attempts.c.key == key)) is None:
        conn.execute(insert(attempts), {"key": key, "count": 1, "at": at})
    conn.execute(update(attempts).where(attempts.c.key == key).values(parked=why[:200], at=at))
