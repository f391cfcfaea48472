"""The record is a chain: every edit, removal, exchange, cut and rollback is found, and where."""

import random
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, Executable, bindparam, delete, insert, select, update
from sqlalchemy import text as sql

from storage.anchor import BadAnchor, Contradicted, read_anchors, write_anchor
from storage.audit import Entry, write_entries
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.ledger import audit
from storage.migrate import migrate
from storage.seal import count_unsealed, head_of, link_of, seal
from storage.turnstile import write
from storage.types import keep_keys
from storage.verify import Damage, Fault, verify
from tests.postgres import Server, fresh_database

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
COUNT = 9
SEED = 20261118


def opened(url: str) -> Engine:
    engine = open_engine(url, durable=False, create=True, checked=False)
    keep_keys(engine.dialect, KEYS)
    return engine


def fill(url: str) -> None:
    engine = opened(url)
    migrate(engine)
    engine.dispose()


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


@contextmanager
def closing_store(url: str) -> Iterator[Engine]:
    engine = opened(url)
    try:
        yield engine
    finally:
        engine.dispose()


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


def entry(number: int) -> Entry:
    at = NOW + timedelta(seconds=number)
    changes = {"what": "changed", "fields": {"phone": [None, f"1990000{number:04d}"], "note": ["", "看看"]}}
    return Entry(f"wecom:main:{number}", at, at, number, "wecom:main", "lead.update", "lead", number, changes)


def record(engine: Engine, numbers: range) -> None:
    with write(engine) as conn:
        write_entries(conn, KEYS, [entry(number) for number in numbers])


def seal_all(engine: Engine, limit: int = 500) -> int:
    total = 0
    while True:
        with write(engine) as conn:
            done = seal(conn, KEYS, limit)
        total += done
        if not done:
            return total


def fault(engine: Engine, anchor: Path | None = None) -> Fault | None:
    with engine.execution_options(ro=True).connect() as conn:
        return verify(conn, KEYS, anchor).fault


Deed = Callable[[Connection], object]


def fault_after(engine: Engine, damage: Executable | Deed, anchor: Path | None = None) -> Fault | None:
    """What is found of a damage, which is undone again."""
    with write(engine) as conn:
        if isinstance(damage, Executable):
            conn.execute(damage)
        else:
            damage(conn)
        found = verify(conn, KEYS, anchor).fault
        conn.rollback()
    return found


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


OTHER = {
    "cause": "wecom:main:77", "at": NOW, "recorded_at": NOW, "person_id": 77, "door": "cli", "noun": "task",
    "action": "lead.query", "record_id": 77, "changes": {"what": "changed", "fields": {}}, "mac": b"m" * 32,
}  # fmt: skip


@pytest.mark.parametrize("column", OTHER)
def test_every_edit_is_found_where_it_is(chain: Engine, column: str) -> None:
    for number in range(1, COUNT + 1):
        for value in (OTHER[column], None) if audit.c[column].nullable else (OTHER[column],):
            edit = update(audit).where(audit.c.id == number).values({column: value})
            expected = Fault(Damage.ALTERED, number, number)
            assert fault_after(chain, edit) == expected


def test_an_edit_of_a_link_is_found(chain: Engine) -> None:
    for number in range(1, COUNT + 1):
        for value in (b"l" * 32, None):
            edit = update(audit).where(audit.c.id == number).values(link=value)
            expected = Fault(Damage.EXCHANGED, number, number)
            assert fault_after(chain, edit) == expected


def test_the_word_none_does_not_pass_for_nothing(store: Engine) -> None:
    with write(store) as conn:
        bare = Entry("tick", NOW, NOW, None, "schedule", "refused", None, None, {})
        write_entries(conn, KEYS, [bare])
    seal_all(store)

    assert fault(store) is None
    assert fault_after(store, update(audit).values(noun="None")) == Fault(Damage.ALTERED, 1, 1)


