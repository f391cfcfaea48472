"""Made-up groups of companies: everybody sees just what DESIGN.md §4, written down once more, lets them see.

XIAOER_SEED repeats a run; XIAOER_SOAK=1 makes it fifty times as long.
"""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from handlers.desk import scope_of
from handlers.policies.document import load_policies
from handlers.policies.inforce import Rules
from storage.base import Owned
from storage.closure import add_ways, ways_to
from storage.collection import Collection
from storage.customers import Contacts, Customers
from storage.directory import Organisation, load_organisation
from storage.followups import Followups
from storage.leads import Leads
from storage.ledger import sight
from storage.migrate import migrate
from storage.org import Membership, Person, Role, Unit
from storage.schema import OWNED, Collaborator, Contact, Followup
from storage.scope import MACHINERY
from storage.session import open_session
from storage.tasks import Tasks
from tests.permission_worlds import (
    NAMES,
    NOUNS,
    ROWS_KINDS,
    ModelPerson,
    ModelRole,
    ModelRow,
    ModelUnit,
    World,
    worlds,
)  # fmt: skip
from tests.postgres import Server
from tests.scope_world import MAKERS, NOW, Node, opened, store

SEED = int(os.environ.get("XIAOER_SEED") or random.SystemRandom().randrange(2**32))
# On each database.
WORLDS = 100 * (50 if os.environ.get("XIAOER_SOAK") else 1)
# A counterexample is made small only when somebody looks into it: that may take minutes.
PHASES = [Phase.generate, *([Phase.shrink] if "XIAOER_SEED" in os.environ else [])]
UNHARMED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
COLLECTIONS: dict[str, type[Collection[Any]]] = {
    one.model.noun: one for one in (Customers, Contacts, Leads, Followups, Tasks)
}
MODELS: dict[str, type[Owned]] = {model.noun: model for model in OWNED}
# Each role is named by the rows it opens.
RULES = Rules(
    load_policies("".join(f'[[visibility]]\nroles = ["{kind}"]\nrows = "{kind}"\n' for kind in ROWS_KINDS)),
    timedelta(minutes=15),
)
FEW = 3


def fill(url: str) -> None:
    engine = opened(url)
    migrate(engine)
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with store(request.param, tmp_path_factory.mktemp("worlds"), server, fill) as engine:
        yield engine


def test_every_noun_lives_in_the_worlds() -> None:
    assert {*NOUNS} == {*MODELS} == {*COLLECTIONS}


@seed(SEED)
@settings(
    max_examples=WORLDS, deadline=None, database=None, phases=PHASES, print_blob=True,
    suppress_health_check=UNHARMED,
)  # fmt: skip
@given(world=worlds())
def test_everybody_sees_what_the_design_says(empty: Engine, world: World) -> None:
    with empty.connect() as conn:
        try:
            settle(conn, world)
            org = load_organisation(conn, "1")
            for person in world.people:
                agree(conn, world, org, person)
        except AssertionError as error:
            raise AssertionError(f"XIAOER_SEED={SEED}: {error}") from error
        finally:
            conn.rollback()


def agree(conn: Connection, world: World, org: Organisation, person: ModelPerson) -> None:
    """Every way to ask gives what the model gives."""
    scope = scope_of(org.people[person.number], org, RULES, NOW)
    for noun in NOUNS:
        model: Any = MODELS[noun]
        placed = [row for row in world.placed() if row.noun == noun]
        newest = sorted((r for r in placed if world.sees(person, r)), key=lambda r: (r.at, r.number))[::-1]
        ids = [row.number for row in newest]
        named = {row.number for row in placed if world.sees(person, row, names=True)}
        told = f"{noun} of person {person.number}"
        with open_session(conn, scope) as session:
            rows = COLLECTIONS[noun](session, NOW)
            assert {*session.scalars(select(model.id))} == {*ids}, told
            assert rows.count() == len(ids), told
            assert [row.id for row in rows.newest(20)] == ids[:20], told
            assert [row.id for row in rows.newest(FEW)] == ids[:FEW], told
            assert [row.id for row in rows.where(limit=100)] == ids, told
            found = [session.get(model, row.number) for row in placed]
            assert {row.id for row in found if row is not None} == {*ids}, told
            hidden = [row.number for row in placed if row.number not in ids]
            assert not any(rows.find(number) for number in hidden), told
            assert {row.id for row in rows.where(limit=100, names=True)} == named, told


def test_who_sees_company_names_sees_all_of_them(empty: Engine) -> None:
    assert seen_with(empty, ModelRole(NAMES, 2, None), names=True) == {1}


