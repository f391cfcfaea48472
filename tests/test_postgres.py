"""The PostgreSQL that the tests bring along: quick to copy, and gone when they are gone."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.postgres import Server, durable_postgres, fresh_database, postgres, server_or_skip
from tests.postgres_server import LocalServer, NoPostgres

__all__ = ["durable_postgres", "postgres"]


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def one(url: str, query: str) -> object:
    with connect(url) as conn:
        row = conn.execute(query.encode()).fetchone()
        return row[0] if row else None


@contextmanager
def ended(process: int) -> Iterator[None]:
    """Wait, on leaving, for the end of a process that is not our child."""
    handle = os.pidfd_open(process)
    try:
        yield
        assert select.select([handle], [], [], 60)[0], "still running"
    finally:
        os.close(handle)


def make_a_table(url: str) -> None:
    with connect(url) as conn:
        conn.execute("CREATE TABLE said (words text)")


def test_every_database_is_a_fresh_copy_of_the_template(postgres: Server) -> None:
    with fresh_database(postgres, make_a_table) as first, connect(first) as conn:
        conn.execute("INSERT INTO said VALUES ('你好')")

        with fresh_database(postgres, make_a_table) as second:
            assert one(first, "SELECT count(*) FROM said") == 1
            assert one(second, "SELECT count(*) FROM said") == 0


def test_a_database_is_dropped_even_while_somebody_is_connected(postgres: Server) -> None:
    with fresh_database(postgres) as url:
        name = make_url(url).database
        left_open = connect(url)

    left_open.close()
    assert one(postgres.url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0


def test_a_template_is_migrated_once_and_given_back(postgres: Server) -> None:
    calls: list[str] = []
    server = Server(postgres.url)

    with fresh_database(server, calls.append), fresh_database(server, calls.append):
        pass
    assert len(calls) == 1

    server.close()
    name = make_url(calls[0]).database
    assert one(server.url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0


def test_crash_tests_get_a_server_that_keeps_its_promises(durable_postgres: Server, postgres: Server) -> None:
    assert durable_postgres.is_durable()
    assert "XIAOER_TEST_POSTGRES_URL" in os.environ or not postgres.is_durable()


@pytest.mark.skipif("XIAOER_TEST_POSTGRES_URL" in os.environ, reason="asks for a server of our own")
def test_what_was_committed_is_there_after_a_crash() -> None:
    with closing(LocalServer(durable=True)) as server:
        make_a_table(server.url)
        with connect(server.url) as conn:
            conn.execute("INSERT INTO said VALUES ('你好')")
        server.crash()
        with pytest.raises(psycopg.OperationalError):
            connect(server.url)

        server.start()
        assert one(server.url, "SELECT words FROM said") == "你好"


@pytest.mark.skipif("XIAOER_TEST_POSTGRES_URL" in os.environ, reason="asks for a server of our own")
def test_a_killed_test_run_leaves_no_server_and_no_folder() -> None:
    script = (
        "import sys; from tests.postgres_server import LocalServer; s = LocalServer(durable=False);"
        "print(s.url, s.folder, s.keeper, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        url, folder, keeper = run.stdout.readline().split()
        with ended(int(keeper)):
            run.kill()

    with pytest.raises(psycopg.OperationalError):
        connect(url)
    assert not Path(folder).exists()


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_without_a_server_the_skip_is_loud_and_in_ci_a_failure(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    def none(*, durable: bool) -> LocalServer:
        raise NoPostgres("no binaries")

    monkeypatch.delenv("XIAOER_TEST_POSTGRES_URL", raising=False)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("tests.postgres.LocalServer", none)

    with pytest.raises(outcome, match="NOT TESTED ON POSTGRESQL"), server_or_skip(durable=False):
        pass
