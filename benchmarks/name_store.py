"""Stores whose leads are made-up companies, filled in bulk with the product's own keys."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection, Engine, insert

from benchmarks.group import KEYS
from handlers.companies.index import Identity, match_keys_of
from storage.ledger import match_keys
from storage.org import Unit
from storage.schema import Lead

AT = datetime(2026, 11, 18, tzinfo=UTC)
SLICE = 10_000
UNIT, NO_ZONE = 1, 0
COLUMNS = ("key", "noun", "record_id", "unit_id", "zone_id", "certain")
KeyRow = tuple[str, str, int, int, int, int]


def fill(engines: Sequence[Engine], names: Sequence[str]) -> None:
    """Store these leads, with numbers from 1 on, in each store; their keys are worked out once."""
    unit = {
        "id": UNIT,
        "code": "U",
        "name": "单元",
        "kind": "group",
        "isolated": False,
        "platform": "",
        "note": "",
    }
    for engine in engines:
        with engine.begin() as conn:
            conn.execute(insert(Unit), unit)
    numbered = iter(enumerate(names, 1))
    while part := list(islice(numbered, SLICE)):
        # Sorted, so that the index grows place by place instead of everywhere at once.
        keys = sorted(row for number, name in part for row in _key_rows(number, name))
        for engine in engines:
            with engine.begin() as conn:
                conn.execute(insert(Lead), [_lead(number, name) for number, name in part])
                _write(conn, keys)


def _lead(number: int, name: str) -> dict[str, object]:
    return {
        "id": number,
        "code": f"L-{number:07d}",
        "company": name,
        "version": 1,
        "created_at": AT,
        "unit_id": UNIT,
    }


def _key_rows(number: int, name: str) -> Iterator[KeyRow]:
    for key in match_keys_of(Identity((name,)), KEYS):
        yield key.text, Lead.noun, number, UNIT, NO_ZONE, int(key.certain)


def _write(conn: Connection, rows: Sequence[KeyRow]) -> None:
    """By the quickest way that each database has."""
    named = f"{match_keys.name} ({', '.join(COLUMNS)})"
    if conn.dialect.name != "postgresql":
        conn.exec_driver_sql(f"INSERT INTO {named} VALUES ({', '.join('?' * len(COLUMNS))})", list(rows))
        return
    driver = conn.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY {named} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
