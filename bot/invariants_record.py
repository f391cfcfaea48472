"""The record against the rows: every change has one entry, nothing else has, and nobody has touched one.

The entries of a record, replayed, give the row as it is; each begins where the one before it ended.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, Table, exists, select, type_coerce
from sqlalchemy.sql.type_api import TypeEngine

from bot.messages import UNSEEN
from storage.audit import entry_of
from storage.base import Base, Owned
from storage.keyring import CannotUnseal, Keyring
from storage.ledger import audit
from storage.schema import OWNED
from storage.types import Instant

SLICE = 500
NOTHING: Sequence[Any] = (None, "", [])  # A created row's entry does not name what is empty.

Finding = Iterator[str]


@dataclass(slots=True)
class History:
    """What the entries of one record come to. `row` is None before it was made and after it was deleted."""

    noun: str
    record_id: int
    row: dict[str, Any] | None = None
    versions: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """How a finding calls it."""
        return f"{self.noun} {self.record_id}"


def table_of(model: type[Owned]) -> Table:
    """The table of an owned noun."""
    return Base.metadata.tables[str(model.__dict__["__tablename__"])]


TABLES: Mapping[str, Table] = {model.noun: table_of(model) for model in OWNED}
QUIET: Mapping[str, frozenset[str]] = {model.noun: model.quiet for model in OWNED}


def recorded(conn: Connection, keys: Keyring) -> Finding:
    """What is wrong with the record, or with rows that it does not tell of."""
    forged: list[str] = []
    histories = _histories(conn, keys, forged)
    while part := list(islice(histories, SLICE)):
        for noun in dict.fromkeys(one.noun for one in part):
            yield from _compare(conn, noun, [one for one in part if one.noun == noun])
    yield from forged
    for noun, table in TABLES.items():
        told = exists().where(audit.c.noun == noun, audit.c.record_id == table.c.id)
        for row_id in conn.scalars(select(table.c.id).where(~told).limit(5)):
            yield f"{noun} {row_id} is in no entry of the record"


def _histories(conn: Connection, keys: Keyring, forged: list[str]) -> Iterator[History]:
    """The history of every record, one after the other; entries whose MAC is wrong are named in `forged`."""
    columns = [one for one in audit.c if one is not audit.c.changes]
    sealed = type_coerce(audit.c.changes, LargeBinary).label("sealed")
    asked = select(*columns, sealed).order_by(audit.c.noun, audit.c.record_id, audit.c.id)
    rows = conn.execute(asked.execution_options(yield_per=SLICE))
    for (noun, record_id), entries in groupby(rows, lambda row: (row.noun, row.record_id)):
        history = History(str(noun), record_id or 0)
        for entry in entries:
            changes = _changes(entry, keys)
            if changes is None:
                forged.append(f"entry {entry.id} of the record is not as it was written")
            elif noun in TABLES and record_id is not None:
                _replay(history, entry.id, changes)
        if noun in TABLES and record_id is not None:
            yield history


def seen_version(conn: Connection, keys: Keyring, noun: str, record_id: int) -> int:
    """The version that the last change made which a card can show; 0 when the record tells of none."""
    sealed = type_coerce(audit.c.changes, LargeBinary).label("sealed")
    asked = select(*(one for one in audit.c if one is not audit.c.changes), sealed)
    mine = asked.where(audit.c.noun == noun, audit.c.record_id == record_id).order_by(audit.c.id)
    told = (_changes(row, keys) or {} for row in conn.execute(mine))
    shown = (not UNSEEN.issuperset(changes.get("fields", {})) for changes in told)
    return max((version for version, seen in enumerate(shown, 1) if seen), default=0)


def _changes(row: Any, keys: Keyring) -> dict[str, Any] | None:
    """What a genuine entry says, None for one that was altered."""
    try:
        changes: dict[str, Any] = json.loads(keys.unseal(row.sealed, "audit.changes"))
    except (CannotUnseal, ValueError):
        return None
    written = entry_of(Opened(row, changes)).mac(keys)
    return changes if hmac.compare_digest(written, row.mac) else None


class Opened:
    """A stored entry with its changes in the clear."""

    def __init__(self, row: Any, changes: dict[str, Any]) -> None:
        self._row, self.changes = row, changes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _replay(history: History, entry_id: int, changes: Mapping[str, Any]) -> None:
    what, fields = changes.get("what"), changes.get("fields", {})
    if what in ("created", "changed"):
        history.versions += 1
    if (what == "created") != (history.row is None):
        history.broken.append(f"entry {entry_id} says {what} out of turn")
    before = history.row or {}
    for name, (old, _) in fields.items():
        kind = TABLES[history.noun].c[name].type
        if not _same(kind, old, before.get(name)):
            history.broken.append(f"entry {entry_id} begins with another {name} than was there")
    after = {**before, **{name: new for name, (_, new) in fields.items()}}
    history.row = None if what == "deleted" else after


def _compare(conn: Connection, noun: str, histories: Sequence[History]) -> Finding:
    table = TABLES[noun]
    asked = select(table).where(table.c.id.in_([one.record_id for one in histories]))
    rows = {row.id: row for row in conn.execute(asked)}
    for history in histories:
        yield from (f"{history.name}: {words}" for words in history.broken)
        row = rows.get(history.record_id)
        if row is None or history.row is None:
            if (row is None) != (history.row is None):
                yield f"{history.name}: {'gone' if row is None else 'there'} against the record"
            continue
        if row.version != history.versions:
            yield f"{history.name}: version {row.version} after {history.versions} changes on the record"
        for column in table.c:
            said, stored = history.row.get(column.name), getattr(row, column.name)
            if column.name not in QUIET[noun] and not _same(column.type, said, stored):
                yield f"{history.name}: its {column.name} is not what the record says"


def _same(kind: TypeEngine[Any], one: Any, other: Any) -> bool:
    if one in NOTHING or other in NOTHING:
        return one in NOTHING and other in NOTHING
    return bool(_typed(kind, one) == _typed(kind, other))


def _typed(kind: TypeEngine[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
