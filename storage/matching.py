"""The index behind the duplicate check: which record answers to which key.

It lies in a table, so earlier events of the same batch and other replicas count; keys are locked before
anybody looks, so of two people who enter the same company in the same second one is first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    true,
    union_all,
)

from storage.base import Owned
from storage.ledger import match_keys

CANDIDATES = 24  # the best ones; more would only cost time
SHARED_BY = 40  # records of one key that are looked at: what more of them share tells nothing


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that shares keys with what was asked; `weight` sums what each tells: 1 if no other has it."""

    noun: str
    record_id: int
    unit_id: int
    certain: bool
    weight: float


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
    """The records that share most with what is asked, certain ones first; a key that few share weighs more.

    Isolated units neither ask across their border nor are found across it: only one zone is searched.
    """
    if not keys:
        return []
    sharing: dict[str, list[Any]] = {}
    for row in _rows(conn, list(dict.fromkeys(keys)), zone_id):
        sharing.setdefault(row.key, []).append(row)
    found: dict[tuple[str, int], Hit] = {}
    for rows in sharing.values():
        for row in rows:
            before = found.get((row.noun, row.record_id))
            certain = bool(row.certain) or (before is not None and before.certain)
            weight = 1 / len(rows) + (before.weight if before else 0)
            found[row.noun, row.record_id] = Hit(row.noun, row.record_id, row.unit_id, certain, weight)
    best = sorted(found.values(), key=lambda hit: (not hit.certain, -hit.weight, hit.noun, hit.record_id))
    return best[:CANDIDATES]


def _rows(conn: Connection, keys: Sequence[str], zone_id: int) -> Iterable[Any]:
    if conn.dialect.name == "postgresql":
        return conn.execute(_SHARING, {"keys": keys, "zone": zone_id})
    given = {f"key{number}": key for number, key in enumerate(keys)}
    return conn.execute(_each(len(keys)), given | {"zone": zone_id})


def _sharing(key: ColumnElement[str]) -> Select[Any]:
    """The first records of one key. No filter on the noun: it would win over the key index."""
    shown = (match_keys.c[name] for name in ("key", "noun", "record_id", "unit_id", "certain"))
    asked = select(*shown).where(match_keys.c.key == key, match_keys.c.zone_id == bindparam("zone"))
    return asked.order_by(match_keys.c.noun, match_keys.c.record_id).limit(SHARED_BY)


def _of_all() -> Select[Any]:
    """Each key by itself, so that one that thousands share costs no more than one that few do."""
    keys = func.unnest(bindparam("keys", type_=ARRAY(Text))).table_valued("key").render_derived(name="asked")
    sharing = _sharing(keys.c.key).lateral()
    return select(sharing).select_from(keys.join(sharing, true()))


@cache
def _each(count: int) -> CompoundSelect[Any]:
    """The same for SQLite, which has no LATERAL. Built once: building costs more than asking."""
    keys = (bindparam(f"key{number}", type_=String) for number in range(count))
    return union_all(*(select(_sharing(key).subquery()) for key in keys))


_SHARING = _of_all()
_INDEX = insert(match_keys)
