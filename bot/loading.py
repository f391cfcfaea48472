"""Loading a company into a store: the import with this process's engine, keys and record behind it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from bot.clock import real_now
from handlers.companies.index import index_record
from handlers.org.importing import Doors, Report, import_organisation
from handlers.org.values import Connections
from storage.audit import Entry, write_entries
from storage.base import Owned
from storage.directory import OrganisationCache
from storage.keyring import Keyring
from storage.schema import Customer, Lead
from storage.scope import MACHINERY, ScopedSession
from storage.session import changes_of, open_session
from storage.turnstile import write


def load_company(
    engine: Engine,
    keys: Keyring,
    path: Path,
    *,
    connections: Mapping[str, tuple[str, ...]],
    now: datetime,
    zone: tzinfo,
    story: str = "",
    door: str = "cli",
    person_id: int | None = None,
) -> Report:
    """Import a folder or workbook, all of it on the record. Raises `BadOrganisation`."""
    cause = f"import:{uuid4().hex}"
    cache = OrganisationCache()

    def entry(action: str, noun: str | None, record_id: int | None, changes: Mapping[str, Any]) -> Entry:
        return Entry(cause, now, real_now(), person_id, door, action, noun, record_id, dict(changes))

    def note(conn: Connection, action: str, changes: Mapping[str, Any]) -> None:
        write_entries(conn, keys, [entry(action, None, None, changes)])

    @contextmanager
    def sessions() -> Iterator[Session]:
        with write(engine) as conn, open_session(conn, MACHINERY) as session:
            yield session
            session.flush()
            rows = [
                entry("import", one.noun, one.record_id, {"what": one.what, "fields": one.values})
                for one in changes_of(session)
            ]
            session.commit()
            write_entries(conn, keys, rows)

    def indexed(session: Session, row: Owned) -> None:
        scoped = cast(ScopedSession, session)
        if isinstance(row, Customer | Lead):
            index_record(scoped, cache.get(scoped.connection()), keys, row)

    doors = Doors(engine, sessions, indexed, note, Connections(connections), now, zone)
    return import_organisation(path, doors, story=story)
