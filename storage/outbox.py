"""What must be said: rows committed with the effects they tell about; delivery takes them from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.ledger import copies, outbox

PENDING, SENT, DEAD, DROPPED = "pending", "sent", "dead", "dropped"


@dataclass(frozen=True, slots=True)
class Leased:
    """A message somebody has taken on, with the number under which only they may mark it."""

    row: Any
    holder: str
    number: int


def queue(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue a batch's messages; one that names an occurrence already told about stays out."""
    if not rows:
        return
    maker = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    conn.execute(
        maker(outbox).on_conflict_do_nothing(index_elements=["key"]), [{**EMPTY, **row} for row in rows]
    )


EMPTY: dict[str, Any] = {
    "person_id": None, "platform": None, "connection": None, "userid": None, "noun": None, "record_id": None,
    "copy_id": None, "priority": 5, "state": PENDING, "attempts": 0, "lease_no": 0,
}  # fmt: skip


def lease(conn: Connection, holder: str, now: datetime, life: timedelta, limit: int = 50) -> list[Leased]:
    """Take what is due and free: urgent first, then in order; of one card only the first at a time."""
    free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
    due = and_(outbox.c.state == PENDING, outbox.c.due_at <= now, free)
    asked = select(outbox).where(due).order_by(outbox.c.priority, outbox.c.id).limit(limit * 2)
    rows = conn.execute(asked.with_for_update(skip_locked=True)).all()
    busy = set(
        conn.scalars(
            select(outbox.c.copy_id).where(
                outbox.c.state == PENDING, outbox.c.copy_id.is_not(None), outbox.c.lease_until >= now
            )
        )
    )
    taken = []
    for row in rows:
        if row.copy_id is not None:
            if row.copy_id in busy:
                continue
            busy.add(row.copy_id)
        taken.append(row)
    taken = taken[:limit]
    if taken:
        conn.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in taken]))
            .values(lease_by=holder, lease_no=outbox.c.lease_no + 1, lease_until=now + life)
        )
    return [Leased(row, holder, row.lease_no + 1) for row in taken]


def mark(conn: Connection, taken: Leased, **values: Any) -> bool:
    """Write the fate of a leased message; False when the lease has passed to somebody else meanwhile."""
    mine = and_(
        outbox.c.id == taken.row.id, outbox.c.lease_by == taken.holder, outbox.c.lease_no == taken.number
    )
    done = conn.execute(update(outbox).where(mine).values(lease_until=None, lease_by=None, **values))
    return done.rowcount == 1


def keep_copy(conn: Connection, values: dict[str, Any]) -> None:
    """Remember a card on somebody's screen, so that it can show what becomes of its record."""
    maker = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    fresh = {key: values[key] for key in ("response_code", "code_until", "message_id", "shown_version")}
    asked = maker(copies).values(values).on_conflict_do_update(index_elements=["task_id"], set_=fresh)
    conn.execute(asked)


def new_code(conn: Connection, task_id: str, code: str, until: datetime) -> Any:
    """A tap has brought a fresh right to update this copy; the copy, if we know it."""
    row = conn.execute(select(copies).where(copies.c.task_id == task_id)).one_or_none()
    if row is not None and code:
        changed = update(copies).where(copies.c.id == row.id)
        conn.execute(changed.values(response_code=code, code_until=until))
    return row


def copies_of(conn: Connection, noun: str, record_id: int) -> Sequence[Any]:
    """Every card that shows this record."""
    asked = select(copies).where(copies.c.noun == noun, copies.c.record_id == record_id)
    return conn.execute(asked.order_by(copies.c.id.desc()).limit(200)).all()


def backlog(conn: Connection) -> dict[str, int]:
    """How many messages are in each state, for the operator."""
    late = func.sum(case((outbox.c.state == PENDING, 1), else_=0))
    asked = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    found: dict[str, int] = {row[0]: row[1] for row in conn.execute(asked)}
    found["waiting"] = conn.scalar(select(late)) or 0
    return found