def test_a_sealed_value_from_another_entry_is_found(chain: Engine) -> None:
    def damage(conn: Connection) -> None:
        conn.execute(sql("UPDATE audit SET changes = (SELECT changes FROM audit WHERE id = 2) WHERE id = 5"))

    assert fault_after(chain, damage) == Fault(Damage.ALTERED, 5, 5)


def test_an_entry_not_sealed_yet_is_checked_too(chain: Engine) -> None:
    record(chain, range(20, 22))
    with chain.execution_options(ro=True).connect() as conn:
        last = conn.scalars(select(audit.c.id).order_by(audit.c.id.desc())).first()
    assert last is not None
    edit = update(audit).where(audit.c.id == last).values(person_id=1)

    assert fault_after(chain, edit) == Fault(Damage.ALTERED, None, last)


def test_what_no_type_can_read_is_found_where_it_is(chain: Engine) -> None:
    if chain.dialect.name == "sqlite":
        spoilt = ["at = 'yesterday'", "recorded_at = 7", "person_id = 'x'", "changes = 'x'", "mac = 'x'"]
    else:
        spoilt = ["at = 'infinity'", "recorded_at = '0044-03-15 BC'", "changes = 'x'", "mac = ''"]
    for words in spoilt:
        order = sql(f"UPDATE audit SET {words} WHERE id = 4")
        assert fault_after(chain, order) == Fault(Damage.ALTERED, 4, 4)


def test_text_that_is_none_is_an_answer_too(on_sqlite: Engine) -> None:
    record(on_sqlite, range(1, 10))
    seal_all(on_sqlite)
    order = sql("UPDATE audit SET door = CAST(x'fffe' AS TEXT) WHERE id = 4")

    found = fault_after(on_sqlite, order)
    assert found is not None
    assert found.damage is Damage.UNREADABLE


def test_every_removal_is_found_where_it_is(chain: Engine) -> None:
    for number in range(1, COUNT):
        gone = delete(audit).where(audit.c.id == number)
        assert fault_after(chain, gone) == Fault(Damage.MISSING, number)


def test_a_removal_is_found_when_the_rest_is_renumbered(chain: Engine) -> None:
    for number in range(1, COUNT):

        def damage(conn: Connection, number: int = number) -> None:
            conn.execute(delete(audit).where(audit.c.id == number))
            for behind in range(number + 1, COUNT + 1):
                conn.execute(update(audit).where(audit.c.id == behind).values(sealed_no=behind - 1))

        assert fault_after(chain, damage) == Fault(Damage.EXCHANGED, number, number + 1)


CONTENT = [column.name for column in audit.c if column.name not in ("id", "sealed_no", "link")]


def exchange(conn: Connection, one: int, two: int, names: list[str]) -> None:
    """Exchange these columns of two entries."""
    asked = select(*(audit.c[name] for name in names)).where(audit.c.id == bindparam("entry"))
    first = {**conn.execute(asked, {"entry": one}).one()._mapping}
    second = {**conn.execute(asked, {"entry": two}).one()._mapping}
    if "sealed_no" in names:
        conn.execute(update(audit).where(audit.c.id == one).values(sealed_no=-1))
    conn.execute(update(audit).where(audit.c.id == two).values(first))
    conn.execute(update(audit).where(audit.c.id == one).values(second))


@pytest.mark.parametrize(
    "names", [CONTENT, ["sealed_no"], ["sealed_no", "link"]], ids=["content", "no", "place"]
)
def test_every_exchange_of_two_is_found_where_it_begins(chain: Engine, names: list[str]) -> None:
    for one, two in combinations(range(1, COUNT + 1), 2):
        found = fault_after(chain, partial(exchange, one=one, two=two, names=names))
        assert found == Fault(Damage.EXCHANGED, one, one if names == CONTENT else two)


