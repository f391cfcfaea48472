"""A process killed at any moment, and asked again: each event took effect once, and poison is set aside."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from tests.postgres import fresh_database
from tests.writer_case import counters, effects, rows, toy_store

ROOT = Path(__file__).parent.parent


@pytest.fixture(params=["sqlite", "postgres"])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store with production's durability, holding the toy's tables."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'toy.db'}"
        if request.param == "postgres":
            url = stack.enter_context(fresh_database(request.getfixturevalue("durable_postgres")))
        toy_store(url, durable=True).dispose()
        yield url


@pytest.fixture
def store(durable_url: str) -> Iterator[Engine]:
    engine = open_engine(durable_url)
    yield engine
    engine.dispose()


def child(url: str, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.writer_child", url, str(folder), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def lines(process: "subprocess.Popen[str]") -> list[str]:
    """All that it says until it ends."""
    said, _ = process.communicate(timeout=60)
    return said.splitlines()


@pytest.mark.parametrize("acks", [1, 150])
def test_killed_in_the_middle_and_asked_again_everything_happened_once(
    durable_url: str, store: Engine, tmp_path: Path, acks: int
) -> None:
    process = child(durable_url, tmp_path / "hand", "0", "399")
    assert process.stdout
    acked = [process.stdout.readline() for _ in range(acks)]
    os.kill(process.pid, signal.SIGKILL)
    acked += process.stdout.readlines()
    process.wait(60)
    process.stdout.close()
    assert {line.split()[1] for line in acked} <= set(effects(store))

    again = lines(child(durable_url, tmp_path / "hand", "0", "399"))

    assert len(again) == 400
    assert effects(store) == sorted(f"k{i}" for i in range(400))
    assert counters(store)["a"] == 400


def test_a_poison_event_is_parked_after_two_tries(durable_url: str, store: Engine, tmp_path: Path) -> None:
    hand = tmp_path / "hand"

    for _ in range(2):
        dying = child(durable_url, hand, "0", "9", "k4")
        lines(dying)
        assert dying.returncode == 9
    said = lines(child(durable_url, hand, "0", "9", "k4"))

    assert "acked k4 parked" in said
    assert effects(store) == sorted(f"k{i}" for i in range(10) if i != 4)
    assert [key for key, _ in rows(store, "SELECT * FROM toy_parked")] == ["k4"]
    assert counters(store) == {"a": 9, "b": 0}
    assert list(hand.iterdir()) == []
