"""Whatever breaks, and whenever: each event takes effect once, and the writer goes on."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from bot.in_hand import InHand, own_path
from bot.line import Busy
from bot.writer import Writer
from storage.engine import open_engine
from tests.postgres import Server, fresh_database
from tests.writer_case import (
    Toy,
    ToyStage,
    add_one,
    counters,
    effects,
    rows,
    toy_store,
    toy_writer,
)

PATIENCE = 30.0


@pytest.fixture
def shared(postgres: Server) -> Iterator[Engine]:
    with fresh_database(postgres) as url:
        engine = toy_store(url)
        yield engine
        engine.dispose()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Engine]:
    engine = toy_store(f"sqlite:///{tmp_path / 'toy.db'}")
    yield engine
    engine.dispose()


def kill(engine: Engine, conn: Connection) -> None:
    """End the server's side of a connection, and wait until it has ended."""
    driver: Any = conn.connection.driver_connection
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": driver.info.backend_pid})


def test_locks_in_opposite_orders_end_with_everything_exactly_once(shared: Engine, tmp_path: Path) -> None:
    other = open_engine(shared.url.render_as_string(hide_password=False), durable=False)
    met = threading.Barrier(2, timeout=PATIENCE)
    first = [True, True]

    def cross(side: int) -> Toy:
        one, two = ("a", "b") if side == 0 else ("b", "a")

        def act(conn: Connection) -> str:
            add_one(one)(conn)
            if first[side]:
                first[side] = False
                met.wait()
            return add_one(two)(conn)

        return Toy(f"cross{side}", act)

    with toy_writer(shared, tmp_path / "one") as one, toy_writer(other, tmp_path / "two") as two:
        asked = [one.submit(cross(0)), two.submit(cross(1))]
        for i in range(60):
            order = ("a", "b") if i % 3 else ("b", "a")
            asked.append((one, two)[i % 2].submit(Toy(f"k{i}", add_one(*order)), deadline=PATIENCE))
        assert [future.result(PATIENCE) for future in asked] == ["added"] * 62
    other.dispose()

    assert counters(shared) == {"a": 62, "b": 62}
    assert effects(shared) == sorted(["cross0", "cross1", *(f"k{i}" for i in range(60))])


def test_a_row_locked_for_long_costs_one_event_and_not_the_line(shared: Engine, tmp_path: Path) -> None:
    hand = InHand(own_path(tmp_path))
    with shared.begin() as holder, Writer(shared, ToyStage(), hand, patience=0.1) as writer:
        add_one("a")(holder)
        stuck = writer.submit(Toy("stuck", add_one("a")))
        free = writer.submit(Toy("free", add_one("b")))
        assert free.result(PATIENCE) == "added"
        assert isinstance(stuck.exception(PATIENCE), Busy)

    assert effects(shared) == ["free"]
    assert counters(shared) == {"a": 1, "b": 1}


def test_copies_at_two_replicas_take_effect_once(shared: Engine, tmp_path: Path) -> None:
    other = open_engine(shared.url.render_as_string(hide_password=False), durable=False)
    with toy_writer(shared, tmp_path / "one") as one, toy_writer(other, tmp_path / "two") as two:
        asked = [
            writer.submit(Toy(f"k{i % 25}", add_one("a")), deadline=PATIENCE)
            for i in range(50)
            for writer in (one, two)
        ]
        assert {future.result(PATIENCE) for future in asked} == {"added"}
    other.dispose()

    assert counters(shared)["a"] == 25
    assert effects(shared) == sorted(f"k{i}" for i in range(25))


def test_a_connection_lost_in_the_middle_repeats_the_batch(shared: Engine, tmp_path: Path) -> None:
    lost: list[bool] = []

    def lose(conn: Connection) -> str:
        if not lost:
            lost.append(True)
            kill(shared, conn)
        return add_one("a")(conn)

    with toy_writer(shared, tmp_path / "hand") as writer:
        asked = [writer.submit(Toy(f"k{i}", lose if i == 3 else add_one("a"))) for i in range(8)]
        assert [future.result(PATIENCE) for future in asked] == ["added"] * 8

    assert lost
    assert counters(shared)["a"] == 8
    assert effects(shared) == [f"k{i}" for i in range(8)]


