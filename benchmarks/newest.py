"""`Leads.newest(20)` against its floors: known ids, the rule without ancestor rows, load all and filter.

Of several rounds the calmest counts: this says what the work takes, not what else the machine is doing.
XIAOER_BENCH_LEADS sets how many leads (100000 if unset).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, select

from benchmarks.group import BEGAN, SHAPES, Group, sqlite_url, stored
from benchmarks.row import Row, percentile
from storage.leads import Leads
from storage.schema import Lead
from storage.scope import MACHINERY, Scope, ScopedSession, branch
from storage.session import open_session
from tests.postgres_server import LocalServer

ROUNDS, HOW_MANY, WARM = 5, 400, 50
LIMIT = 20
LEADS = int(os.environ.get("XIAOER_BENCH_LEADS", "100000"))


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
    """What a program without a rule in the database would do."""

    def work(session: ScopedSession) -> Any:
        reach = set(session.scalars(branch(scope.branches)))
        order = (Lead.created_at.desc(), Lead.id.desc())
        rows = session.scalars(select(Lead).order_by(*order))
        return [row for row in rows if row.unit_id in reach or row.owner_id == scope.person_id][:LIMIT]

    return work


def measure(engine: Engine, group: Group, where: str) -> Iterator[Row]:
    """The rows of one store."""
    for looker in lookers(group):
        with engine.execution_options(ro=True).connect() as conn, open_session(conn, looker.scope) as session:
            ids = [row.id for row in newest(session)]
        took, floor = calmest(engine, looker.scope, known(ids))
        rule = timed(engine, looker.scope, rule_only, 5)
        whole = timed(engine, MACHINERY, load_all(looker.scope), 1)
        note = f"rule only {percentile(rule, 0.5):.1f} ms, load all and filter {whole[0]:.0f} ms"
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


def run() -> list[Row]:
    """Both databases, both trees."""
    return [row for units in SHAPES for place in (sqlite_url, postgres_url) for row in _one(place, units)]


def _one(place: Callable[[], Any], units: int) -> list[Row]:
    with place() as url, stored(url, units, LEADS) as (engine, group):
        where = f"{engine.dialect.name}, {LEADS:,} of {len(group.nodes):,} units"
        return list(measure(engine, group, where))


@contextmanager
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own; reads do not mind its lack of durability."""
    with closing(LocalServer(durable=False)) as server:
        yield server.url
