"""Sealers make one chain without a gap, and its heads are kept outside the database."""

import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select

from storage.anchor import BadAnchor, Contradicted, read_anchors, write_anchor
from storage.audit import write_entries
from storage.keyring import Keyring
from storage.ledger import audit
from storage.seal import count_unsealed, head_of, seal
from storage.turnstile import write
from storage.verify import Damage, Fault, verify
from tests.postgres import Server, fresh_database
from tests.record_chain import COUNT, KEYS, NOW, closing_store, entry, fault, fill, record, seal_all


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    fill(url)
    with closing_store(url) as engine:
        yield engine


@pytest.fixture
def on_postgres(postgres: Server) -> Iterator[Engine]:
    with fresh_database(postgres, fill) as url, closing_store(url) as engine:
        yield engine


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def store(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def chain(store: Engine) -> Engine:
    """A store with a sealed chain of COUNT entries, their ids the same as their places."""
    record(store, range(1, COUNT + 1))
    seal_all(store)
    return store


def test_a_chain_holds_and_grows(store: Engine) -> None:
    record(store, range(1, 8))
    assert seal_all(store, limit=3) == 7
    record(store, range(8, 10))

    with store.execution_options(ro=True).connect() as conn:
        verdict = verify(conn, KEYS)
        assert (verdict.ok, verdict.head.length, verdict.unsealed) == (True, 7, 2)
        assert verdict.head == head_of(conn)
    assert seal_all(store) == 2
    assert fault(store) is None


def test_nothing_is_a_right_chain_too(store: Engine, tmp_path: Path) -> None:
    assert seal_all(store) == 0
    assert not write_anchor(tmp_path / "anchor", store, NOW)
    assert fault(store, tmp_path / "anchor") is None


def test_numbers_have_no_gap_and_links_need_the_key(chain: Engine) -> None:
    with chain.execution_options(ro=True).connect() as conn:
        assert [*conn.scalars(select(audit.c.sealed_no).order_by(audit.c.id))] == [*range(1, COUNT + 1)]
        other = verify(conn, Keyring([b"f" * 32], b"b" * 32, b"x" * 32))
        assert other.fault == Fault(Damage.ALTERED, 1, 1)


def test_an_entry_that_was_committed_late_is_sealed_after_the_later_ones(store: Engine) -> None:
    record(store, range(1, 5))
    with write(store) as conn:
        # Its number was drawn first, its COMMIT came last.
        late = conn.execute(select(audit).where(audit.c.id == 2)).one()
        conn.execute(delete(audit).where(audit.c.id == 2))
    assert seal_all(store) == 3
    with write(store) as conn:
        conn.execute(insert(audit).values({**late._mapping}))

    assert seal_all(store) == 1
    assert fault(store) is None
    with store.execution_options(ro=True).connect() as conn:
        assert [*conn.scalars(select(audit.c.id).order_by(audit.c.sealed_no))] == [1, 3, 4, 2]


def test_an_open_transaction_is_sealed_when_it_has_ended(on_postgres: Engine) -> None:
    with on_postgres.connect() as slow, slow.begin():
        write_entries(slow, KEYS, [entry(1)])
        record(on_postgres, range(2, 4))
        assert seal_all(on_postgres) == 2

    assert seal_all(on_postgres) == 1
    assert fault(on_postgres) is None


def test_sealers_at_once_make_one_chain(store: Engine) -> None:
    record(store, range(1, 121))
    start, failed = threading.Barrier(4), []

    def work() -> None:
        try:
            start.wait()
            while True:
                with write(store) as conn:
                    seal(conn, KEYS, 7)
                    if not count_unsealed(conn):
                        return
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not failed
    with store.execution_options(ro=True).connect() as conn:
        verdict = verify(conn, KEYS)
    assert (verdict.fault, verdict.head.length, verdict.unsealed) == (None, 120, 0)


def test_a_second_sealer_does_not_wait(on_postgres: Engine) -> None:
    record(on_postgres, range(1, 5))
    with on_postgres.connect() as first, first.begin():
        assert seal(first, KEYS, 2) == 2
        with on_postgres.begin() as second:
            assert seal(second, KEYS, 2) == 0


def test_the_anchor_file_grows_by_a_line_and_is_private(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "kept" / "anchor"
    assert write_anchor(anchor, chain, NOW)
    assert not write_anchor(anchor, chain, NOW)
    before = anchor.read_bytes()
    record(chain, range(10, 12))
    seal_all(chain)

    assert write_anchor(anchor, chain, NOW + timedelta(minutes=1))
    assert anchor.read_bytes().startswith(before)
    assert [(one.at, one.length) for one in read_anchors(anchor)] == [
        (NOW, COUNT), (NOW + timedelta(minutes=1), COUNT + 2),
    ]  # fmt: skip
    assert stat.S_IMODE(anchor.stat().st_mode) == 0o600
    assert fault(chain, anchor) is None


def test_a_chain_that_contradicts_its_anchor_is_not_written_down(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    write_anchor(anchor, chain, NOW)
    before = anchor.read_bytes()
    with write(chain) as conn:
        conn.execute(delete(audit).where(audit.c.sealed_no > 5))
    record(chain, range(30, 40))
    seal_all(chain)

    with pytest.raises(Contradicted, match="verify"):
        write_anchor(anchor, chain, NOW)
    assert anchor.read_bytes() == before
    found = fault(chain, anchor)
    assert found is not None
    assert (found.damage, found.number) == (Damage.REWRITTEN, COUNT)


def test_a_torn_line_is_taken_away(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    write_anchor(anchor, chain, NOW)
    whole = anchor.read_bytes()
    anchor.write_bytes(whole + b"2026-11-18T02:00:00+00:00 12 ab")

    assert [one.length for one in read_anchors(anchor)] == [COUNT]
    assert not write_anchor(anchor, chain, NOW)
    assert anchor.read_bytes() == whole


@pytest.mark.parametrize("line", [b"rubbish\n", b"2026-11-18T02:00:00+00:00 3 zz\n", b"2026 -1 00\n"])
def test_a_line_that_is_not_ours_is_refused(chain: Engine, tmp_path: Path, line: bytes) -> None:
    anchor = tmp_path / "anchor"
    write_anchor(anchor, chain, NOW)
    anchor.write_bytes(anchor.read_bytes() + line)

    with pytest.raises(BadAnchor):
        fault(chain, anchor)


def test_a_head_written_while_we_check_is_no_fault(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    write_anchor(anchor, chain, NOW)

    with chain.execution_options(ro=True).connect() as conn:
        size = anchor.stat().st_size
        before = [*read_anchors(anchor, size)]
        assert verify(conn, KEYS, anchor).ok
    record(chain, range(10, 12))
    seal_all(chain)
    write_anchor(anchor, chain, NOW)
    assert [*read_anchors(anchor, size)] == before
