"""A small group of companies with rows of every noun, and people who see different parts of it.

In every owned table row `n` lies in unit `n` and belongs to person `n`; row 10 lies in unit 5 and belongs to
nobody. So a row that is seen for another noun's sake betrays itself by its number.

    1 group ─ 2 business group ─ 3 company ─ 4 department ─ 5 department
            │                  │           └ 6 department
            │                  └ 7 company, isolated ─ 8 department
            └ 9 company
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from handlers.desk import scope_of
from handlers.policies.document import load_policies
from handlers.policies.inforce import Rules
from storage.base import Owned
from storage.closure import add_ways, ways_to
from storage.directory import PersonFact, RoleFact, load_organisation
from storage.engine import open_engine
from storage.keyring import Keyring
from storage.migrate import migrate
from storage.org import Person, Unit
from storage.schema import Collaborator, Contact, Customer, Followup, Lead, Task
from storage.scope import MACHINERY, NOBODY, Scope
from storage.session import open_session
from storage.types import keep_keys
from tests.postgres import Server, fresh_database

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ROWS = range(1, 11)
NOBODYS = 10
HELPER, FRIEND, OUTSIDER = 21, 22, 20

RULES = Rules(
    load_policies(
        "".join(
            f'[[visibility]]\nroles = ["{role}"]\nrows = "{rows}"\n'
            for role, rows in {
                "manager": "unit", "gm": "company", "president": "business_group", "chair": "group",
                "coordinator": "company_names", "executive": "summary", "cashier": "payments",
                "auditor": "none", "sales": "own",
            }.items()
        )
    ),
    timedelta(minutes=15),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in its place."""

    id: int
    parent_id: int | None
    kind: str
    isolated: bool = False


TREE = {
    node.id: node
    for node in (
        Node(1, None, "group"), Node(2, 1, "business_group"), Node(3, 2, "company"), Node(4, 3, "department"),
        Node(5, 4, "department"), Node(6, 3, "department"), Node(7, 2, "company", isolated=True),
        Node(8, 7, "department"), Node(9, 1, "company"),
    )
}  # fmt: skip


def _unit(number: int) -> int:
    return 5 if number == NOBODYS else number


def _customer(number: int) -> Customer:
    return Customer(code=f"C-{number:04d}", name=f"客户{number}")


def _contact(number: int) -> Contact:
    return Contact(customer_id=number, name=f"联系人{number}", phone=f"1990000{number:04d}")


def _lead(number: int) -> Lead:
    return Lead(code=f"L-{number:05d}", company=f"线索{number}")


def _followup(number: int) -> Followup:
    return Followup(about_noun="lead", about_id=number, author_id=1, content=f"跟进{number}")


def _task(number: int) -> Task:
    return Task(code=f"K-{number:04d}", content=f"任务{number}", due_at=NOW, set_by_id=1)


# What a row of each noun needs beside unit and owner. A new noun joins the matrix here.
MAKERS: dict[type[Owned], Callable[[int], Owned]] = {
    Customer: _customer, Contact: _contact, Lead: _lead, Followup: _followup, Task: _task,
}  # fmt: skip


def made(model: type[Owned], number: int, unit_id: int, owner_id: int | None) -> Owned:
    """A new row of this noun, not stored yet."""
    row = MAKERS[model](number)
    row.unit_id, row.owner_id = unit_id, owner_id
    row.created_at = NOW + timedelta(minutes=number)
    return row


def fill(url: str) -> None:
    """Migrate a store and put this world into it."""
    engine = opened(url)
    migrate(engine)
    with engine.begin() as conn:
        _organise(conn)
        with open_session(conn, MACHINERY) as session:
            for model in MAKERS:
                for number in ROWS:
                    owner = None if number == NOBODYS else number
                    session.add(made(model, number, _unit(number), owner))
                    session.flush()
            session.add(Collaborator(noun="task", record_id=9, person_id=HELPER))
            session.add(Collaborator(noun="customer", record_id=8, person_id=FRIEND))
            session.commit()
    engine.dispose()


def _organise(conn: Connection) -> None:
    conn.execute(
        insert(Unit),
        [
            {"id": n.id, "code": f"U{n.id}", "name": f"单元{n.id}", "kind": n.kind, "parent_id": n.parent_id,
             "isolated": n.isolated, "platform": "", "note": ""}
            for n in TREE.values()
        ],
    )  # fmt: skip
    for unit_id in TREE:
        add_ways(conn, ways_to(unit_id, TREE))
    conn.execute(
        insert(Person),
        [
            {"id": one, "name": f"同事{one}", "unit_id": TREE[min(one, 9)].id, "title": "", "language": "zh"}
            for one in (*TREE, OUTSIDER, HELPER, FRIEND)
        ],
    )