# DESIGN.md §4 leaves it open, the policies say it: isolated_units_see_other_units = false.
@pytest.mark.parametrize("rows", ["company", "group"])
def test_a_role_ends_at_the_border_of_its_isolated_unit(empty: Engine, rows: str) -> None:
    assert seen_with(empty, ModelRole(rows, 3, None)) == {2}


def seen_with(empty: Engine, role: ModelRole, *, names: bool = False) -> set[int]:
    """The leads that this one role shows: 1 lies at the top, 2 in an isolated department of a company."""
    tree = (
        ModelUnit(1, None, "group", False), ModelUnit(2, 1, "company", False),
        ModelUnit(3, 2, "department", True),
    )  # fmt: skip
    person = ModelPerson(1, role.unit, (), (role,), None)
    leads = (ModelRow("lead", 1, 1, None, NOW), ModelRow("lead", 2, 3, None, NOW))
    with empty.connect() as conn:
        settle(conn, World(tree, (person,), leads, frozenset(), (), frozenset()))
        org = load_organisation(conn, "1")
        with open_session(conn, scope_of(org.people[1], org, RULES, NOW)) as session:
            found = {row.id for row in Leads(session, NOW).where(limit=9, names=names)}
        conn.rollback()
    return found


def test_what_has_left_sight_hides_nothing_behind_it(empty: Engine) -> None:
    tree = (ModelUnit(1, None, "group", False), ModelUnit(2, 1, "company", True))
    person = ModelPerson(1, 1, (), (ModelRole("unit", 1, None),), None)
    leads = (ModelRow("lead", 1, 1, None, NOW), ModelRow("lead", 2, 2, None, NOW + timedelta(minutes=1)))
    with empty.connect() as conn:
        world = World(tree, (person,), leads, frozenset(), (), frozenset({("lead", 2, 1)}))
        settle(conn, world)
        org = load_organisation(conn, "1")
        with open_session(conn, scope_of(org.people[1], org, RULES, NOW)) as session:
            assert [row.id for row in Leads(session, NOW).newest(1)] == [1]
        conn.rollback()


def settle(conn: Connection, world: World) -> None:
    """Store the world: rows are moved last, by the machinery, so that ancestor rows must follow."""
    nodes = {one.number: Node(one.number, one.parent, one.kind, one.isolated) for one in world.units}
    conn.execute(
        insert(Unit),
        [
            {"id": one.id, "code": f"U{one.id}", "name": f"单元{one.id}", "kind": one.kind,
             "parent_id": one.parent_id, "isolated": one.isolated, "platform": "", "note": ""}
            for one in nodes.values()
        ],
    )  # fmt: skip
    for number in nodes:
        add_ways(conn, ways_to(number, nodes))
    _hire(conn, world)
    with open_session(conn, MACHINERY) as session:
        for row in world.rows:
            session.add(_entity(row))
            session.flush()
        for noun, number, unit in world.moves:
            session.get_one(MODELS[noun], number).unit_id = unit
            session.flush()
        session.add_all(
            Collaborator(noun=noun, record_id=number, person_id=person)
            for noun, number, person in world.helpers
        )
        session.commit()
    _leave_behind(conn, world)


def _hire(conn: Connection, world: World) -> None:
    for one in world.people:
        who = {
            "id": one.number,
            "name": f"同事{one.number}",
            "unit_id": one.unit,
            "title": "",
            "language": "zh",
        }
        conn.execute(insert(Person), {**who, "left_at": one.left_at})
        for unit in one.extra:
            conn.execute(insert(Membership), {"person_id": one.number, "unit_id": unit})
        for role in one.roles:
            held = {"person_id": one.number, "role": role.rows, "unit_id": role.unit, "until": role.until}
            conn.execute(insert(Role), {**held, "source": "grant"})


def _entity(row: ModelRow) -> Owned:
    entity = MAKERS[MODELS[row.noun]](row.number)
    entity.id, entity.unit_id, entity.owner_id, entity.created_at = row.number, row.unit, row.owner, row.at
    if row.about and isinstance(entity, Contact):
        entity.customer_id = row.about[1]
    if row.about and isinstance(entity, Followup):
        entity.about_noun, entity.about_id = row.about
    return entity


def _leave_behind(conn: Connection, world: World) -> None:
    """Ancestor rows that lie: they may cost time, never show or hide a row."""
    at = {(row.noun, row.number): row.at for row in world.rows}
    lies = [
        {"noun": noun, "ancestor_id": unit, "at": at[noun, number], "record_id": number}
        for noun, number, unit in world.stale
    ]
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    if lies:
        conn.execute(dialect.insert(sight).on_conflict_do_nothing(), lies)
