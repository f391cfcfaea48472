"""A toy stage over small tables of its own, for trying the writer without any of the product's nouns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.in_hand import InHand, claim_leftovers, own_path
from bot.writer import Writer
from storage.engine import open_engine
from storage.turnstile import write
from tests.postgres import fresh_database

_TABLES = (
    "CREATE TABLE toy_inbox (key VARCHAR PRIMARY KEY, answer VARCHAR)",
    "CREATE TABLE toy_effects (key VARCHAR, note VARCHAR)",
    "CREATE TABLE toy_counters (name VARCHAR PRIMARY KEY, n INTEGER NOT NULL)",
    "CREATE TABLE toy_attempts (key VARCHAR)",
    "CREATE TABLE toy_parked (key VARCHAR PRIMARY KEY, why VARCHAR)",
)

Act = Callable[[Connection], str]


def nothing(conn: Connection) -> str:
    return "done"


@dataclass(frozen=True, slots=True)
class Toy:
    """A work that carries its own deed."""

    key: str
    act: Act = nothing


@dataclass
class ToyStage:
    """Fulfils `bot.stage.Stage`. Every event leaves one row in toy_effects, written at the end."""

    gathered: list[dict[str, str]] = field(default_factory=list)
    ends: Callable[[Connection, list[dict[str, str]]], None] = lambda conn, gathered: None

    def begin(self, conn: Connection, works: Sequence[Toy]) -> Mapping[str, str]:
        came = text("INSERT INTO toy_inbox (key) VALUES (:key) ON CONFLICT DO NOTHING")
        seen = [work.key for work in works if not conn.execute(came, {"key": work.key}).rowcount]
        answers = {key: self.find(conn, key) for key in seen}
        return {key: answer or "" for key, answer in answers.items()}

    def perform(self, conn: Connection, work: Toy) -> str:
        answer = work.act(conn)
        conn.execute(
            text("UPDATE toy_inbox SET answer = :answer WHERE key = :key"),
            {"key": work.key, "answer": answer},
        )
        self.gathered.append({"key": work.key, "note": answer})
        return answer

    def forget(self, conn: Connection, work: Toy) -> None:
        conn.execute(text("DELETE FROM toy_inbox WHERE key = :key"), {"key": work.key})

    def end(self, conn: Connection) -> None:
        self.ends(conn, self.gathered)
        if self.gathered:
            conn.execute(text("INSERT INTO toy_effects VALUES (:key, :note)"), self.gathered)
        self.gathered = []

    def discard(self) -> None:
        self.gathered = []

    def find(self, conn: Connection, key: str) -> str | None:
        found = conn.execute(text("SELECT answer FROM toy_inbox WHERE key = :key"), {"key": key}).scalar()
        return None if found is None else str(found)

    def attempt(self, conn: Connection, key: str) -> int:
        conn.execute(text("INSERT INTO toy_attempts VALUES (:key)"), {"key": key})
        return int(
            conn.execute(
                text("SELECT count(*) FROM toy_attempts WHERE key = :key"), {"key": key}
            ).scalar_one()
        )

    def park(self, conn: Connection, work: Toy, why: str) -> str:
        conn.execute(text("INSERT INTO toy_parked VALUES (:key, :why)"), {"key": work.key, "why": why})
        conn.execute(
            text("UPDATE toy_inbox SET answer = 'parked' WHERE key = :key"), {"key": work.key, "answer": why}
        )
        return "parked"


def toy_store(url: str, *, durable: bool = False) -> Engine:
    """A store with the toy's tables and two counters, `a` and `b`, at nought."""
    engine = open_engine(url, durable=durable, create=True)
    with write(engine) as conn:
        for table in _TABLES:
            conn.execute(text(table))
        conn.execute(text("INSERT INTO toy_counters VALUES ('a', 0), ('b', 0)"))
    return engine


@contextmanager
def toy_writer(engine: Engine, folder: Path, stage: ToyStage | None = None) -> Iterator[Writer[Toy, str]]:
    """A running writer that takes over what dead ones have left in `folder`."""
    folder.mkdir(exist_ok=True)
    with Writer(engine, stage or ToyStage(), InHand(own_path(folder), claim_leftovers(folder))) as writer:
        yield writer


def add_one(*names: str) -> Act:
    """Read, then write, each counter in the order given: loses updates unless somebody keeps order."""

    def act(conn: Connection) -> str:
        lock = " FOR UPDATE" if conn.dialect.name == "postgresql" else ""
        for name in names:
            found = conn.execute(text(f"SELECT n FROM toy_counters WHERE name = :name{lock}"), {"name": name})
            bind = {"name": name, "n": found.scalar_one() + 1}
            conn.execute(text("UPDATE toy_counters SET n = :n WHERE name = :name"), bind)
        return "added"

    return act


def refuse(conn: Connection) -> str:
    """Writes, and fails."""
    conn.execute(text("UPDATE toy_counters SET n = n + 100"))
    raise LookupError("a bug")


def counters(engine: Engine) -> dict[str, int]:
    return {str(name): int(str(n)) for name, n in rows(engine, "SELECT name, n FROM toy_counters")}


def effects(engine: Engine) -> list[str]:
    """The keys that took effect, each as often as it did."""
    return sorted(str(key) for (key,) in rows(engine, "SELECT key FROM toy_effects"))


def rows(engine: Engine, query: str) -> Sequence[tuple[object, ...]]:
    with engine.connect().execution_options(ro=True) as conn:
        return [tuple(row) for row in conn.execute(text(query))]


@contextmanager
def commits(engine: Engine) -> Iterator[list[Connection]]:
    """Gathers the connections of write transactions that were committed meanwhile."""
    seen: list[Connection] = []

    def count(conn: Connection) -> None:
        if not conn.get_execution_options().get("ro"):
            seen.append(conn)

    event.listen(engine, "commit", count)
    try:
        yield seen
    finally:
        event.remove(engine, "commit", count)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty store of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'toy.db'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as address:
        yield address


@pytest.fixture
def store(url: str) -> Iterator[Engine]:
    engine = toy_store(url)
    yield engine
    engine.dispose()