def opened(url: str) -> Engine:
    """The engine of a store that may lose its work with the power."""
    engine = open_engine(url, durable=False, create=True, checked=False)
    keep_keys(engine.dialect, KEYS)
    return engine


@contextmanager
def store(kind: str, folder: Path, postgres: Server | None, fill: Callable[[str], None]) -> Iterator[Engine]:
    """The engine of a store that `fill` has filled."""
    if kind == "postgresql" and postgres is not None:
        with fresh_database(postgres, fill) as url:
            engine = opened(url)
            yield engine
            engine.dispose()
        return
    url = f"sqlite:///{folder / 'store.db'}"
    fill(url)
    engine = opened(url)
    yield engine
    engine.dispose()


_SCOPES: dict["Looker", Scope] = {}


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody, what they are, and the numbers of the rows they see; `only`: of these nouns alone."""

    name: str
    person: PersonFact | None
    sees: frozenset[int] = frozenset()
    only: frozenset[str] | None = None
    names: bool = False

    def expected(self, model: type[Owned]) -> frozenset[int]:
        """The rows of this noun that they see."""
        return self.sees if self.only is None or model.noun in self.only else frozenset()

    def scope(self, conn: Connection) -> Scope:
        """What the product lets them reach."""
        if self.person is None:
            return NOBODY
        if self not in _SCOPES:
            _SCOPES[self] = scope_of(self.person, load_organisation(conn, "1"), RULES, NOW)
        return _SCOPES[self]


def _person(number: int, *roles: RoleFact, unit: int = 9) -> PersonFact:
    return PersonFact(number, f"同事{number}", unit, "", None, "zh", roles=roles)


def _at(role: str, unit: int, until: datetime | None = None) -> PersonFact:
    return _person(OUTSIDER, RoleFact(role, unit, until))


COMPANY = frozenset({3, 4, 5, 6, NOBODYS})
CLEAR = COMPANY | {2}
WHOLE = CLEAR | {1, 9}
LOOKERS = (
    Looker("nobody", None),
    Looker("a stranger", _person(OUTSIDER)),
    Looker("a stranger with an extra unit", replace(_person(OUTSIDER), extra_units=(3, 7))),
    Looker("an owner", _person(4, unit=4), frozenset({4})),
    Looker("an owner who moved away", _person(4, unit=9), frozenset({4})),
    Looker("a manager", _at("manager", 3), COMPANY),
    Looker("a manager of a nested department", _at("manager", 4), frozenset({4, 5, NOBODYS})),
    Looker("a general manager by a nested department", _at("gm", 5), COMPANY),
    Looker("two roles", _person(OUTSIDER, RoleFact("manager", 6), RoleFact("gm", 8)), frozenset({6, 7, 8})),
    Looker("above the isolated unit", _at("manager", 2), CLEAR),
    Looker("a president beside the isolated unit", _at("president", 4), CLEAR),
    Looker("the whole group", _at("chair", 3), WHOLE),
    Looker("inside the isolated unit", _at("manager", 7), frozenset({7, 8})),
    Looker("staff of the isolated unit", _person(8, unit=8), frozenset({8})),
    Looker("outside, granted the isolated unit", _at("gm", 7), frozenset({7, 8})),
    Looker("who works on a task", _person(HELPER), frozenset({9}), frozenset({"task"})),
    Looker("who works on a customer", _person(FRIEND), frozenset({8}), frozenset({"customer", "contact"})),
    Looker("names only, not asked for", _at("coordinator", 1)),
    Looker("names only", _at("coordinator", 1), WHOLE, names=True),
    Looker("names asked for in vain", _at("manager", 6), frozenset({6}), names=True),
    Looker("sums only", _at("executive", 1), names=True),
    Looker("payments only", _at("cashier", 1), names=True),
    Looker("an auditor", _at("auditor", 1), names=True),
    Looker("a role that nobody explained", _at("wizard", 1), names=True),
    Looker("an expired role", _at("chair", 1, NOW), names=True),
    Looker("a role in its last moment", _at("chair", 1, NOW + timedelta(microseconds=1)), WHOLE),
    Looker("who left", replace(_person(4, RoleFact("chair", 1), unit=4), left_at=NOW), names=True),
    Looker("who leaves in a moment", replace(_person(4), left_at=NOW + timedelta(seconds=1)), frozenset({4})),
)
