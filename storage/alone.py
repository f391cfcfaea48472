"""Work that only one process may do at a time: a migration, an import of the organisation.

On SQLite a lock file beside the store (`<file>.<name>`), on PostgreSQL an advisory lock. Both are released by
the operating system or the server when the holder dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text

# Keys of PostgreSQL's advisory locks. ORG: changes of rights hold it, batches of events its shared form.
ORG = 7_210_001
_SHARE = text("SELECT pg_advisory_xact_lock_shared(:key)")
KEYS = {"migrate": 7_210_002, "import": 7_210_003}


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite store, None for another database. Raises `ValueError` for a store in memory."""
    if engine.dialect.name != "sqlite":
        return None
    name = engine.url.database
    if not name or name == ":memory:":
        raise ValueError("小二 needs a database file: sqlite:///data/xiaoer.db")
    return Path(name)


@contextmanager
def alone(engine: Engine, name: str) -> Iterator[None]:
    """Hold the lock of this name; waits for whoever holds it. Takes a connection of its own on PostgreSQL."""
    path = sqlite_file(engine)
    if path is None:
        with engine.connect() as conn, conn.begin():
            be_patient(conn)
            # Bound to the transaction, not the session: it also holds through a connection pooler.
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEYS[name]})
            yield
        return
    descriptor = os.open(f"{path}.{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def be_patient(conn: Connection) -> None:
    """Lift the short time limits of event batches for this transaction (PostgreSQL)."""
    for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        conn.execute(text(f"SET LOCAL {limit} = 0"))


def share_rights(conn: Connection) -> None:
    """Let rights stay as they are until this transaction ends; SQLite's single writer needs no more."""
    if conn.dialect.name == "postgresql":
        conn.execute(_SHARE, {"key": ORG})


def hold_rights(conn: Connection) -> None:
    """Keep event batches out while rights change; SQLite's single writer needs no more."""
    if conn.dialect.name == "postgresql":
        be_patient(conn)
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ORG})