def test_any_other_order_is_found_where_it_begins(chain: Engine) -> None:
    rng = random.Random(SEED)
    for _ in range(20):
        order = [*range(1, COUNT + 1)]
        rng.shuffle(order)
        first = next((place for place, number in enumerate(order, 1) if place != number), None)

        def damage(conn: Connection, order: list[int] = order) -> None:
            conn.execute(update(audit).values(sealed_no=-audit.c.id))
            for place, number in enumerate(order, 1):
                conn.execute(update(audit).where(audit.c.id == number).values(sealed_no=place))

        found = fault_after(chain, damage)
        assert found == (first and Fault(Damage.EXCHANGED, first, order[first - 1])), f"seed {SEED}: {order}"


def test_a_copy_of_an_entry_in_the_chain_is_found(chain: Engine) -> None:
    def damage(conn: Connection) -> None:
        row = {**conn.execute(select(audit).where(audit.c.id == 3)).one()._mapping}
        conn.execute(insert(audit).values({**row, "id": 99, "sealed_no": COUNT + 1}))

    assert fault_after(chain, damage) == Fault(Damage.EXCHANGED, COUNT + 1, 99)


def test_a_cut_tail_is_found_by_the_anchor(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    assert write_anchor(anchor, chain, NOW)

    for number in range(1, COUNT + 1):
        cut = delete(audit).where(audit.c.sealed_no >= number)
        assert fault_after(chain, cut, anchor) == Fault(Damage.CUT, number)
        unlinked = update(audit).where(audit.c.sealed_no >= number).values(sealed_no=None, link=None)
        assert fault_after(chain, unlinked, anchor) == Fault(Damage.CUT, number)


def test_a_rollback_is_found_however_the_chain_goes_on(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    write_anchor(anchor, chain, NOW)
    record(chain, range(10, 13))
    seal_all(chain)
    write_anchor(anchor, chain, NOW)

    def rolled_back(conn: Connection) -> None:
        conn.execute(delete(audit).where(audit.c.sealed_no > COUNT))
        write_entries(conn, KEYS, [entry(number) for number in range(30, 37)])
        assert seal(conn, KEYS) == 7

    assert fault(chain, anchor) is None
    found = fault_after(chain, rolled_back, anchor)
    assert found is not None
    assert (found.damage, found.number, found.since) == (Damage.REWRITTEN, 12, COUNT)
    assert fault_after(chain, rolled_back) is None


def test_an_entry_of_another_history_does_not_fit(chain: Engine) -> None:
    # Both histories were sealed by us: before a restore from a copy, and after it.
    with write(chain) as conn:
        old = {**conn.execute(select(audit).where(audit.c.id == 7)).one()._mapping}
        conn.execute(delete(audit).where(audit.c.sealed_no > 5))
    record(chain, range(30, 34))
    seal_all(chain)
    assert fault(chain) is None

    def mix(conn: Connection) -> None:
        conn.execute(delete(audit).where(audit.c.sealed_no == 7))
        conn.execute(insert(audit).values({**old, "id": 97}))

    assert fault_after(chain, mix) == Fault(Damage.EXCHANGED, 7, 97)


def test_a_rewrite_with_the_stolen_key_is_found_by_the_anchor(chain: Engine, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    write_anchor(anchor, chain, NOW)

    def rewrite(conn: Connection) -> None:
        link = bytes(32)
        for number in range(1, COUNT + 1):
            mac = entry(number + 50).mac(KEYS)
            link = link_of(KEYS, link, number, mac)
            told = entry(number + 50)
            values = {name: getattr(told, name) for name in Entry.__dataclass_fields__}
            one = update(audit).where(audit.c.id == number)
            conn.execute(one.values(**values, mac=mac, link=link))

    assert fault_after(chain, rewrite) is None
    assert fault_after(chain, rewrite, anchor) == Fault(Damage.REWRITTEN, COUNT, COUNT, 0)


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


def test_a_fault_can_be_read(chain: Engine) -> None:
    assert str(Fault(Damage.ALTERED, 4, 9)) == "第 4 条内容被改动,记录号 9"
    assert str(Fault(Damage.ALTERED, None, 9)) == "尚未封存的内容被改动,记录号 9"
    assert str(Fault(Damage.REWRITTEN, 12, 15, 9)) == "第 12 条(在第 9 条之后)被改写或回滚过,记录号 15"
