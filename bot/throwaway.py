"""A store that lives only as long as a question: a company loaded into a temporary file."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from bot.linked import connections_in
from bot.loading import load_company
from handlers.policies.inforce import DEFAULT_ZONE
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.migrate import migrate
from storage.types import keep_keys

EVERY_STORY = "all"
# Records without a date of their own are as old as this, whenever the question is asked.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@contextmanager
def throwaway_store(company: Path) -> Iterator[tuple[Engine, Keyring]]:
    """The company of a folder or workbook with all its records. Raises `BadOrganisation`."""
    connections = connections_in(company)
    keys = Keyring((secrets.token_bytes(32),), secrets.token_bytes(32), secrets.token_bytes(32))
    with TemporaryDirectory(prefix="xiaoer-") as folder:
        engine = open_engine(f"sqlite:///{folder}/store.db", durable=False, create=True, checked=False)
        try:
            keep_keys(engine.dialect, keys)
            migrate(engine)
            load_company(
                engine, keys, company,
                connections=connections, now=LONG_AGO, zone=DEFAULT_ZONE, story=EVERY_STORY,
            )  # fmt: skip
            yield engine, keys
        finally:
            engine.dispose()
