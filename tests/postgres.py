"""A PostgreSQL for the tests: the one that is named, else one of our own, else a loud skip (in CI a failure).

Each pytest-xdist worker has a server to itself, so that nobody has to count who is the last to leave.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.postgres_server import LocalServer, NoPostgres

Migrate = Callable[[str], None]

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class Server:
    """A running PostgreSQL, by the URL of its maintenance database; makes databases and templates."""

    def __init__(self, url: str) -> None:
        # Spelt as the configuration wants it, however it was named.
        self.url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        self._templates: dict[Migrate, str] = {}

    def database(self, name: str) -> str:
        """The URL of another database of this server."""
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> str:
        """Make a database and give its name."""
        name = f"xiaoer_{uuid4().hex}"
        self._order("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, also when somebody is still connected."""
        self._order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def template(self, migrate: Migrate) -> str:
        """The name of a database that `migrate(url)` has filled, made once."""
        if migrate not in self._templates:
            name = self.create()
            migrate(self.database(name))
            self._templates[migrate] = name
        return self._templates[migrate]

    def is_durable(self) -> bool:
        """Whether what it has committed is still there after a power failure."""
        with self._connect() as conn:
            shown = [conn.execute(f"SHOW {name}".encode()).fetchone() for name in _DURABLE]
        return all(row is not None and row[0] == "on" for row in shown)

    def close(self) -> None:
        """Drop the templates: a server that was lent to us is given back as it was."""
        for name in self._templates.values():
            self.drop(name)
        self._templates.clear()

    def _order(self, order: str, *names: str) -> None:
        with self._connect() as conn:
            conn.execute(sql.SQL(order).format(*map(sql.Identifier, names)))

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)


@contextmanager
def fresh_database(server: Server, migrate: Migrate | None = None) -> Iterator[str]:
    """The URL of a new database, empty or a copy of the migrated template, dropped afterwards."""
    name = server.create(server.template(migrate)) if migrate else server.create()
    try:
        yield server.database(name)
    finally:
        server.drop(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A fast server: it may lose what it promised when power fails, which no ordinary test looks at."""
    with server_or_skip(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Server]:
    """A server with PostgreSQL's own durability (fsync, synchronous_commit, full pages), for crash tests."""
    with server_or_skip(durable=True) as server:
        yield server


@contextmanager
def server_or_skip(*, durable: bool) -> Iterator[Server]:
    """The server there is; without one the tests are skipped aloud."""
    named = os.environ.get("XIAOER_TEST_POSTGRES_URL")
    with ExitStack() as stack:
        try:
            url = named or stack.enter_context(closing(LocalServer(durable=durable))).url
        except NoPostgres as why:
            _go_without(f"NOT TESTED ON POSTGRESQL: {why}. Or name a server in XIAOER_TEST_POSTGRES_URL.")
        server = stack.enter_context(closing(Server(url)))
        if durable and not server.is_durable():
            _go_without(
                "NO CRASH TESTS: the server in XIAOER_TEST_POSTGRES_URL runs with durability switched off."
            )
        yield server


def _go_without(words: str) -> NoReturn:
    """A skip that can be heard; where nobody listens (CI) it is a failure."""
    if os.environ.get("CI"):
        pytest.fail(words, pytrace=False)
    pytest.skip(words)
