"""The record is a chain: every edit, removal, exchange, cut and rollback is found, and where."""

import random
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy import text as sql

from storage.anchor import write_anchor
from storage.audit import Entry, write_entries
from storage.ledger import audit
from storage.seal import link_of, seal
from storage.turnstile import write
from storage.verify import Damage, Fault
from tests.postgres import Server, fresh_database
from tests.record_chain import (
    COUNT,
    KEYS,
    NOW,
    SEED,
    closing_store,
    entry,
    fault,
    fault_after,
    fill,
    record,
    seal_all,
)


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


OTHER = {
    "cause": "wecom:main:77", "place": 7, "at": NOW, "recorded_at": NOW, "person_id": 77, "door": "cli",
    "noun": "task", "action": "lead.query", "record_id": 77, "changes": {"what": "changed", "fields": {}},
    "mac": b"m" * 32,
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
    for word in ("None", "", "="):
        assert fault_after(store, update(audit).values(noun=word)) == Fault(Damage.ALTERED, 1, 1)


def test_nothing_does_not_pass_for_the_word_none(store: Engine) -> None:
    with write(store) as conn:
        said = Entry("tick", NOW, NOW, 1, "schedule", "refused", "None", 1, {})
        write_entries(conn, KEYS, [said])
    seal_all(store)

    assert fault(store) is None
    assert fault_after(store, update(audit).values(noun=None)) == Fault(Damage.ALTERED, 1, 1)


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


def copy_unsealed(conn: Connection) -> None:
    """A genuine entry once more, for the sealer to take."""
    row = {**conn.execute(select(audit).where(audit.c.id == 3)).one()._mapping}
    conn.execute(insert(audit).values({**row, "id": 99, "sealed_no": None, "link": None}))


def test_a_copy_of_an_entry_behind_the_chain_is_found(chain: Engine) -> None:
    assert fault_after(chain, copy_unsealed) == Fault(Damage.EXCHANGED, None, 99)


def test_a_copy_that_the_sealer_took_is_found(chain: Engine) -> None:
    def damage(conn: Connection) -> None:
        copy_unsealed(conn)
        assert seal(conn, KEYS) == 1

    assert fault_after(chain, damage) == Fault(Damage.EXCHANGED, COUNT + 1, 99)


def test_a_copy_under_another_place_or_cause_is_found(chain: Engine) -> None:
    for column, value in (("place", 2), ("cause", "wecom:main:4")):

        def damage(conn: Connection, column: str = column, value: Any = value) -> None:
            copy_unsealed(conn)
            conn.execute(update(audit).where(audit.c.id == 99).values({column: value}))

        assert fault_after(chain, damage) == Fault(Damage.ALTERED, None, 99)


def test_the_same_change_made_twice_by_one_event_is_no_copy(store: Engine) -> None:
    with write(store) as conn:
        write_entries(conn, KEYS, [entry(1), entry(2), entry(1)])
    assert fault(store) is None
    seal_all(store)
    assert fault(store) is None


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


def test_a_fault_can_be_read(chain: Engine) -> None:
    assert str(Fault(Damage.ALTERED, 4, 9)) == "第 4 条内容被改动,记录号 9"
    assert str(Fault(Damage.ALTERED, None, 9)) == "尚未封存的内容被改动,记录号 9"
    assert str(Fault(Damage.REWRITTEN, 12, 15, 9)) == "第 12 条(在第 9 条之后)被改写或回滚过,记录号 15"
