"""The index behind the duplicate check: which record answers to which key.

It lies in a table, so earlier events of the same batch and other replicas count; keys are locked before
anybody looks, so of two people who enter the same company in the same second one is first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from storage.base import Owned
from storage.ledger import match_keys

CANDIDATES = 60  # The best ones; more would only cost time.


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that shares keys with what was asked."""

    noun: str
    record_id: int
    unit_id: int
    certain: bool
    shared: int


@dataclass(frozen=True, slots=True)
class MatchKey:
    """A key a record answers to. `certain`: an equal one means the same company or phone."""

    text: str
    certain: bool


def lock_keys(conn: Connection, keys: Iterable[str]) -> None:
    """Hold these keys until the transaction ends. SQLite has one writer at a time anyway."""
    if conn.dialect.name != "postgresql":
        return
    # Sorted, so that two writers with several keys in common never wait for each other in a circle.
    numbers = sorted(
        {int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True) for key in keys}
    )
    for number in numbers:
        conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})


def index_keys(
    conn: Connection, row: Owned, keys: Iterable[MatchKey], zone_id: int, *, fresh: bool = False
) -> None:
    """Let this record answer to these keys and no others. `fresh`: it answers to none yet."""
    if not fresh:
        forget_keys(conn, row.noun, row.id)
    rows = [
        {
            "key": key.text, "noun": row.noun, "record_id": row.id, "unit_id": row.unit_id,
            "zone_id": zone_id, "certain": int(key.certain),
        }
        for key in {key.text: key for key in keys}.values()
    ]  # fmt: skip
    if rows:
        conn.execute(_INDEX, rows)


def forget_keys(conn: Connection, noun: str, record_id: int) -> None:
    """The record is gone or renamed: it answers to nothing any more."""
    conn.execute(delete(match_keys).where(match_keys.c.noun == noun, match_keys.c.record_id == record_id))


def find_hits(conn: Connection, keys: Sequence[str], *, zone_id: int) -> list[Hit]:
    """The records that share most keys, certain ones first.

    Isolated units neither ask across their border nor are found across it: only one zone is searched.
    """
    found = conn.execute(_HITS, {"keys": list(keys), "zone": zone_id})
    return [Hit(row.noun, row.record_id, row.unit_id, bool(row.certain), row.shared) for row in found]


def _hits() -> Any:
    """Built once: building costs more than asking. No filter on the noun: it would win over the key index."""
    shared = func.count()
    certain = func.max(match_keys.c.certain)
    return (
        select(
            match_keys.c.noun,
            match_keys.c.record_id,
            match_keys.c.unit_id,
            certain.label("certain"),
            shared.label("shared"),
        )
        .where(
            match_keys.c.key.in_(bindparam("keys", expanding=True)),
            match_keys.c.zone_id == bindparam("zone"),
        )
        .group_by(match_keys.c.noun, match_keys.c.record_id, match_keys.c.unit_id)
        .order_by(certain.desc(), shared.desc(), match_keys.c.record_id)
        .limit(CANDIDATES)
    )


_HITS = _hits()
_INDEX = insert(match_keys)
