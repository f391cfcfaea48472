"""Several writers on one SQLite file take turns; nobody starves, and PostgreSQL is left alone."""

import fcntl
import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.line import Busy
from storage.engine import open_engine
from storage.turnstile import turnstile, write
from tests.postgres import Server, fresh_database
from tests.writer_case import Toy, add_one, counters, effects, refuse, toy_store, toy_writer

PATIENCE = 30.0
ROOT = Path(__file__).parent.parent

_BESIDE = """
import sys
from time import monotonic
from sqlalchemy import text
from storage.engine import open_engine
from storage.turnstile import write
engine = open_engine(sys.argv[1])
for _ in range(30):
    asked = monotonic()
    with write(engine) as conn:
        print(monotonic() - asked, flush=True)
        conn.execute(text("UPDATE toy_counters SET n = n + 1 WHERE name = 'b'"))
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    engine = toy_store(f"sqlite:///{tmp_path / 'toy.db'}", durable=True)
    yield engine
    engine.dispose()


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Hold a lock file as another process would."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def free(path: str) -> bool:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_the_lock_is_held_and_the_turn_is_free_meanwhile(store: Engine) -> None:
    file = str(store.url.database)

    with turnstile(store):
        assert not free(f"{file}.lock")
        assert free(f"{file}.turn")
    assert free(f"{file}.lock")
    assert {Path(f"{file}.{end}").stat().st_mode & 0o777 for end in ("lock", "turn")} == {0o600}


def test_an_error_gives_the_lock_back_and_undoes(store: Engine) -> None:
    with pytest.raises(LookupError), write(store) as conn:
        refuse(conn)

    assert free(f"{store.url.database}.lock")
    assert counters(store) == {"a": 0, "b": 0}


def test_whoever_waits_holds_the_turn_so_that_nobody_overtakes(store: Engine) -> None:
    file = str(store.url.database)
    entered = threading.Event()

    def enter() -> None:
        with turnstile(store):
            entered.set()

    with locked(f"{file}.lock"):
        waiting = threading.Thread(target=enter)
        waiting.start()
        until = monotonic() + PATIENCE
        while free(f"{file}.turn"):
            assert monotonic() < until
        assert not entered.is_set()
    assert entered.wait(PATIENCE)
    waiting.join(PATIENCE)


def test_the_lock_outlasts_the_commit(store: Engine, tmp_path: Path) -> None:
    held: list[bool] = []

    def look(conn: Connection) -> None:
        if not conn.get_execution_options().get("ro"):
            held.append(not free(f"{store.url.database}.lock"))

    event.listen(store, "commit", look)
    with write(store) as conn:
        conn.execute(text("UPDATE toy_counters SET n = 1"))
    with toy_writer(store, tmp_path / "hand") as writer:
        writer.submit(Toy("k")).result(PATIENCE)
    event.remove(store, "commit", look)

    assert held == [True, True]


def test_the_command_line_beside_a_busy_writer_waits_little(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        command = [sys.executable, "-c", _BESIDE, store.url.render_as_string()]
        beside = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        count = 0
        while beside.poll() is None:
            asked = [writer.submit(Toy(f"k{count + i}", add_one("a")), deadline=PATIENCE) for i in range(50)]
            count += len(asked)
            assert {future.result(PATIENCE) for future in asked} == {"added"}
        said, _ = beside.communicate()

    waits = [float(line) for line in said.split()]
    assert len(waits) == 30
    assert statistics.median(waits) < 0.2
    assert counters(store) == {"a": count, "b": 30}


def test_works_behind_a_held_lock_are_refused_in_time_and_go_on_later(store: Engine, tmp_path: Path) -> None:
    with toy_writer(store, tmp_path / "hand") as writer:
        with locked(f"{store.url.database}.lock"):
            late = writer.submit(Toy("late"), deadline=0.2)
            patient = writer.submit(Toy("patient"), deadline=PATIENCE)
            assert isinstance(late.exception(PATIENCE), Busy)
            assert not patient.done()
        assert patient.result(PATIENCE) == "done"

    assert effects(store) == ["patient"]


def test_postgresql_needs_no_lock_files(postgres: Server, tmp_path: Path) -> None:
    with fresh_database(postgres) as url:
        engine = open_engine(url, durable=False)
        with turnstile(engine), turnstile(engine), write(engine) as conn:
            assert conn.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()
    assert list(tmp_path.iterdir()) == []
