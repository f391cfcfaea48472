"""Many events to a COMMIT, each exactly once, and every promise answered."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from bot.in_hand import InHand, own_path
from bot.line import Busy
from bot.reader import Reader
from bot.writer import Writer
from storage.engine import open_engine
from tests.writer_case import (
    Toy,
    ToyStage,
    add_one,
    commits,
    counters,
    effects,
    refuse,
    rows,
    store,
    toy_writer,
    url,
)

__all__ = ["store", "url"]

PATIENCE = 20.0


class Gate:
    """An act that stops the writer inside its transaction until told to go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def act(self, conn: Connection) -> str:
        self.reached.set()
        assert self.open.wait(PATIENCE)
        return "passed"


@contextmanager
def held_up(writer: Writer[Toy, str], key: str = "first") -> Iterator[Future[str]]:
    """Whatever is submitted meanwhile waits in line together."""
    gate = Gate()
    first = writer.submit(Toy(key, gate.act))
    assert gate.reached.wait(PATIENCE)
    try:
        yield first
    finally:
        gate.open.set()


def answers(futures: list["Future[str]"]) -> list[str]:
    return [future.result(PATIENCE) for future in futures]


def test_twenty_read_modify_writes_of_two_writers_make_twenty(
    store: Engine, url: str, tmp_path: Path
) -> None:
    other = open_engine(url, durable=False)

    with toy_writer(store, tmp_path / "one") as one, toy_writer(other, tmp_path / "two") as two:
        asked = [(one, two)[i % 2].submit(Toy(f"k{i}", add_one("a"))) for i in range(20)]
        assert answers(asked) == ["added"] * 20
    other.dispose()

    assert counters(store)["a"] == 20
    assert len(effects(store)) == 20


