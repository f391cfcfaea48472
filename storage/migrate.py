"""Bring the store to the version of this program, or say why it cannot be used.

Versions are the four digits before the names in `migrations/versions`, in one line without branches.
"""

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import cast

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.exc import DatabaseError, OperationalError

from storage import ledger, org, schema
from storage.alone import alone, be_patient, sqlite_file
from storage.base import Base
from storage.probe import has_probe, write_probe
from storage.store_problems import StoreDamaged, StoreMissing, StoreNewer, StoreOlder, StoreUnreachable
from storage.turnstile import turnstile
from storage.types import keys_of

MIGRATIONS = Path(__file__).with_name("migrations")
VERSIONS = MIGRATIONS / "versions"
VERSION_TABLE = table("alembic_version", column("version_num"))
DAMAGE = ("malformed", "not a database", "disk image", "corrupt", "file is encrypted")
# The metadata knows a table only once its module has been read.
TABLES = frozenset(
    {*Base.metadata.tables, ledger.marks.name, org.Unit.__tablename__, schema.Lead.__tablename__}
)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did: `from_` is None for a store that was empty; equal versions mean nothing to do."""

    from_: str | None
    to: str


def head(versions: Path = VERSIONS) -> str:
    """The version this program needs."""
    return max(path.name[:4] for path in versions.glob("[0-9][0-9][0-9][0-9]_*.py"))


def migrate(engine: Engine, versions: Path = VERSIONS) -> Migrated:
    """Bring the store to this version. Safe when several start; interrupted, it leaves the store as it was.

    The engine keeps the keys and, for a new SQLite file, was opened with `create=True`. Raises `StoreNewer`,
    `StoreDamaged`, `StoreUnreachable`.
    """
    try:
        with alone(engine, "migrate"), turnstile(engine), engine.connect() as conn:
            _ignore_foreign_keys(conn)
            try:
                return _upgrade(conn, versions)
            finally:
                # The pragma would outlive the connection's return to the pool: this one is not used again.
                conn.invalidate()
    except DatabaseError as error:
        raise _named(engine, error) from error


def check_version(engine: Engine, versions: Path = VERSIONS) -> None:
    """Refuse a store that is missing, older, newer or damaged; never creates or changes anything.

    Raises `StoreMissing`, `StoreOlder`, `StoreNewer`, `StoreDamaged`, `StoreUnreachable`.
    """
    path = sqlite_file(engine)
    if path is not None and not (path.is_file() and path.stat().st_size):
        raise StoreMissing(_address(engine))
    try:
        with engine.execution_options(ro=True).connect() as conn:
            found = _version(conn)
    except DatabaseError as error:
        raise _named(engine, error) from error
    if found is None:
        raise StoreMissing(_address(engine))
    _refuse_newer(found, head(versions))
    if found < head(versions):
        raise StoreOlder(found, head(versions))


def _upgrade(conn: Connection, versions: Path) -> Migrated:
    needed = head(versions)
    with conn.begin():
        if conn.dialect.name == "postgresql":
            be_patient(conn)
        found = _version(conn)
        if found == needed and has_probe(conn):
            return Migrated(found, needed)
        _refuse_newer(found or "", needed)
        _run(conn, versions)
        if not has_probe(conn):
            write_probe(conn, keys_of(conn.dialect))
        _check_foreign_keys(conn)
    return Migrated(found, needed)


def _run(conn: Connection, versions: Path) -> None:
    # Importing alembic takes a second, which only a migration should pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def _version(conn: Connection) -> str | None:
    """The version of the store, None when it is empty. Raises `StoreDamaged` for tables without a version."""
    tables = set(inspect(conn).get_table_names())
    if VERSION_TABLE.name in tables:
        found = conn.scalars(select(VERSION_TABLE.c.version_num)).all()
        if len(found) == 1:
            return str(found[0])
        if found:
            raise StoreDamaged(_address(conn.engine))
    if tables & TABLES:
        raise StoreDamaged(_address(conn.engine))
    return None


def _refuse_newer(found: str, needed: str) -> None:
    if found > needed:
        raise StoreNewer(found, needed)


def _ignore_foreign_keys(conn: Connection) -> None:
    # With foreign keys on, a batch migration that replaces a parent table deletes its children without a
    # word. The pragma counts for nothing inside a transaction, so it is given to the driver before BEGIN.
    if conn.dialect.name == "sqlite":
        cast(SqliteConnection, conn.connection.driver_connection).execute("PRAGMA foreign_keys=OFF")


def _check_foreign_keys(conn: Connection) -> None:
    if conn.dialect.name == "sqlite" and (broken := conn.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StoreDamaged(_address(conn.engine), f"foreign_key_check: {broken[:3]}")


def _named(engine: Engine, error: DatabaseError) -> Exception:
    words = str(error.orig).lower()
    if any(sign in words for sign in DAMAGE):
        return StoreDamaged(_address(engine), str(error.orig))
    if isinstance(error, OperationalError):
        return StoreUnreachable(_address(engine), str(error.orig))
    return error


def _address(engine: Engine) -> str:
    path = sqlite_file(engine)
    return str(path) if path is not None else engine.url.render_as_string(hide_password=True)
