"""What the store can refuse, and what a refusal of the database means for the one who must go on."""

import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError

# Lock time-out, deadlock, serialisation failure: the same work may be done again at once.
_CONFLICTS = frozenset({"55P03", "40P01", "40001"})
# Shutting down, crashed, starting up, database dropped, and an old primary that has become read-only.
_GONE = frozenset({"57P01", "57P02", "57P03", "57P05", "25006"})
# PostgreSQL classes: insufficient resources, operator intervention, system error, internal error.
_SICK_CLASSES = frozenset({"53", "57", "58", "XX"})
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SICK = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)


class BadStore(Exception):
    """The store cannot be used as it is. The message says why and what to do, in Chinese and English."""


class NoStore(BadStore):
    """There is no store at `path`; it is never made silently."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"没有找到数据库:{path}。请先运行 `xiaoer migrate`。\n"
            f"There is no store at {path}: run `xiaoer migrate`."
        )
        self.path = path


class Vanished(Exception):
    """The database has rolled the transaction back by itself; nothing may run or commit in its place."""


def is_conflict(error: BaseException) -> bool:
    """Somebody else holds or has changed the row: undo this event and try it again in another transaction."""
    return isinstance(error, StaleDataError) or _sqlstate(error) in _CONFLICTS


def is_lost(error: BaseException) -> bool:
    """The connection, or the chance of getting one, is gone; another connection may do the same work."""
    if isinstance(error, NoConnectionFree):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = _sqlstate(error)
    return error.connection_invalidated or state in _GONE or state.startswith("08") or _never_connected(error)


def is_locked(error: BaseException) -> bool:
    """Another process holds the SQLite file."""
    return _sqlite_code(error) in _LOCKED


def is_trouble(error: BaseException) -> bool:
    """The database's fault, not the event's: the transaction is not to be trusted any more.

    Code that catches bugs inside a transaction must let these pass.
    """
    if isinstance(error, Vanished) or is_conflict(error) or is_lost(error) or is_locked(error):
        return True
    return _sqlite_code(error) in _SICK or _sqlstate(error)[:2] in _SICK_CLASSES


def _sqlstate(error: BaseException) -> str:
    return getattr(error.orig, "sqlstate", None) or "" if isinstance(error, DBAPIError) else ""


def _sqlite_code(error: BaseException) -> int:
    """The primary result code, or 0."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF if isinstance(error, DBAPIError) else 0


def _never_connected(error: DBAPIError) -> bool:
    """libpq could not connect: an operational error that no server has numbered."""
    cause = error.orig
    return type(cause).__module__.startswith("psycopg") and (
        type(cause).__name__ in {"OperationalError", "ConnectionTimeout"} and not _sqlstate(error)
    )
