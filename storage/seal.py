"""The sealer: links the entries of the record into a keyed chain, so that none can be removed or exchanged.

It follows the entries within seconds; in the writing transaction it would make every writer wait for every
other. `storage.verify` checks the chain, `storage.anchor` keeps its heads outside the database.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, text, type_coerce, update
from sqlalchemy.types import NULLTYPE

from storage.keyring import Keyring
from storage.ledger import audit

# One of PostgreSQL's advisory locks, beside those of `storage.alone`.
LOCK = 7_210_004
NO_LINK = bytes(32)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many entries it links, and the last link."""

    length: int = 0
    link: bytes = NO_LINK


def link_of(keys: Keyring, before: bytes, number: int, mac: bytes) -> bytes:
    """The link of the entry in this place with this MAC, after the link before it."""
    return keys.mac(b"link", before, str(number).encode(), mac)


def raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as the driver gives it: somebody may have written into it what its type cannot read."""
    return type_coerce(column, NULLTYPE)


def as_bytes(value: Any) -> bytes:
    """A stored value as bytes; what is none is wrong, and stays wrong."""
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else repr(value).encode()


def head_of(conn: Connection) -> Head:
    """The end of the chain as this transaction sees it."""
    asked = select(audit.c.sealed_no, raw(audit.c.link).label("link")).where(audit.c.sealed_no.is_not(None))
    row = conn.execute(asked.order_by(audit.c.sealed_no.desc()).limit(1)).one_or_none()
    return Head() if row is None else Head(row.sealed_no, as_bytes(row.link))


def link_at(conn: Connection, number: int) -> bytes | None:
    """The link in this place of the chain; None where there is none."""
    found = conn.scalar(select(raw(audit.c.link)).where(audit.c.sealed_no == number))
    return None if found is None else as_bytes(found)


def count_unsealed(conn: Connection) -> int:
    """How many entries wait for their link."""
    return conn.scalar(select(func.count()).where(audit.c.sealed_no.is_(None))) or 0


def seal(conn: Connection, keys: Keyring, limit: int = 500) -> int:
    """Link the oldest unsealed entries, at most `limit`; returns how many. The caller commits.

    Takes what has no link, not "ids above the last": an entry may be committed after later ones were sealed.
    While somebody else seals it does nothing. `conn` must be in a transaction that may write.
    """
    if not _turn(conn):
        return 0
    head = head_of(conn)
    waiting = select(audit.c.id, raw(audit.c.mac).label("mac")).where(audit.c.sealed_no.is_(None))
    number, link = head.length, head.link
    links = []
    for row in conn.execute(waiting.order_by(audit.c.id).limit(limit)):
        number += 1
        link = link_of(keys, link, number, as_bytes(row.mac))
        links.append({"entry": row.id, "number": number, "value": link})
    if links:
        one = update(audit).where(audit.c.id == bindparam("entry"))
        conn.execute(one.values(sealed_no=bindparam("number"), link=bindparam("value")), links)
    return len(links)


def _turn(conn: Connection) -> bool:
    """Whether nobody else seals. SQLite's write lock sees to that; PostgreSQL is asked, without waiting."""
    if conn.dialect.name != "postgresql":
        return True
    return bool(conn.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK}))
