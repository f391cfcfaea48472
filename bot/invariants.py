"""What must hold in a store at any time, looked at from outside: no code that writes is asked.

`xiaoer check` and the end of every fault test call `check`. A finding names ids, keys and codes, never what
somebody wrote.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, column, exists, func, or_, select, table

from bot.invariants_derived import derived
from bot.invariants_record import TABLES, recorded, seen_version
from handlers.leads.rules import CHECKS_A_DAY
from storage.base import Base
from storage.codes import FORMS
from storage.keyring import CannotUnseal, Keyring
from storage.ledger import audit, copies, counters, drafts, inbox, outbox, rations
from storage.outbox import DEAD, DROPPED, PENDING, SENT

TAKEOVER = timedelta(seconds=15)  # A lease that is over must have passed to somebody within this time.
SHOWN = 5  # Examples named of one kind of finding.

Finding = Iterator[str]


Look = Callable[[Connection], Finding]


def looks(keys: Keyring, now: datetime) -> Mapping[str, Look]:
    """What is looked at, by the name an operator reads. `now` is real time."""
    return {
        "引用 · references": _guarded(_foreign_keys),
        "编号 · codes": _guarded(_codes),
        "来龙去脉 · causes": _guarded(_inbox),
        "消息 · messages": _guarded(lambda conn: _outbox(conn, now)),
        "卡片 · cards": _guarded(lambda conn: _cards(conn, keys, now)),
        "限额 · limits": _guarded(_limits),
        "审计与数据 · record and rows": _guarded(lambda conn: recorded(conn, keys)),
        "派生值 · derived values": _guarded(lambda conn: derived(conn, keys)),
    }


def check(conn: Connection, keys: Keyring, now: datetime) -> list[str]:
    """Everything that does not hold, a line each; empty for a sound store. `now` is real time."""
    return [found for look in looks(keys, now).values() for found in look(conn)]


def size(conn: Connection) -> int:
    """How much there is to look at, in rows: the time it takes follows this."""
    counts = (conn.scalar(select(func.count()).select_from(one)) for one in (audit, outbox, copies))
    return sum(count or 0 for count in counts)


def _guarded(look: Look) -> Look:
    def guarded(conn: Connection) -> Finding:
        try:
            yield from look(conn)
        except CannotUnseal as bad:
            yield f"a value sealed in {bad} does not open: it was altered, or comes from another column"

    return guarded


def _foreign_keys(conn: Connection) -> Finding:
    """Every reference leads to a row, also where the database was told not to look."""
    for one in Base.metadata.sorted_tables:
        for key in one.foreign_keys:
            target = key.column.table.alias()
            there = exists().where(target.c[key.column.name] == key.parent)
            asked = select(func.count()).select_from(one).where(key.parent.is_not(None), ~there)
            if lost := conn.scalar(asked):
                yield f"{one.name}.{key.parent.name}: {lost} rows refer to nothing"


def _codes(conn: Connection) -> Finding:
    """Each code names one record, and the next number has not been given yet."""
    for noun in FORMS:
        codes = TABLES[noun].c.code
        twice = select(codes).group_by(codes).having(func.count() > 1)
        yield from (f"code {code} names several records" for code in conn.scalars(twice.limit(SHOWN)))
        highest = max((_number(code) for code in conn.scalars(select(codes))), default=0)
        if (following := _next(conn, noun)) <= highest:
            yield f"the next {noun} would be number {following}, but {highest} is in use"


def _number(code: str) -> int:
    digits = code.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _next(conn: Connection, kind: str) -> int:
    if conn.dialect.name == "postgresql":
        counter = table(f"code_{kind}", column("last_value"), column("is_called"))
        last, called = conn.execute(select(counter.c.last_value, counter.c.is_called)).one()
        return int(last) + bool(called)
    return conn.scalar(select(counters.c.next).where(counters.c.kind == kind)) or 1


def _inbox(conn: Connection) -> Finding:
    """Whatever has an effect has come, or was our own doing: no message and no change without its cause."""
    came = exists().where(inbox.c.key == outbox.c.cause)
    own = exists().where(audit.c.cause == outbox.c.cause)
    yield from _named(conn, "message without a cause", outbox.c.key, and_(~came, ~own))
    answered = and_(outbox.c.kind == "reply", ~came)
    yield from _named(conn, "answer to an event that never came", outbox.c.key, answered)
    spoken = or_(*(audit.c.door.startswith(f"{platform}:") for platform in ("wecom", "dingtalk")))
    unheard = and_(spoken, ~exists().where(inbox.c.key == audit.c.cause))
    yield from _named(conn, "change by an event that never came", audit.c.cause, unheard)


def _outbox(conn: Connection, now: datetime) -> Finding:
    """Each message is pending, leased until a time, sent, or given up for a reason an operator can see."""
    held = or_(outbox.c.lease_by.is_not(None), outbox.c.lease_until.is_not(None))
    half = outbox.c.lease_by.is_(None) != outbox.c.lease_until.is_(None)
    given_up = outbox.c.state.in_((DEAD, DROPPED))
    wrong: Mapping[str, ColumnElement[bool]] = {
        "message in no known state": outbox.c.state.not_in((PENDING, SENT, DEAD, DROPPED)),
        "message sent at no time": and_(outbox.c.state == SENT, outbox.c.sent_at.is_(None)),
        "message given up without a reason": and_(given_up, func.coalesce(outbox.c.reason, "") == ""),
        "message still leased at its end": and_(outbox.c.state != PENDING, held),
        "message with half a lease": half,
        "message leased long past its time": outbox.c.lease_until < now - TAKEOVER,
        "update that renews no card": and_(outbox.c.kind == "update", outbox.c.copy_id.is_(None)),
    }
    for words, condition in wrong.items():
        yield from _named(conn, words, outbox.c.key, condition)


def _cards(conn: Connection, keys: Keyring, now: datetime) -> Finding:
    """A card shows the present state of its record, or will, or can no longer be renewed."""
    later = exists().where(
        outbox.c.copy_id == copies.c.id,
        outbox.c.state.in_((PENDING, DEAD, DROPPED)),
        outbox.c.kind == "update",
    )
    lasting = or_(copies.c.code_until.is_(None), copies.c.code_until > now)
    renewable = and_(copies.c.response_code.is_not(None), lasting)
    for noun, rows in TABLES.items():
        version = select(rows.c.version).where(rows.c.id == copies.c.record_id).scalar_subquery()
        mine = copies.c.noun == noun
        ahead = and_(mine, copies.c.shown_version > version)
        yield from _named(conn, "card ahead of its record", copies.c.task_id, ahead)
        behind = and_(mine, renewable, copies.c.shown_version < version, ~later)
        for copy in conn.execute(select(copies).where(behind)).all():
            if copy.shown_version < seen_version(conn, keys, noun, copy.record_id):
                yield f"card that will stay out of date: {copy.task_id}"


def _limits(conn: Connection) -> Finding:
    """What is limited over several rows stays within its limit."""
    open_ones = select(drafts.c.person_id).where(drafts.c.open == 1)
    crowd = open_ones.group_by(drafts.c.person_id, drafts.c.chat).having(func.count() > 1)
    yield from (f"person {person} has several open drafts" for person in conn.scalars(crowd.limit(SHOWN)))
    over = and_(rations.c.what == "dup_check", rations.c.used > CHECKS_A_DAY)
    yield from _named(conn, "more duplicate checks than a day allows by person", rations.c.person_id, over)


def _named(conn: Connection, words: str, name: Any, condition: ColumnElement[bool]) -> Finding:
    """A line for the rows that meet the condition, with their number and the first few names."""
    number = conn.scalar(select(func.count()).select_from(name.table).where(condition))
    if number:
        names = conn.scalars(select(name).where(condition).order_by(name).limit(SHOWN))
        yield f"{words}: {', '.join(map(str, names))}" + (
            f" and more, {number} in all" if number > SHOWN else ""
        )