def test_an_event_that_always_loses_the_connection_is_found_out(shared: Engine, tmp_path: Path) -> None:
    def lose(conn: Connection) -> str:
        kill(shared, conn)
        return add_one("a")(conn)

    with toy_writer(shared, tmp_path / "hand") as writer:
        good = writer.submit(Toy("good", add_one("a")))
        bad = writer.submit(Toy("bad", lose), deadline=1.0)
        after = writer.submit(Toy("after", add_one("a")), deadline=PATIENCE)
        assert [good.result(PATIENCE), after.result(PATIENCE)] == ["added", "added"]
        assert isinstance(bad.exception(PATIENCE), Busy)

    assert effects(shared) == ["after", "good"]


class Looking(ToyStage):
    """Remembers what was looked up beside the writer's own transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.looked: list[str] = []

    def find(self, conn: Connection, key: str) -> str | None:
        if conn.get_execution_options().get("ro"):
            self.looked.append(key)
        return super().find(conn, key)


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_a_connection_lost_at_commit_is_looked_into(shared: Engine, tmp_path: Path, committed: bool) -> None:
    lost: list[bool] = []

    def lose(conn: Connection) -> None:
        driver: Any = conn.connection.driver_connection
        if not lost and not conn.get_execution_options().get("ro"):
            lost.append(True)
            if committed:
                driver.commit()
            kill(shared, conn)
            # psycopg would not notice at once that nothing is left to commit.
            driver.execute("SELECT 1")

    stage = Looking()
    event.listen(shared, "commit", lose)
    with toy_writer(shared, tmp_path / "hand", stage) as writer:
        asked = [writer.submit(Toy(f"k{i}", add_one("a"))) for i in range(8)]
        assert [future.result(PATIENCE) for future in asked] == ["added"] * 8
    event.remove(shared, "commit", lose)

    assert "k0" in stage.looked
    assert counters(shared)["a"] == 8
    assert effects(shared) == [f"k{i}" for i in range(8)]


def test_a_foreign_lock_makes_busy_and_then_everything_goes_on(embedded: Engine, tmp_path: Path) -> None:
    foreign = sqlite3.connect(str(embedded.url.database), isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")

    with toy_writer(embedded, tmp_path / "hand") as writer:
        asked = [writer.submit(Toy(f"k{i}"), deadline=0.3) for i in range(5)]
        patient = writer.submit(Toy("patient"), deadline=PATIENCE)
        assert all(isinstance(future.exception(PATIENCE), Busy) for future in asked)
        foreign.execute("COMMIT")
        assert patient.result(PATIENCE) == "done"
        assert writer.submit(Toy("k0")).result(PATIENCE) == "done"
    foreign.close()

    assert effects(embedded) == ["k0", "patient"]


def limit_pages(engine: Engine, pages: list[int]) -> None:
    """Let the disk end after `pages[0]` pages, until `pages` is emptied."""

    def limit(conn: Connection) -> None:
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages[0] if pages else 1_000_000}")

    event.listen(engine, "begin", limit)


def fill(conn: Connection) -> str:
    """More than the disk holds."""
    conn.execute(text("INSERT INTO toy_effects VALUES ('big', hex(zeroblob(400000)))"))
    return "filled"


def fill_and_hush(conn: Connection) -> str:
    """What a careless handler would do: the database has rolled everything back by now."""
    try:
        fill(conn)
    except DBAPIError:
        conn.execute(text("UPDATE toy_counters SET n = n + 100"))
    return "hushed"


def fill_and_say_nothing(conn: Connection) -> str:
    try:
        fill(conn)
    except DBAPIError:
        return "nothing"
    return "filled"


@pytest.mark.parametrize("act", [fill, fill_and_hush, fill_and_say_nothing])
def test_a_full_disk_costs_what_does_not_fit_and_nothing_else(
    embedded: Engine, tmp_path: Path, act: Any
) -> None:
    pages = [int(str(rows(embedded, "PRAGMA page_count")[0][0])) + 20]
    limit_pages(embedded, pages)

    with toy_writer(embedded, tmp_path / "hand") as writer:
        good = [writer.submit(Toy(f"k{i}", add_one("a"))) for i in range(5)]
        big = writer.submit(Toy("big", act))
        good += [writer.submit(Toy(f"m{i}", add_one("a"))) for i in range(5)]
        assert [future.result(PATIENCE) for future in good] == ["added"] * 10
        assert big.exception(PATIENCE) is not None
        assert counters(embedded) == {"a": 10, "b": 0}
        assert len(effects(embedded)) == 10

        pages.clear()
        assert writer.submit(Toy("big", fill)).result(PATIENCE) == "filled"
