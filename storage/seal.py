"""The sealer: links the entries of the record into a keyed chain, so that nothing can be taken out or exchanged.

Linking happens after the entries are committed, a few seconds at most: in the writing transaction it would
make every writer wait for every other. Checking the chain is `storage.verify`; heads kept outside the database
are `storage.anchor`.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, text, update

from storage.keyring import Keyring
from storage.ledger import audit

# Of PostgreSQL's advisory locks; see `storage.alone`.
SEAL = 7_210_004
NOTHING = bytes(32)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many entries it links, and the last link."""

    length: int = 0
    link: bytes = NOTHING


def link_of(keys: Keyring, before: bytes, number: int, mac: bytes) -> bytes:
    """The link of the entry with this place and MAC, after the link before it."""
    return keys.mac(b"link", before, str(number).encode(), mac)


def head_of(conn: Connection) -> Head:
    """The end of the chain as this transaction sees it."""
    asked = select(audit.c.sealed_no, audit.c.link).where(audit.c.sealed_no.is_not(None))
    row = conn.execute(asked.order_by(audit.c.sealed_no.desc()).limit(1)).one_or_none()
    return Head() if row is None else Head(row.sealed_no, bytes(row.link or b""))


def unsealed(conn: Connection) -> int:
    """How many entries wait for their link."""
    return conn.scalar(select(func.count()).where(audit.c.sealed_no.is_(None))) or 0


def seal(conn: Connection, keys: Keyring, limit: int = 500) -> int:
    """Link the oldest unsealed entries, at most `limit`; returns how many. Commits nothing itself.

    Takes what has no link, not "ids above the last": an entry may be committed after later ones were sealed.
    While somebody else seals it does nothing.
    """
    if not _mine(conn):
        return 0
    head = head_of(conn)
    waiting = select(audit.c.id, audit.c.mac).where(audit.c.sealed_no.is_(None))
    rows = conn.execute(waiting.order_by(audit.c.id).limit(limit)).all()
    number, link, links = head.length, head.link, []
    for row in rows:
        number += 1
        link = link_of(keys, link, number, row.mac)
        links.append({"entry": row.id, "number": number, "value": link})
    if links:
        one = update(audit).where(audit.c.id == bindparam("entry"), audit.c.sealed_no.is_(None))
        conn.execute(one.values(sealed_no=bindparam("number"), link=bindparam("value")), links)
    return len(links)


def _mine(conn: Connection) -> bool:
    """Whether nobody else seals. SQLite's write lock has seen to that; PostgreSQL is asked, without waiting."""
    if conn.dialect.name != "postgresql":
        return True
    return bool(conn.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": SEAL}))
