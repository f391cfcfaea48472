"""The record: who, when, through which door, what from what to what. Each entry carries a keyed MAC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.keyring import Keyring
from storage.ledger import audit
from storage.session import Change


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record, before it is written. `changes` maps field → [old, new].

    `place` is its number among the entries that were written with it for one cause, from 1.
    """

    cause: str
    at: datetime
    recorded_at: datetime
    person_id: int | None
    door: str
    action: str
    noun: str | None
    record_id: int | None
    changes: dict[str, Any]
    place: int = 1

    def mac(self, keys: Keyring) -> bytes:
        """The MAC over everything the entry says."""
        said = json.dumps(self.changes, ensure_ascii=False, sort_keys=True, default=str)
        parts = (
            self.cause, str(self.place), _instant(self.at), _instant(self.recorded_at),
            _text(self.person_id), self.door, self.action, _text(self.noun), _text(self.record_id), said,
        )  # fmt: skip
        return keys.mac(b"entry", *(_bytes(part) for part in parts))


_FIELDS = tuple(one.name for one in fields(Entry))


def _text(value: int | str | None) -> str | None:
    return None if value is None else str(value)


def _bytes(part: str | None) -> bytes:
    # What is absent is told from every word, also from none: those begin with a mark.
    return b"" if part is None else b"=" + part.encode("utf-8", "replace")


def _instant(moment: datetime) -> str:
    # The store gives every moment back in UTC; the MAC must not depend on the zone it was said in.
    return moment.astimezone(UTC).isoformat()


def write_entries(conn: Connection, keys: Keyring, entries: Sequence[Entry]) -> None:
    """Write a batch's entries in one go, each with its place among those of its cause."""
    count: dict[str, int] = {}
    rows = []
    for one in entries:
        count[one.cause] = count.get(one.cause, 0) + 1
        entry = replace(one, place=count[one.cause])
        values = {name: getattr(entry, name) for name in _FIELDS}
        rows.append({**values, "mac": entry.mac(keys)})
    if rows:
        conn.execute(insert(audit), rows)


def changes_by(conn: Connection, cause: str) -> list[Change]:
    """What one event changed, in order."""
    found = conn.execute(
        select(audit).where(audit.c.cause == cause, audit.c.record_id.is_not(None)).order_by(audit.c.id)
    )
    return [
        Change(row.noun, row.record_id, row.changes.get("what", ""), row.changes.get("fields", {}))
        for row in found
    ]


def last_change(conn: Connection, noun: str, record_id: int, since: datetime, *, but: str) -> str | None:
    """The latest event other than `but` that has changed a record since that moment of real time."""
    asked = select(audit.c.cause).where(
        audit.c.noun == noun,
        audit.c.record_id == record_id,
        audit.c.recorded_at >= since,
        audit.c.cause != but,
    )
    return conn.scalar(asked.order_by(audit.c.id.desc()).limit(1))


def entry_of(row: Any) -> Entry:
    """The entry a stored row claims to be."""
    return Entry(*(getattr(row, name) for name in _FIELDS))
