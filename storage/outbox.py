"""What must be said: rows committed with the effects they tell about; delivery takes them from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.ledger import HANGS, copies, outbox
from storage.schema import OWNED
from storage.types import for_row, for_rows

PENDING, SENT, DEAD, DROPPED = "pending", "sent", "dead", "dropped"


@dataclass(frozen=True, slots=True)
class Leased:
    """A message somebody has taken on, with the number under which only they may mark it."""

    row: Any
    holder: str
    number: int


def queue(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue a batch's messages; one that names an occurrence already told about stays out."""
    if rows:
        conn.execute(_QUEUE[conn.dialect.name], for_rows(outbox, [{**EMPTY, **row} for row in rows]))


# Built once: building costs more than asking.
_QUEUE = {
    name: maker(outbox).on_conflict_do_nothing(index_elements=["key"])
    for name, maker in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
EMPTY: dict[str, Any] = {
    "person_id": None, "platform": None, "connection": None, "userid": None, "chat": None, "reply_to": None,
    "noun": None, "record_id": None, "lease_by": None, "lease_until": None,
    "copy_id": None, "priority": 5, "state": PENDING, "attempts": 0, "lease_no": 0,
}  # fmt: skip


def lease(conn: Connection, holder: str, now: datetime, life: timedelta, limit: int = 50) -> list[Leased]:
    """Take what is due and free: urgent first, then in order; of one card only the first at a time."""
    free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
    due = and_(outbox.c.state == PENDING, outbox.c.due_at <= now, free)
    held = outbox.alias("held")
    on_its_way = select(held.c.copy_id).where(
        held.c.state == PENDING, held.c.copy_id.is_not(None), held.c.lease_until >= now
    )
    # However many renewals wait behind one that hangs, they do not fill the window.
    startable = or_(outbox.c.copy_id.is_(None), outbox.c.copy_id.not_in(on_its_way))
    asked = select(outbox).where(due, startable).order_by(outbox.c.priority, outbox.c.id).limit(limit * 2)
    rows = conn.execute(asked.with_for_update(skip_locked=True, of=outbox)).all()
    # What another replica has just leased is not visible yet; its lock on the card is.
    named = select(copies.c.id).where(copies.c.id.in_({row.copy_id for row in rows if row.copy_id}))
    ours = set(conn.scalars(named.order_by(copies.c.id).with_for_update(skip_locked=True)))
    busy = set(conn.scalars(on_its_way))
    taken = []
    for row in rows:
        if row.copy_id is not None:
            if row.copy_id in busy or row.copy_id not in ours:
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


def extend(conn: Connection, taken: Sequence[Leased], until: datetime) -> int:
    """Let the leases among these that are still ours last longer; how many there were."""
    count = 0
    for one in taken:
        mine = and_(
            outbox.c.id == one.row.id, outbox.c.lease_by == one.holder, outbox.c.lease_no == one.number
        )
        count += conn.execute(update(outbox).where(mine).values(lease_until=until)).rowcount
    return count


def give_back(conn: Connection, holder: str) -> int:
    """Let others send at once what this holder has leased and not marked; how many messages."""
    mine = and_(outbox.c.state == PENDING, outbox.c.lease_by == holder)
    return conn.execute(update(outbox).where(mine).values(lease_until=None, lease_by=None)).rowcount


def keep_copy(conn: Connection, values: dict[str, Any]) -> Any:
    """Remember a card on somebody's screen, so that it can show what becomes of its record; its row."""
    maker = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    [row] = for_rows(copies, [values])
    conn.execute(maker(copies).values(row).on_conflict_do_nothing(index_elements=["task_id"]))
    return conn.execute(select(copies).where(copies.c.task_id == values["task_id"])).one()


def spend_code(
    conn: Connection, copy: Any, shown: int | None, code: str = "", until: datetime | None = None
) -> None:
    """The right to update this copy is used; `shown` is the version it shows now, None where nobody knows.

    `code` is the right that the platform gave in its place, empty where it gave none; it ends `until`.
    """
    this = copies.c.id == copy.id
    if shown is not None:
        conn.execute(update(copies).where(this).values(shown_version=shown))
    # A tap may have brought a new right meanwhile, which is not the one that was used.
    if conn.scalar(select(copies.c.response_code).where(this).with_for_update()) == copy.response_code:
        conn.execute(update(copies).where(this).values(response_code=_right(copy, code), code_until=until))


def _right(copy: Any, code: str) -> Any:
    return for_row({**copy._mapping, "response_code": code or None}, "response_code", HANGS)


def shown_of(conn: Connection, copy: Any) -> int:
    """The version this copy is known to show by now."""
    asked = select(copies.c.shown_version).where(copies.c.id == copy.id).with_for_update()
    return conn.scalar(asked) or 0


def version_of(conn: Connection, noun: str, record_id: int) -> int:
    """The present version of a record, which cannot change until this transaction ends; 0 for none."""
    model = next((one for one in OWNED if one.noun == noun), None)
    if model is None:
        return 0
    asked = select(model.version).where(model.id == record_id).with_for_update(read=True)
    return conn.scalar(asked) or 0


def new_code(conn: Connection, task_id: str, code: str, until: datetime) -> Any:
    """A tap has brought a fresh right to update this copy; the copy, if we know it."""
    row = conn.execute(select(copies).where(copies.c.task_id == task_id)).one_or_none()
    # Where the right stays the same, a tap neither lengthens nor shortens it.
    if row is not None and code and code != row.response_code:
        changed = update(copies).where(copies.c.id == row.id)
        conn.execute(changed.values(response_code=_right(row, code), code_until=until))
    return row


def copies_of(conn: Connection, noun: str, record_id: int) -> Sequence[Any]:
    """Every card that shows this record."""
    return conn.execute(_COPIES, {"of": noun, "which": record_id}).all()


_COPIES = (
    select(copies)
    .where(copies.c.noun == bindparam("of"), copies.c.record_id == bindparam("which"))
    .order_by(copies.c.id.desc())
    .limit(200)
)


def backlog(conn: Connection) -> dict[str, int]:
    """How many messages are in each state, for the operator."""
    late = func.sum(case((outbox.c.state == PENDING, 1), else_=0))
    asked = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    found: dict[str, int] = {row[0]: row[1] for row in conn.execute(asked)}
    found["waiting"] = conn.scalar(select(late)) or 0
    return found
