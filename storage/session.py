"""Sessions: opened for one actor, bound to one transaction, and what happens in every flush.

No handler can forget the audit or the ancestor rows: they follow from the flush itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect
from sqlalchemy.orm import UOWTransaction

from storage.base import Owned
from storage.directory import clear_ancestors
from storage.ledger import sight
from storage.scope import Scope, ScopedSession


@dataclass(frozen=True, slots=True)
class Change:
    """One row created, changed or deleted; `values` maps field → [old, new] in plain JSON values."""

    noun: str
    record_id: int
    what: str
    values: dict[str, list[Any]]


def open_session(
    conn: Connection,
    scope: Scope,
    ancestors: Callable[[int], list[int]] | None = None,
    *,
    savepoint: bool = True,
) -> ScopedSession:
    """A fresh session for one actor and one event; `commit()` releases its savepoint, `rollback()` undoes.

    Without a savepoint of its own it only flushes, and whoever began the transaction ends or undoes it.
    """
    return ScopedSession(
        bind=conn,
        join_transaction_mode="create_savepoint" if savepoint else "rollback_only",
        expire_on_commit=False,
        info={"scope": scope, "changes": [], "ancestors": ancestors},
    )


def changes_of(session: ScopedSession) -> list[Change]:
    """What this session has written so far, in order."""
    found: list[Change] = session.info["changes"]
    return found


def plain(value: Any) -> Any:
    """A column value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def _changed(row: Owned) -> dict[str, list[Any]]:
    state = inspect(row)
    values: dict[str, list[Any]] = {}
    for column in state.mapper.column_attrs:
        if column.key in row.quiet:
            continue
        history = state.attrs[column.key].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                values[column.key] = [plain(old), plain(new)]
    return values


def _whole(row: Owned, *, gone: bool) -> dict[str, list[Any]]:
    columns = inspect(row).mapper.column_attrs
    values = {c.key: plain(getattr(row, c.key)) for c in columns if c.key not in row.quiet}
    return {
        key: [value, None] if gone else [None, value]
        for key, value in values.items()
        if value not in (None, "", [])
    }


def _owned(rows: Any) -> Iterator[Owned]:
    return (row for row in rows if isinstance(row, Owned))


@event.listens_for(ScopedSession, "after_flush")
def _record(session: ScopedSession, context: UOWTransaction) -> None:
    """Write down what changed, and let the branches that may see a new row find it quickly."""
    changes: list[Change] = session.info.setdefault("changes", [])
    for row in _owned(session.new):
        changes.append(Change(row.noun, row.id, "created", _whole(row, gone=False)))
        _place(session, row)
    for row in _owned(session.dirty):
        if session.is_modified(row) and (values := _changed(row)):
            changes.append(Change(row.noun, row.id, "changed", values))
            if "unit_id" in values:
                _unplace(session, row)
                _place(session, row)
    for row in _owned(session.deleted):
        changes.append(Change(row.noun, row.id, "deleted", _whole(row, gone=True)))
        _unplace(session, row)


def _place(session: ScopedSession, row: Owned) -> None:
    conn = session.connection()
    # The organisation of this very transaction knows them already; an import asks the store.
    above = session.info.get("ancestors") or (lambda unit_id: clear_ancestors(conn, unit_id))
    rows = [
        {"noun": row.noun, "ancestor_id": ancestor, "at": row.created_at, "record_id": row.id}
        for ancestor in above(row.unit_id)
    ]
    if rows:
        conn.execute(_SEE, rows)


_SEE = insert(sight)


def _unplace(session: ScopedSession, row: Owned) -> None:
    session.connection().execute(
        delete(sight).where(
            sight.c.noun == row.noun, sight.c.at == row.created_at, sight.c.record_id == row.id
        )
    )
