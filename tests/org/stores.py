"""A migrated store on each database, and an import into it whose every write can be counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from handlers.org.importing import Doors, Report, import_organisation
from storage.base import Owned
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.migrate import migrate
from storage.scope import MACHINERY
from storage.session import open_session
from storage.turnstile import write
from storage.types import keep_keys
from tests.org.company import LINKED, ZONE
from tests.postgres import fresh_database

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
NOW = datetime(2026, 11, 18, 10, tzinfo=ZONE)
WRITES = ("INSERT", "UPDATE", "DELETE")


def opened(url: str) -> Engine:
    """A fast engine, migrated."""
    engine = open_engine(url, durable=False, create=True)
    keep_keys(engine.dialect, KEYS)
    migrate(engine)
    return engine


def fill(url: str) -> None:
    """Make a template."""
    opened(url).dispose()


@dataclass
class House:
    """A store, what its record says, which rows were indexed, and how many rows each transaction wrote."""

    engine: Engine
    noted: list[tuple[str, Any]] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    transactions: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.engine, "begin", lambda conn: conn.info.update(rows=0))
        event.listen(self.engine, "after_cursor_execute", self._count)
        event.listen(self.engine, "commit", self._commit)

    def _count(self, conn: Any, cursor: Any, statement: str, params: Any, context: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            # Many rows come as a list of parameters, or, where ids are asked back, as one long statement.
            listed = many and isinstance(params, list)
            rows = len(params) if listed else statement.count("), (") + 1
            conn.info["rows"] = conn.info.get("rows", 0) + rows

    def _commit(self, conn: Any) -> None:
        if conn.info.get("rows"):
            self.transactions.append(conn.info["rows"])

    @contextmanager
    def sessions(self) -> Iterator[Session]:
        """A session that may write everything, as the importing command has one."""
        with write(self.engine) as conn, open_session(conn, MACHINERY) as session:
            yield session
            session.commit()

    def note(self, conn: Any, action: str, changes: Any) -> None:
        """Keep the line of the record."""
        self.noted.append((action, changes))

    def index(self, session: Session, row: Owned) -> None:
        """Keep what would be indexed."""
        self.indexed.append(f"{row.noun} {row.id}")

    @property
    def doors(self) -> Doors:
        """What an import needs."""
        return Doors(self.engine, self.sessions, self.index, self.note, LINKED, NOW, ZONE)

    def load(self, path: Path, story: str = "") -> Report:
        """Import a folder or workbook."""
        return import_organisation(path, self.doors, story=story)

    def all(self, *columns: Any, where: Any = True) -> list[tuple[Any, ...]]:
        """Rows of the store, sorted."""
        with self.engine.connect() as conn:
            return sorted((tuple(row) for row in conn.execute(select(*columns).where(where))), key=str)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "xiaoer.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An empty migrated store, on each database."""
    if request.param == "sqlite":
        path = tmp_path / "xiaoer.db"
        path.write_bytes(request.getfixturevalue("template").read_bytes())
        yield from _house(f"sqlite:///{path}")
        return
    with fresh_database(request.getfixturevalue("postgres"), fill) as url:
        yield from _house(url)


def _house(url: str) -> Iterator[House]:
    engine = open_engine(url, durable=False)
    keep_keys(engine.dialect, KEYS)
    try:
        yield House(engine)
    finally:
        engine.dispose()
