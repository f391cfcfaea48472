"""A made-up group of companies with leads, written straight into the tables: a store to measure on."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, insert, text

from storage.closure import add_ways, ways_to
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.ledger import sight
from storage.migrate import migrate
from storage.org import Person, Unit
from storage.schema import Collaborator, Lead
from storage.types import keep_keys

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=730)
SLICE = 5000
# Sales staff of a department, and records they work on for others.
STAFF, HELPED = 3, 30
# Business groups, companies in each, departments in each company.
SHAPES = {27: (2, 4, 2), 10_000: (9, 10, 110)}


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in its place."""

    id: int
    parent_id: int | None
    isolated: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was made: the tree, who sells where, and three people to look with."""

    nodes: Sequence[Node]
    root: int
    department: int
    seller: int


def tree(units: int) -> list[Node]:
    """A group of about that many units; every tenth company is isolated."""
    groups, companies, departments = SHAPES[units]
    nodes = [Node(1, None, False, "group")]

    def grow(parent: Node, kind: str, count: int) -> list[Node]:
        begin = len(nodes) + 1
        isolated = [kind == "company" and (begin + i) % 10 == 6 for i in range(count)]
        nodes.extend(Node(begin + i, parent.id, isolated[i], kind) for i in range(count))
        return nodes[-count:]

    for group in grow(nodes[0], "business_group", groups):
        for company in grow(group, "company", companies):
            grow(company, "department", departments)
    return nodes


def fill(conn: Connection, units: int, leads: int) -> Group:
    """Store the tree, its sales staff and so many leads, spread over two years."""
    nodes = tree(units)
    by_id = {node.id: node for node in nodes}
    conn.execute(
        insert(Unit),
        [
            {"id": n.id, "code": f"U{n.id}", "name": f"单元{n.id}", "kind": n.kind, "parent_id": n.parent_id,
             "isolated": n.isolated, "platform": "", "note": ""}
            for n in nodes
        ],
    )  # fmt: skip
    above = {}
    for node in nodes:
        ways = ways_to(node.id, by_id)
        add_ways(conn, ways)
        above[node.id] = [pair[0] for pair, way in ways.items() if way.clear]
    departments = [node.id for node in nodes if node.kind == "department"]
    staff = {unit: [i * STAFF + j + 1 for j in range(STAFF)] for i, unit in enumerate(departments)}
    conn.execute(
        insert(Person),
        [
            {"id": one, "name": f"同事{one}", "unit_id": unit, "title": "", "language": "zh"}
            for unit, all_of_it in staff.items()
            for one in all_of_it
        ],
    )
    rng = random.Random(20261118)
    desks = [(unit, one) for unit in departments for one in staff[unit]]
    for begin in range(1, leads + 1, SLICE):
        numbers = range(begin, min(begin + SLICE, leads + 1))
        _add_leads(conn, [(n, *rng.choice(desks), BEGAN + YEARS * (n / leads)) for n in numbers], above)
    open_department = next(unit for unit in departments if 1 in above[unit])
    seller = staff[open_department][0]
    helped = rng.sample(range(1, leads + 1), HELPED)
    conn.execute(
        insert(Collaborator), [{"noun": "lead", "record_id": one, "person_id": seller} for one in helped]
    )
    return Group(nodes, 1, open_department, seller)


def _add_leads(
    conn: Connection, leads: Sequence[tuple[int, int, int, datetime]], above: Mapping[int, Sequence[int]]
) -> None:
    rows = [
        {"id": number, "code": f"L-{number:07d}", "company": f"公司{number}有限公司", "contact": "王建国",
         "phone": f"+8613{number:09d}", "phone_key": f"{number:032x}", "registration": "",
         "product": "摊铺机", "product_line": "", "spec": "", "price_period": "", "term": "",
         "industry": "", "region": "", "province": "", "source": "展会", "note": "", "approx": [],
         "status": "跟进中", "pool": "", "suspect": False, "version": 1, "created_at": at,
         "unit_id": unit, "owner_id": owner}
        for number, unit, owner, at in leads
    ]  # fmt: skip
    conn.execute(insert(Lead), rows)
    seen = [
        {"noun": "lead", "ancestor_id": ancestor, "at": at, "record_id": number}
        for number, unit, _, at in leads
        for ancestor in above[unit]
    ]
    conn.execute(insert(sight), seen)


@contextmanager
def fresh(url: str) -> Iterator[Engine]:
    """The engine of a fresh store."""
    engine = open_engine(url, durable=False, create=True, checked=False)
    keep_keys(engine.dialect, KEYS)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def stored(url: str, units: int, leads: int) -> Iterator[tuple[Engine, Group]]:
    """The engine of a fresh store with that group in it."""
    with fresh(url) as engine:
        with engine.begin() as conn:
            group = fill(conn, units, leads)
        analyze(engine)
        yield engine, group


def analyze(engine: Engine) -> None:
    """Let the planner know what is there, as a running store's does."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
    else:
        with engine.begin() as conn:
            conn.exec_driver_sql("PRAGMA optimize")


@contextmanager
def sqlite_url() -> Iterator[str]:
    """A place for a SQLite store, gone afterwards."""
    with TemporaryDirectory(prefix="xiaoer-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'store.db'}"
