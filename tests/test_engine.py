"""A store is opened as promised, or refused in words that say what to do."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as Exhausted

from storage.engine import open_engine
from storage.faults import BadStore, NoStore, Vanished, is_conflict, is_lost, is_trouble
from tests.postgres import Server, fresh_database


def make(path: Path, *, durable: bool = False) -> Engine:
    engine = open_engine(f"sqlite:///{path}", create=True, durable=durable)
    with engine.begin() as conn:
        conn.execute(text("CREATE TABLE said (words VARCHAR PRIMARY KEY)"))
    return engine


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "xiaoer.db"


@pytest.fixture
def embedded(path: Path) -> Iterator[Engine]:
    engine = make(path, durable=True)
    yield engine
    engine.dispose()


@pytest.fixture
def shared(postgres: Server) -> Iterator[Engine]:
    with fresh_database(postgres) as url:
        engine = open_engine(url, durable=False)
        with engine.begin() as conn:
            conn.execute(text("CREATE TABLE said (words VARCHAR PRIMARY KEY)"))
        yield engine
        engine.dispose()


@pytest.fixture(params=["embedded", "shared"])
def store(request: pytest.FixtureRequest) -> Engine:
    engine = request.getfixturevalue(request.param)
    assert isinstance(engine, Engine)
    return engine


def test_an_embedded_store_keeps_its_promises(embedded: Engine, path: Path) -> None:
    with embedded.connect() as conn:
        found = {
            pragma: conn.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_a_missing_or_empty_store_is_never_made_silently(path: Path) -> None:
    with pytest.raises(NoStore, match="xiaoer migrate") as caught:
        open_engine(f"sqlite:///{path}")
    assert caught.value.path == path
    assert not path.parent.exists()

    path.parent.mkdir()
    path.touch()
    with pytest.raises(NoStore, match="没有找到"):
        open_engine(f"sqlite:///{path}")
    assert path.read_bytes() == b""


def test_a_store_without_a_table_is_still_to_be_migrated(path: Path) -> None:
    open_engine(f"sqlite:///{path}", create=True).dispose()

    with pytest.raises(NoStore):
        open_engine(f"sqlite:///{path}")


def test_an_open_store_that_others_could_read_is_made_private(path: Path) -> None:
    make(path).dispose()
    path.chmod(0o644)

    open_engine(f"sqlite:///{path}").dispose()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("checked", [True, False])
def test_a_file_that_is_no_database_is_named_and_kept(path: Path, checked: bool) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 400)

    with pytest.raises(BadStore, match=r"损坏(.|\n)*xiaoer restore(.|\n)*damaged"):
        open_engine(f"sqlite:///{path}", create=True, checked=checked)
    assert path.read_bytes() == b"not a database at all" * 400


def test_a_damaged_page_is_found(path: Path) -> None:
    engine = make(path)
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO said VALUES (:words)"), [{"words": f"{i:0900}"} for i in range(200)])
    engine.dispose()
    content = bytearray(path.read_bytes())
    page = len(content) // 2 // 4096 * 4096
    content[page : page + 4096] = b"\xa5" * 4096
    path.write_bytes(content)

    with pytest.raises(BadStore, match="damaged"):
        open_engine(f"sqlite:///{path}")


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Root may write everywhere, so it becomes somebody else for a while."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def foreign() -> Iterator[Path]:
    """A store that everybody may read and only its owner may write, in a folder that anybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        make(folder / "xiaoer.db").dispose()
        (folder / "xiaoer.db").chmod(0o444)
        yield folder / "xiaoer.db"
        folder.chmod(0o755)


def test_a_read_only_directory_is_refused(foreign: Path, unprivileged: None) -> None:
    if os.geteuid() == foreign.stat().st_uid:
        foreign.parent.chmod(0o555)
    with pytest.raises(BadStore, match=r"无法写入(.|\n)*cannot be written"):
        open_engine(f"sqlite:///{foreign}")


def test_a_read_only_file_is_refused(foreign: Path, request: pytest.FixtureRequest) -> None:
    foreign.parent.chmod(0o777)
    request.getfixturevalue("unprivileged")
    with pytest.raises(BadStore, match=r"无法写入(.|\n)*cannot be written"):
        open_engine(f"sqlite:///{foreign}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://a:geheim@b/c", "geheim", ""])
