"""A record to be sealed and damaged, on each database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, Executable

from storage.audit import Entry, write_entries
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.migrate import migrate
from storage.seal import seal
from storage.turnstile import write
from storage.types import keep_keys
from storage.verify import Fault, verify

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
COUNT = 9
SEED = 20261118


def opened(url: str) -> Engine:
    engine = open_engine(url, durable=False, create=True, checked=False)
    keep_keys(engine.dialect, KEYS)
    return engine


def fill(url: str) -> None:
    engine = opened(url)
    migrate(engine)
    engine.dispose()


@contextmanager
def closing_store(url: str) -> Iterator[Engine]:
    engine = opened(url)
    try:
        yield engine
    finally:
        engine.dispose()


def entry(number: int) -> Entry:
    at = NOW + timedelta(seconds=number)
    changes = {"what": "changed", "fields": {"phone": [None, f"1990000{number:04d}"], "note": ["", "看看"]}}
    return Entry(f"wecom:main:{number}", at, at, number, "wecom:main", "lead.update", "lead", number, changes)


def record(engine: Engine, numbers: range) -> None:
    with write(engine) as conn:
        write_entries(conn, KEYS, [entry(number) for number in numbers])


def seal_all(engine: Engine, limit: int = 500) -> int:
    total = 0
    while True:
        with write(engine) as conn:
            done = seal(conn, KEYS, limit)
        total += done
        if not done:
            return total


def fault(engine: Engine, anchor: Path | None = None) -> Fault | None:
    with engine.execution_options(ro=True).connect() as conn:
        return verify(conn, KEYS, anchor).fault


Deed = Callable[[Connection], object]


def fault_after(engine: Engine, damage: Executable | Deed, anchor: Path | None = None) -> Fault | None:
    """What is found of a damage, which is undone again."""
    with write(engine) as conn:
        if isinstance(damage, Executable):
            conn.execute(damage)
        else:
            damage(conn)
        found = verify(conn, KEYS, anchor).fault
        conn.rollback()
    return found
