"""The numbers people call records by: L-20931, K-0691, T3021. One running number per kind; gaps are fine."""

from sqlalchemy import Connection, bindparam, insert, select, text, update

from storage.ledger import counters

FORMS = {"lead": "L-{:05d}", "customer": "C-{:04d}", "task": "K-{:04d}"}
_COUNT = (
    update(counters)
    .where(counters.c.kind == bindparam("of"))
    .values(next=counters.c.next + 1)
    .returning(counters.c.next)
)


def next_code(conn: Connection, kind: str) -> str:
    """Take the next number of this kind. On PostgreSQL a sequence counts, so writers never wait for it."""
    return FORMS[kind].format(_next(conn, kind))


def _next(conn: Connection, kind: str) -> int:
    if conn.dialect.name == "postgresql":
        # `kind` is one of ours, never words of a person.
        return int(conn.scalar(text(f"SELECT nextval('code_{kind}')")) or 0)
    found = conn.scalar(_COUNT, {"of": kind})
    if found is None:
        conn.execute(insert(counters), {"kind": kind, "next": 2})
        return 1
    return int(found) - 1


def begin_at(conn: Connection, kind: str, number: int) -> None:
    """Let the next number be at least this one (an import that brings its own numbers)."""
    if conn.dialect.name == "postgresql":
        asked = text(f"SELECT setval('code_{kind}', greatest(nextval('code_{kind}'), :n), false)")
        conn.execute(asked, {"n": number})
        return
    present = conn.scalar(select(counters.c.next).where(counters.c.kind == kind))
    if present is None:
        conn.execute(insert(counters), {"kind": kind, "next": number})
    elif present < number:
        conn.execute(update(counters).where(counters.c.kind == kind).values(next=number))
