"""What came: one row per event, inserted before anything else, so that nothing takes effect twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.ledger import attempts, inbox


def record(conn: Connection, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Insert what is new, in the order of the keys; the keys that are new come back."""
    if not rows:
        return set()
    ordered = sorted(rows, key=lambda row: str(row["key"]))
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
        conn.execute(_EXPLAIN, rows)


_EXPLAIN = (
    update(inbox)
    .where(inbox.c.key == bindparam("of"))
    .values(person_id=bindparam("who"), trace=bindparam("how"))
)


def count_attempt(conn: Connection, key: str, at: datetime) -> int:
    """One more attempt at an event that may have killed a process."""
    tried = conn.scalar(select(attempts.c.count).where(attempts.c.key == key)) or 0
    if tried:
        conn.execute(update(attempts).where(attempts.c.key == key).values(count=tried + 1, at=at))
    else:
        conn.execute(insert(attempts), {"key": key, "count": 1, "at": at})
    return tried + 1


def park(conn: Connection, key: str, why: str, at: datetime) -> None:
    """Set an event aside where an operator sees it."""
    if conn.scalar(select(attempts.c.key).where(attempts.c.key == key)) is None:
        conn.execute(insert(attempts), {"key": key, "count": 1, "at": at})
    conn.execute(update(attempts).where(attempts.c.key == key).values(parked=why[:200], at=at))