def test_other_stores_are_refused_without_telling_a_password(url: str) -> None:
    with pytest.raises(BadStore, match=r"database\.url") as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    url = "postgresql+psycopg://me:geheim@127.0.0.1:9/none"
    with pytest.raises(BadStore, match=r"连不上(.|\n)*does not answer") as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)

    engine = open_engine(url, checked=False)
    with pytest.raises(DBAPIError) as refused:
        engine.connect()
    assert is_lost(refused.value)
    assert is_trouble(refused.value)
    engine.dispose()


def test_a_forgetful_server_is_refused_unless_a_test_allows_it(postgres: Server) -> None:
    url = postgres.url + "?options=-c%20synchronous_commit%3Doff"
    with pytest.raises(BadStore, match=r"synchronous_commit=off(.|\n)*Set both to on"):
        open_engine(url)
    open_engine(url, durable=False).dispose()


def test_readers_cannot_write_and_do_not_wait_for_a_writer(store: Engine) -> None:
    reading = store.execution_options(ro=True)
    with store.begin() as writer, reading.connect() as reader:
        writer.execute(text("INSERT INTO said VALUES ('x')"))
        assert reader.execute(text("SELECT count(*) FROM said")).scalar() == 0

    # Nobody is in the way any more, so it is the database that says no.
    with reading.connect() as reader, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        reader.execute(text("INSERT INTO said VALUES ('y')"))
    # The same pooled connections serve writers again.
    for word in "yz":
        with store.begin() as conn:
            conn.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})


def test_writers_on_sqlite_begin_at_once(embedded: Engine) -> None:
    with embedded.begin(), embedded.connect().execution_options(lock_ms=10) as second:
        with pytest.raises(DBAPIError) as caught:
            second.begin()
        assert is_trouble(caught.value)
        assert not second.in_transaction()


def test_a_row_lock_on_postgresql_is_a_conflict_after_lock_ms(shared: Engine) -> None:
    with shared.begin() as holder, shared.connect().execution_options(lock_ms=20) as second, second.begin():
        holder.execute(text("INSERT INTO said VALUES ('x')"))
        with pytest.raises(DBAPIError) as caught:
            second.execute(text("INSERT INTO said VALUES ('x')"))
        assert is_conflict(caught.value)
    with shared.connect() as conn:
        assert conn.execute(text("SHOW lock_timeout")).scalar() == "0"


def test_nothing_runs_or_commits_after_sqlite_rolled_back_by_itself(embedded: Engine) -> None:
    with embedded.connect() as conn:
        transaction = conn.begin()
        conn.execute(text("INSERT INTO said VALUES ('before')"))
        driver: Any = conn.connection.driver_connection
        driver.rollback()
        with pytest.raises(Vanished):
            conn.begin_nested()
        with pytest.raises(Vanished):
            transaction.commit()
        transaction.rollback()
        assert conn.execute(text("SELECT count(*) FROM said")).scalar() == 0


def test_errors_do_not_repeat_what_people_wrote(store: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, store.begin() as conn:
        conn.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "秘密"})
    assert "秘密" not in str(caught.value)


def test_another_program_in_the_file_does_not_hinder_opening(path: Path) -> None:
    make(path).dispose()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    open_engine(f"sqlite:///{path}").dispose()
    other.close()


def test_prepared_statements_can_be_turned_off(postgres: Server) -> None:
    for prepared, threshold in ((True, 5), (False, None)):
        engine = open_engine(postgres.url, durable=False, prepared=prepared)
        with engine.connect() as conn:
            driver: Any = conn.connection.driver_connection
            assert driver.prepare_threshold == threshold
        engine.dispose()


def test_an_exhausted_pool_refuses_within_a_second_or_so(shared: Engine) -> None:
    with ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(shared.connect())
        asked = monotonic()
        with pytest.raises(Exhausted) as caught:
            shared.connect()
        assert monotonic() - asked < 2
        assert is_lost(caught.value)
