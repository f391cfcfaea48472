"""Who leads a piece of work that only one process may do, such as holding a long connection."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.ledger import leases


def lead(conn: Connection, name: str, holder: str, now: datetime, life: timedelta) -> bool:
    """Become or stay the leader of `name` until `life` from `now`, which is real time; False: somebody is."""
    maker = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    first = {"name": name, "holder": "", "number": 0, "until": now}
    conn.execute(maker(leases).values(first).on_conflict_do_nothing(index_elements=["name"]))
    free = and_(leases.c.name == name, or_(leases.c.holder == holder, leases.c.until <= now))
    taken = update(leases).where(free).values(holder=holder, number=leases.c.number + 1, until=now + life)
    return conn.execute(taken).rowcount == 1


def resign(conn: Connection, name: str, holder: str, now: datetime) -> None:
    """Let somebody else lead at once."""
    mine = and_(leases.c.name == name, leases.c.holder == holder)
    conn.execute(update(leases).where(mine).values(until=now))
