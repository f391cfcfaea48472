"""Nobody writes into a unit out of reach, and nobody changes a row that they do not see."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from storage.base import Owned
from storage.customers import Contacts
from storage.followups import Followups
from storage.schema import OWNED, Customer, Followup, Lead, Task
from storage.scope import MACHINERY, Scope, ScopedSession, WrittenOutOfReach
from storage.session import changes_of, open_session
from tests.postgres import Server
from tests.scope_world import FRIEND, HELPER, NOW, OUTSIDER, TREE, fill, made, store

HOME = 9
# Units where each may put a new row, beside their home.
WRITERS = {
    "nobody": (Scope(), set()),
    "a stranger": (Scope(OUTSIDER, homes=(HOME,)), {HOME}),
    "of two units": (Scope(OUTSIDER, homes=(HOME, 7)), {HOME, 7}),
    "a manager": (Scope(OUTSIDER, branches=(3,), homes=(HOME,)), {HOME, 3, 4, 5, 6}),
    "above the isolated unit": (Scope(OUTSIDER, branches=(2,), homes=(HOME,)), {HOME, 2, 3, 4, 5, 6}),
    "inside the isolated unit": (Scope(OUTSIDER, branches=(7,)), {7, 8}),
    "names only": (Scope(OUTSIDER, names=(1,)), set()),
    "machinery": (MACHINERY, {*TREE}),
}
each_model = pytest.mark.parametrize("model", OWNED, ids=lambda model: model.noun)
HIDDEN, OWN, OURS = 9, 4, 6
OWNER = Scope(OWN, homes=(4,))
MANAGER = WRITERS["a manager"][0]
HELPING = Scope(HELPER, homes=(8,))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with store(request.param, tmp_path_factory.mktemp("world"), server, fill) as engine:
        yield engine


@pytest.fixture
def conn(world: Engine) -> Iterator[Connection]:
    """A transaction that is undone."""
    with world.connect() as conn:
        yield conn
        conn.rollback()


@contextmanager
def acting(conn: Connection, scope: Scope) -> Iterator[ScopedSession]:
    with open_session(conn, scope) as session:
        yield session
        session.rollback()


def unit_of(conn: Connection, model: Any, number: int) -> int | None:
    found: int | None = conn.scalar(select(model.__table__.c.unit_id).where(model.__table__.c.id == number))
    return found


def writes(session: ScopedSession) -> bool:
    """Whether the flush goes through."""
    try:
        session.flush()
    except WrittenOutOfReach:
        return False
    return True


@pytest.mark.parametrize("who", WRITERS)
@each_model
def test_new_rows_land_only_within_reach(conn: Connection, model: type[Owned], who: str) -> None:
    scope, allowed = WRITERS[who]
    landed = set()
    for unit_id in TREE:
        with acting(conn, scope) as session:
            row = made(model, 10, unit_id, 1)
            if hasattr(row, "code"):
                row.code = "X-1"
            session.add(row)
            if writes(session):
                landed.add(unit_id)
            else:
                assert changes_of(session) == []

    assert landed == allowed


@pytest.mark.parametrize("who", ["a manager", "above the isolated unit"])
@each_model
def test_rows_move_only_within_reach(conn: Connection, model: type[Owned], who: str) -> None:
    scope, allowed = WRITERS[who]
    for unit_id in TREE:
        with acting(conn, scope) as session:
            row = session.get_one(model, OURS)
            row.unit_id = unit_id
            assert writes(session) == (unit_id in allowed or unit_id == OURS), unit_id
        assert unit_of(conn, model, OURS) == OURS


@each_model
def test_what_is_ones_own_may_be_handed_over(conn: Connection, model: type[Owned]) -> None:
    with acting(conn, OWNER) as session:
        session.get_one(model, OWN).unit_id = 9
        assert writes(session)


def test_who_works_on_a_row_cannot_move_it(conn: Connection) -> None:
    with acting(conn, HELPING) as session:
        session.get_one(Task, HIDDEN).unit_id = 1
        assert not writes(session)
    with acting(conn, HELPING) as session:
        session.get_one(Task, HIDDEN).content = "换个说法"
        assert writes(session)


@each_model
def test_a_hidden_row_cannot_be_taken_in_hand(conn: Connection, model: type[Owned]) -> None:
    with acting(conn, MANAGER) as session:
        assert session.get(model, HIDDEN) is None
        assert session.execute(update(model).where(model.id == HIDDEN).values(version=99)).rowcount == 0  # type: ignore[attr-defined]


@each_model
def test_a_row_merged_from_elsewhere_counts_as_new(conn: Connection, model: type[Owned]) -> None:
    with acting(conn, MACHINERY) as session:
        row = session.get_one(model, HIDDEN)
        session.expunge(row)
    with acting(conn, Scope(OUTSIDER, homes=(1,))) as session:
        session.merge(row)
        assert not writes(session)


@each_model
def test_a_row_added_from_elsewhere_is_refused(conn: Connection, model: type[Owned]) -> None:
    with acting(conn, MACHINERY) as session:
        row = session.get_one(model, HIDDEN)
        session.expunge(row)
    with acting(conn, MANAGER) as session, pytest.raises(WrittenOutOfReach):
        session.add(row)


def test_an_insert_statement_is_refused(conn: Connection) -> None:
    with acting(conn, Scope(OUTSIDER, homes=(HOME,))) as session:
        row = {"code": "X-1", "company": "x", "unit_id": 1, "owner_id": 1, "version": 1, "created_at": NOW}
        with pytest.raises(Exception, match="lead"):
            session.execute(insert(Lead), [row])


def test_an_update_by_key_is_refused(conn: Connection) -> None:
    with acting(conn, MANAGER) as session, pytest.raises(Exception, match="lead"):
        session.execute(update(Lead), [{"id": HIDDEN, "version": 1, "company": "x"}])


def test_a_bulk_update_does_not_move_rows(conn: Connection) -> None:
    with acting(conn, MANAGER) as session, pytest.raises(Exception, match="lead"):
        session.execute(update(Lead).values(unit_id=1))


def test_who_works_on_a_customer_may_log_a_followup(conn: Connection) -> None:
    with acting(conn, Scope(FRIEND, homes=(9,))) as session:
        customer = session.get_one(Customer, 8)
        Followups(session, NOW).add(customer, FRIEND, "谈过了")
        assert writes(session)


def test_an_owner_who_moved_away_may_still_add_a_contact(conn: Connection) -> None:
    with acting(conn, Scope(OWN, homes=(9,))) as session:
        customer = session.get_one(Customer, OWN)
        Contacts(session, NOW).add(customer, name="李四")
        assert writes(session)


def test_a_followup_does_not_land_where_its_record_does_not_lie(conn: Connection) -> None:
    with acting(conn, Scope(FRIEND, homes=(9,))) as session:
        facts = {"author_id": FRIEND, "content": "谈过了", "unit_id": 1, "created_at": NOW}
        session.add(Followup(about_noun="customer", about_id=8, **facts))
        assert not writes(session)


def test_a_followup_on_a_hidden_record_is_refused(conn: Connection) -> None:
    with acting(conn, Scope(FRIEND, homes=(9,))) as session:
        facts = {"author_id": FRIEND, "content": "谈过了", "unit_id": 7, "created_at": NOW}
        session.add(Followup(about_noun="customer", about_id=7, **facts))
        assert not writes(session)