def test_many_works_share_a_commit(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer, commits(store) as seen:
        with held_up(writer):
            asked = [writer.submit(Toy(f"k{i}")) for i in range(60)]
            assert writer.waiting == 60
        answers(asked)

    assert len(effects(store)) == 61
    assert len(seen) < 31


def test_nothing_is_answered_before_its_commit(store: Engine, tmp_path: Path) -> None:
    gate = Gate()

    def end(conn: Connection, gathered: list[dict[str, str]]) -> None:
        gate.act(conn)

    with toy_writer(store, tmp_path / "hand", ToyStage(ends=end)) as writer:
        asked = writer.submit(Toy("k"))
        assert gate.reached.wait(PATIENCE)
        assert not asked.done()
        assert effects(store) == []
        gate.open.set()
        assert asked.result(PATIENCE) == "done"

    assert effects(store) == ["k"]


def test_copies_in_one_batch_and_later_take_effect_once(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        with held_up(writer):
            copies = [writer.submit(Toy("same", add_one("a"))) for _ in range(50)]
        assert answers(copies) == ["added"] * 50
        assert writer.submit(Toy("same", add_one("a"))).result(PATIENCE) == "added"

    assert counters(store)["a"] == 1
    assert effects(store) == ["first", "same"]


@pytest.mark.parametrize("failing", [refuse, lambda conn: exit(3)], ids=["bug", "exit"])
def test_a_failing_event_costs_only_itself_and_may_come_again(
    store: Engine, tmp_path: Path, failing: Any
) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        with held_up(writer), commits(store) as seen:
            before = writer.submit(Toy("before", add_one("a")))
            bad = writer.submit(Toy("bad", failing))
            after = writer.submit(Toy("after", add_one("a")))
        assert answers([before, after]) == ["added", "added"]
        assert isinstance(bad.exception(PATIENCE), LookupError | SystemExit)
        assert len(seen) <= 2
        assert counters(store) == {"a": 2, "b": 0}

        assert writer.submit(Toy("bad", add_one("b"))).result(PATIENCE) == "added"

    assert effects(store) == ["after", "bad", "before", "first"]


def test_a_batch_that_fails_as_a_whole_is_retried_event_by_event(store: Engine, tmp_path: Path) -> None:
    def end(conn: Connection, gathered: list[dict[str, str]]) -> None:
        if any(row["key"] == "bad" for row in gathered):
            conn.execute(text("INSERT INTO toy_counters VALUES ('a', 0)"))

    with toy_writer(store, tmp_path / "hand", ToyStage(ends=end)) as writer:
        with held_up(writer):
            good = [writer.submit(Toy(f"k{i}", add_one("a"))) for i in range(5)]
            bad = writer.submit(Toy("bad", add_one("a")))
            good += [writer.submit(Toy(f"m{i}", add_one("a"))) for i in range(5)]
        answers(good)
        assert isinstance(bad.exception(PATIENCE), DBAPIError)

    assert counters(store)["a"] == 10
    assert effects(store) == sorted(["first", *(f"{c}{i}" for c in "km" for i in range(5))])


def test_a_batch_ends_after_its_time_and_the_rest_follows(store: Engine, tmp_path: Path) -> None:
    def dawdle(conn: Connection) -> str:
        until = monotonic() + 0.025
        while monotonic() < until:
            pass
        return "slow"

    with toy_writer(store, tmp_path / "hand") as writer:
        with held_up(writer):
            asked = [writer.submit(Toy(f"k{i}", dawdle)) for i in range(4)]
        with commits(store) as seen:
            answers(asked)

    assert len(seen) >= 4
    assert effects(store) == ["first", "k0", "k1", "k2", "k3"]


def test_works_go_in_the_order_of_arrival(store: Engine, tmp_path: Path) -> None:
    order: list[int] = []

    def note(number: int) -> Toy:
        def act(conn: Connection) -> str:
            order.append(number)
            return "noted"

        return Toy(f"k{number}", act)

    with toy_writer(store, tmp_path / "hand") as writer:
        answers([writer.submit(note(i)) for i in range(200)])

    assert order == list(range(200))


def test_whoever_waits_too_long_is_refused_while_the_writer_hangs(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        with held_up(writer) as first:
            late = writer.submit(Toy("late"), deadline=0.05)
            assert isinstance(late.exception(PATIENCE), Busy)
            assert not first.done()
        assert first.result(PATIENCE) == "passed"

    assert effects(store) == ["first"]


def test_a_full_or_standing_line_refuses_at_once(store: Engine, tmp_path: Path) -> None:
    hand = InHand(own_path(tmp_path))
    with Writer(store, ToyStage(), hand, limit=3) as writer, held_up(writer):
        asked = [writer.submit(Toy(f"k{i}")) for i in range(4)]
        assert asked[3].done()
        assert isinstance(asked[3].exception(), Busy)
    assert [future.exception() for future in asked[:3]] == [None] * 3

    hand = InHand(own_path(tmp_path))
    with Writer(store, ToyStage(), hand, stale=0.0) as writer, held_up(writer, "second"):
        writer.submit(Toy("m0"))
        assert isinstance(writer.submit(Toy("m1")).exception(0), Busy)


def test_what_nobody_waits_for_any_more_is_not_done(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer, held_up(writer):
        assert writer.submit(Toy("cancelled", add_one("a"))).cancel()

    assert counters(store)["a"] == 0


def test_closing_finishes_what_waits(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        asked = [writer.submit(Toy(f"k{i}")) for i in range(100)]
    assert answers(asked) == ["done"] * 100

    writer.close()
    assert isinstance(writer.submit(Toy("late")).exception(0), Busy)
    assert list((tmp_path / "hand").iterdir()) == []


def test_closing_in_time_leaves_no_promise_unanswered(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        with held_up(writer) as first:
            waiting = [writer.submit(Toy(f"k{i}")) for i in range(10)]
            writer.close(timeout=0.05)
            everything = [first, *waiting]
            assert all(isinstance(future.exception(0), Busy) for future in everything)
        writer.close()

    # The one in hand was committed after all; it was told that nobody knew.
    assert effects(store) == ["first"]


def test_a_writer_that_never_started_refuses_when_closed(store: Engine, tmp_path: Path) -> None:
    writer = Writer(store, ToyStage(), InHand(own_path(tmp_path)))
    asked = writer.submit(Toy("k"))
    writer.close()
    assert isinstance(asked.exception(0), Busy)


def test_readers_do_not_wait_for_the_writer_and_cannot_write(store: Engine, tmp_path: Path) -> None:
    reader = Reader(store)

    with toy_writer(store, tmp_path / "hand") as writer, held_up(writer):
        count = reader.read(lambda conn: conn.execute(text("SELECT count(*) FROM toy_counters")).scalar())
        assert count.result(PATIENCE) == 2
        write = reader.read(lambda conn: conn.execute(text("UPDATE toy_counters SET n = 9")).rowcount)
        assert isinstance(write.exception(PATIENCE), DBAPIError)
    reader.close()
    reader.close()

    assert counters(store) == {"a": 0, "b": 0}
    assert isinstance(reader.read(lambda conn: 1).exception(0), Busy)


def test_a_crowd_of_readers_is_refused_early(store: Engine) -> None:
    reader = Reader(store, threads=1, limit=2)
    gate = Gate()

    reads = [reader.read(gate.act), reader.read(gate.act), reader.read(gate.act)]
    assert isinstance(reads[2].exception(0), Busy)
    gate.open.set()
    assert not wait(reads, PATIENCE).not_done
    assert rows(store, "SELECT 1") == [(1,)]
    reader.close()
