"""Checks the record: every MAC, link and head kept elsewhere; finds the first place that is wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, String, cast, func, select
from sqlalchemy.exc import DBAPIError

from storage.anchor import Anchor, read_anchors
from storage.audit import Entry, entry_of
from storage.faults import is_locked
from storage.keyring import CannotUnseal, Keyring
from storage.ledger import audit
from storage.seal import Head, as_bytes, link_of, raw

ROWS = 1000  # In memory at a time.
# Read as text: a moment that somebody spoilt must not stop the reading.
MOMENTS = ("at", "recorded_at")


class Damage(StrEnum):
    """What happened to the record, as far as it can be told."""

    ALTERED = "内容被改动"
    MISSING = "有记录被删去"
    EXCHANGED = "记录被调换、插入或重新编号"
    CUT = "末尾被截去"
    REWRITTEN = "被改写或回滚过"
    UNREADABLE = "无法读出"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first wrong place. `number`: its place in the chain, None for an entry not sealed yet.

    `since`: of a rewritten chain the last place known to be right; the fault lies between.
    """

    damage: Damage
    number: int | None
    entry_id: int | None = None
    since: int | None = None

    def __str__(self) -> str:
        where = "尚未封存的" if self.number is None else f"第 {self.number} 条"
        since = "" if self.since is None else f"(在第 {self.since} 条之后)"
        return f"{where}{since}{self.damage}" + (f",记录号 {self.entry_id}" if self.entry_id else "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The head up to which the record is right, how many entries are not sealed yet, the first fault."""

    head: Head
    unsealed: int = 0
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None


Told = Callable[[int], None]


def verify(
    conn: Connection, keys: Keyring, anchor: Path | None = None, told: Told = lambda count: None
) -> Verdict:
    """Check the whole record in constant memory, in a transaction that has not read anything yet.

    `anchor`: the file that `storage.anchor` writes; without it a cut tail cannot be known. `told` hears how
    many entries have been checked. Raises `BadAnchor`.
    """
    # Its size is taken before the store is read, so that no head in it is newer than what we shall see.
    heads = read_anchors(anchor, anchor.stat().st_size) if anchor else iter(())
    walk = _Walk(keys, heads)
    waiting = 0
    try:
        fault = _along(conn, walk, told) or walk.end()
        if fault is None:
            waiting, fault = _beside(conn, keys)
            fault = fault or _copied(conn)
    except DBAPIError as error:
        # Text that is none makes SQLite's driver give up; everything else is the database's trouble.
        if conn.dialect.name != "sqlite" or is_locked(error):
            raise
        fault = Fault(Damage.UNREADABLE, walk.head.length + 1)
    told(walk.head.length + waiting)
    return Verdict(walk.head, waiting, fault)


class _Walk:
    """Goes along the chain, the heads kept elsewhere beside it."""

    def __init__(self, keys: Keyring, heads: Iterator[Anchor]) -> None:
        self.head = Head()
        self._keys, self._heads = keys, heads
        self._agreed = 0
        self._next = next(heads, None)

    def step(self, row: Row[Any]) -> Fault | None:
        """Take the next entry of the chain, unless something is wrong with it."""
        number = self.head.length + 1
        if row.sealed_no != number:
            gap = isinstance(row.sealed_no, int) and row.sealed_no > number
            return Fault(Damage.MISSING if gap else Damage.EXCHANGED, number, None if gap else row.id)
        if not _is_genuine(row, self._keys):
            return Fault(Damage.ALTERED, number, row.id)
        link = link_of(self._keys, self.head.link, number, as_bytes(row.mac))
        if link != as_bytes(row.link):
            return Fault(Damage.EXCHANGED, number, row.id)
        while self._next is not None and self._next.length <= number:
            if self._next.length == number and self._next.link != link:
                return Fault(Damage.REWRITTEN, number, row.id, self._agreed)
            self._agreed = self._next.length
            self._next = next(self._heads, None)
        self.head = Head(number, link)
        return None

    def end(self) -> Fault | None:
        """There are no more entries: no head kept elsewhere may speak of more."""
        return None if self._next is None else Fault(Damage.CUT, self.head.length + 1)


def _along(conn: Connection, walk: _Walk, told: Told) -> Fault | None:
    asked = select(*_columns()).where(audit.c.sealed_no.is_not(None)).order_by(audit.c.sealed_no)
    with conn.execute(asked.execution_options(yield_per=ROWS)) as rows:
        for row in rows:
            if fault := walk.step(row):
                return fault
            if walk.head.length % ROWS == 0:
                told(walk.head.length)
    return None


def _beside(conn: Connection, keys: Keyring) -> tuple[int, Fault | None]:
    """What is not sealed yet can only be checked one by one."""
    asked = select(*_columns()).where(audit.c.sealed_no.is_(None)).order_by(audit.c.id)
    count = 0
    with conn.execute(asked.execution_options(yield_per=ROWS)) as rows:
        for row in rows:
            if not _is_genuine(row, keys):
                return count, Fault(Damage.ALTERED, None, row.id)
            count += 1
    return count, None


def _copied(conn: Connection) -> Fault | None:
    """A genuine entry that stands there twice: the later one was written by nobody."""
    mac = raw(audit.c.mac).label("mac")
    twice = select(audit.c.cause, mac).group_by(audit.c.cause, mac).having(func.count() > 1).limit(1)
    one = conn.execute(twice).one_or_none()
    if one is None:
        return None
    same = select(audit.c.id, audit.c.sealed_no).where(audit.c.cause == one.cause, mac == one.mac)
    last = max(conn.execute(same), key=lambda row: (row.sealed_no is None, row.sealed_no, row.id))
    return Fault(Damage.EXCHANGED, last.sealed_no, last.id)


def _is_genuine(row: Row[Any], keys: Keyring) -> bool:
    """Whether the entry says what it said when it was written."""
    try:
        return _entry(row, keys).mac(keys) == as_bytes(row.mac)
    except (CannotUnseal, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return False


def _entry(row: Row[Any], keys: Keyring) -> Entry:
    read = entry_of(row)
    at, recorded_at = _moment(row.at), _moment(row.recorded_at)
    changes = json.loads(keys.unseal(row.changes, "audit.changes"))
    return replace(read, at=at, recorded_at=recorded_at, changes=changes)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _columns() -> list[Any]:
    return [
        cast(column, String).label(column.name) if column.name in MOMENTS else raw(column).label(column.name)
        for column in audit.c
    ]
