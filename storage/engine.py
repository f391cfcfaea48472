"""Opening the store: one call, the same promises on SQLite and on PostgreSQL.

Execution options that both databases know:
`ro=True`: transactions that only read (never queued behind the writer, and unable to write);
`lock_ms=N`: how long a statement waits for somebody else's lock in these transactions.
"""

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from storage import on_postgres, on_sqlite
from storage.faults import BadStore


def open_engine(
    url: str, *, durable: bool = True, create: bool = False, checked: bool = True, prepared: bool = True
) -> Engine:
    """The engine for `sqlite:///…` or `postgresql+psycopg://…`. Raises `NoStore` and `BadStore`.

    `durable=False` is for tests only: it allows settings that lose acknowledged work when power fails.
    `create` makes a missing SQLite file, which only migrations may do. `checked=False` does not read the
    whole file, or does not call the server, before the first use. `prepared=False` suits PgBouncer.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        # The text may hold a password, so it is not repeated.
        raise BadStore(_UNKNOWN) from None
    if address.get_backend_name() == "sqlite":
        return on_sqlite.open_file(address, durable=durable, create=create, checked=checked)
    if address.get_backend_name() == "postgresql":
        return on_postgres.open_server(address, durable=durable, checked=checked, prepared=prepared)
    raise BadStore(_UNKNOWN)


_UNKNOWN = (
    "database.url 应为 sqlite:///路径 或 postgresql+psycopg://用户@主机/库。\n"
    "database.url is to be sqlite:///PATH or postgresql+psycopg://USER@HOST/DATABASE."
)
