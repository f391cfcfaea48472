"""`Leads.newest(20)` against its floor, the same rows by known ids; beside the rule without ancestor rows,
loading all and filtering, and PyCasbin asked row by row.

Of several rounds the calmest counts: this says what the work takes, not what else the machine is doing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, select

from benchmarks.group import BEGAN, SHAPES, Group, sqlite_url, stored
from benchmarks.per_row import UnitAndOwner, casbin_note
from benchmarks.plan import Plan
from benchmarks.row import Row, percentile
from storage.leads import Leads
from storage.schema import Lead
from storage.scope import MACHINERY, Scope, ScopedSession, branch
from storage.session import open_session
from tests.postgres_server import LocalServer

ROUNDS, HOW_MANY, WARM = 5, 400, 50
LIMIT = 20
SMALL, LARGE = SHAPES


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who asks for the newest leads."""

    name: str
    scope: Scope


def lookers(group: Group) -> list[Looker]:
    """Who sees everything, who sees a department, who sees what is theirs."""
    return [
        Looker("top manager", Scope(group.seller, branches=(group.root,))),
        Looker("department manager", Scope(group.seller, branches=(group.department,))),
        Looker("plain sales", Scope(group.seller)),
    ]


Work = Callable[[ScopedSession], Any]


def timed(engine: Engine, scope: Scope, work: Work, times: int) -> list[float]:
    """Milliseconds of each run, sorted; every run has a session of its own, as every event has."""
    took = []
    with engine.execution_options(ro=True).connect() as conn:
        for _ in range(times + WARM * (times > 1)):
            with open_session(conn, scope) as session:
                session.connection()
                began = perf_counter()
                work(session)
                took.append((perf_counter() - began) * 1000)
                # As the pipeline ends it; psycopg forgets its prepared statements at every ROLLBACK.
                session.commit()
    return sorted(took[WARM * (times > 1) :])


def newest(session: ScopedSession) -> Any:
    """What is measured."""
    return Leads(session, BEGAN).newest(LIMIT)


def rule_only(session: ScopedSession) -> Any:
    """The same question, with nothing but the rule to answer it."""
    return Leads(session, BEGAN).where(limit=LIMIT)


def known(ids: Sequence[int]) -> Work:
    """The floor: the same rows, when somebody tells us which."""
    asked = select(Lead).where(Lead.id.in_(ids))
    return lambda session: session.scalars(asked).all()


def load_all(scope: Scope) -> Work:
    """What a program without a rule in the database would do: the columns it needs of every lead."""

    def work(session: ScopedSession) -> Any:
        reach = set(session.scalars(branch(scope.branches)))
        order = (Lead.created_at.desc(), Lead.id.desc())
        rows = session.execute(select(Lead.id, Lead.unit_id, Lead.owner_id).order_by(*order))
        return [row for row in rows if row.unit_id in reach or row.owner_id == scope.person_id][:LIMIT]

    return work


def looked_at(engine: Engine, last: int) -> list[UnitAndOwner]:
    """Unit and owner of every lead from the newest to the last that is wanted."""
    order = (Lead.created_at.desc(), Lead.id.desc())
    asked = select(Lead.id, Lead.unit_id, Lead.owner_id).order_by(*order)
    found: list[UnitAndOwner] = []
    with engine.execution_options(ro=True).connect() as conn, open_session(conn, MACHINERY) as session:
        for number, unit, owner in session.execute(asked):
            found.append((unit, owner or 0))
            if number == last:
                break
    return found


def measure(engine: Engine, group: Group, where: str) -> Iterator[Row]:
    """The rows of one store."""
    for looker in lookers(group):
        with engine.execution_options(ro=True).connect() as conn, open_session(conn, looker.scope) as session:
            ids = [row.id for row in newest(session)]
        took, floor = calmest(engine, looker.scope, known(ids))
        rule = timed(engine, looker.scope, rule_only, 5)
        whole = timed(engine, MACHINERY, load_all(looker.scope), 1)
        casbin = casbin_note(
            group.nodes, looker.scope.person_id or 0, looker.scope.branches, looked_at(engine, ids[-1])
        )
        note = f"rule only {percentile(rule, 0.5):.1f} ms, load all and filter {whole[0]:.0f} ms, {casbin}"
        for share in (0.5, 0.99):
            figure, base = percentile(took, share), percentile(floor, share)
            yield Row(f"{where}, {looker.name}, p{share * 100:.0f}", figure, "ms", base, figure / base, note)


def calmest(engine: Engine, scope: Scope, base: Work) -> tuple[list[float], list[float]]:
    """Measure question and floor in turn, and take the round that others on this machine disturbed least."""
    rounds = [
        (timed(engine, scope, newest, HOW_MANY), timed(engine, MACHINERY, base, HOW_MANY))
        for _ in range(ROUNDS)
    ]
    took, floor = (min(runs, key=lambda one: percentile(one, 0.99)) for runs in zip(*rounds, strict=True))
    return took, floor


def run(plan: Plan) -> list[Row]:
    """Both databases: the large tree at every size, a small one at the first."""
    shapes = [(SMALL, plan.sizes[0]), *((LARGE, leads) for leads in plan.sizes)]
    places = (sqlite_url, postgres_url)
    return [row for units, leads in shapes for place in places for row in _one(place, units, leads)]


def _one(place: Callable[[], Any], units: int, leads: int) -> list[Row]:
    with place() as url, stored(url, units, leads) as (engine, group):
        where = f"{engine.dialect.name}, {leads:,} of {len(group.nodes):,} units"
        return list(measure(engine, group, where))


@contextmanager
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own; reads do not mind its lack of durability."""
    with closing(LocalServer(durable=False)) as server:
        yield server.url
