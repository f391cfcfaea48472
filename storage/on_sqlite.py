"""The embedded store: one file, opened with full durability, never made or replaced silently."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage import store_file
from storage.faults import BadStore, NoStore, Vanished, is_locked

BUSY_MS = 5000
# A write-ahead log that a long reader has let grow is cut back to this afterwards.
_JOURNAL_BYTES = 64 * 1024 * 1024
_UNBEGUN = ("BEGIN", "PRAGMA")


def open_file(url: URL, *, durable: bool, create: bool, checked: bool) -> Engine:
    """The engine of one SQLite file. Raises `NoStore` and `BadStore`."""
    path = store_file.path_of(url)
    store_file.look(path, create=create)
    engine = create_engine(
        url.set(database=str(path)), hide_parameters=True, pool_size=8, max_overflow=8, pool_timeout=1.0
    )
    event.listen(engine, "connect", _prepare(path, durable=durable))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _refuse_outside)
    event.listen(engine, "commit", _refuse_empty_commit)
    try:
        _examine(engine, path, create=create, checked=checked)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _prepare(path: Path, *, durable: bool) -> Callable[[sqlite3.Connection, Any], None]:
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        (mode,) = cursor.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":
            raise BadStore(
                f"{path} 所在的磁盘不支持 WAL(网络盘?),请换到本机磁盘。\n"
                f"The file system of {path} has no WAL (a network drive?): use a local disk."
            )
        for pragma in (
            f"synchronous={'FULL' if durable else 'OFF'}",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
            f"journal_size_limit={_JOURNAL_BYTES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _begin(connection: Connection) -> None:
    """Readers begin deferred and cannot write; all others take the write lock at once."""
    options = connection.get_execution_options()
    reading = bool(options.get("ro"))
    _set(connection, "query_only", int(reading))
    _set(connection, "busy_timeout", int(options.get("lock_ms", BUSY_MS)))
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _set(connection: Connection, pragma: str, value: int) -> None:
    """Set a pragma of this connection unless it already has the value."""
    if connection.info.get(pragma) != value:
        connection.exec_driver_sql(f"PRAGMA {pragma}={value}")
        connection.info[pragma] = value


def _refuse_outside(
    connection: Connection, cursor: sqlite3.Cursor, statement: str, params: Any, context: Any, many: bool
) -> None:
    """A full disk makes SQLite roll back by itself; the next SAVEPOINT would then begin, and later commit,
    a transaction that lacks everything before it."""
    if not cursor.connection.in_transaction and not statement.startswith(_UNBEGUN):
        raise Vanished


def _refuse_empty_commit(connection: Connection) -> None:
    """Python's `commit()` says nothing when there is no transaction any more, so we do."""
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        raise Vanished


def _examine(engine: Engine, path: Path, *, create: bool, checked: bool) -> None:
    """Read the file's first page, or all of its pages, before anybody relies on it."""
    try:
        with engine.connect().execution_options(ro=True) as connection:
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() if checked else "ok"
    except DBAPIError as error:
        if is_locked(error):
            raise BadStore(
                f"{path} 正被另一个程序独占。\nAnother program holds {path} for itself."
            ) from error
        raise store_file.damaged(path, str(error.orig)) from error
    if found != "ok":
        raise store_file.damaged(path, str(found))
    if not tables and not create:
        raise NoStore(path)
