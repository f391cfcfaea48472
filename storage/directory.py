"""The organisation as a value: read once per version of it, shared by everybody, changed by nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.ledger import marks
from storage.org import Account, Closure, Membership, Person, Policy, Role, Unit

ORG_VERSION = "org_version"
_VERSION = select(marks.c.value).where(marks.c.name == ORG_VERSION)


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A unit, as the tree knows it."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    isolated: bool
    platform: str


@dataclass(frozen=True, slots=True)
class RoleFact:
    """A role at a unit, perhaps until a moment."""

    role: str
    unit_id: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A colleague: where they work, who leads them, what they hold."""

    id: int
    name: str
    unit_id: int
    title: str
    manager_id: int | None
    language: str
    extra_units: tuple[int, ...] = ()
    roles: tuple[RoleFact, ...] = ()
    leave: tuple[datetime, datetime] | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountFact:
    """A platform account. `userid` as the platform spells it."""

    platform: str
    connection: str
    userid: str
    folded: str
    person_id: int


@dataclass(frozen=True)
class Organisation:
    """Units, people and accounts of one version, with the questions everybody asks of them."""

    version: str
    units: Mapping[int, UnitFact]
    people: Mapping[int, PersonFact]
    accounts: Mapping[tuple[str, str, str], AccountFact]
    # Policy texts in force, by unit (None: the group).
    policies: Mapping[int | None, str]
    named: Mapping[str, tuple[PersonFact, ...]] = field(default_factory=dict)
    # What others derive from this version and keep with it, by their own name.
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def up(self, unit_id: int | None) -> Iterator[UnitFact]:
        """The unit and what lies above it, nearest first."""
        while unit_id is not None:
            unit = self.units[unit_id]
            yield unit
            unit_id = unit.parent_id

    def nearest(self, unit_id: int, kind: str) -> UnitFact | None:
        """The nearest unit of that kind at or above this one."""
        return next((unit for unit in self.up(unit_id) if unit.kind == kind), None)

    def nearest_id(self, unit_id: int, kind: str) -> int | None:
        """The nearest unit of that kind at or above this one, within its isolated unit if it lies in one."""
        return next((unit.id for unit in self._inside(unit_id) if unit.kind == kind), None)

    def root_id(self, unit_id: int) -> int:
        """The top of the tree this unit stands in, or of its isolated branch."""
        return [unit.id for unit in self._inside(unit_id)][-1]

    def _inside(self, unit_id: int) -> Iterator[UnitFact]:
        for unit in self.up(unit_id):
            yield unit
            if unit.isolated:
                return

    def zone(self, unit_id: int) -> int:
        """The isolated unit this one lies in (or is), 0 for none."""
        return next((unit.id for unit in self.up(unit_id) if unit.isolated), 0)

    def clear_above(self, unit_id: int) -> list[int]:
        """The units that may see this one's rows: itself, and those above with nothing isolated between."""
        return [unit.id for unit in self._inside(unit_id)]

    def within(self, unit_id: int, ancestor_id: int) -> bool:
        """Whether the unit is the ancestor or lies beneath it."""
        return any(unit.id == ancestor_id for unit in self.up(unit_id))

    def place(self, unit_id: int) -> str:
        """How a unit is named to a stranger: 掘进装备公司华东销售部."""
        names = [unit.name for unit in self.up(unit_id) if unit.kind in ("company", "department")]
        return "".join(reversed(names)) or self.units[unit_id].name

    def unit_by_code(self, code: str) -> UnitFact | None:
        """The unit of that code or full name."""
        return next((unit for unit in self.units.values() if code in (unit.code, unit.name)), None)

    def accounts_of(self, person_id: int) -> tuple[AccountFact, ...]:
        """Every account of a person, in the order they were linked."""
        return tuple(found for found in self.accounts.values() if found.person_id == person_id)


def load_organisation(conn: Connection, version: str) -> Organisation:
    """Read everything. 20,000 people take a fraction of a second; it happens once per change."""
    units = {
        row.id: UnitFact(row.id, row.code, row.name, row.kind, row.parent_id, row.isolated, row.platform)
        for row in conn.execute(select(Unit.__table__))
    }
    extra: dict[int, list[int]] = {}
    for row in conn.execute(select(Membership.__table__)):
        extra.setdefault(row.person_id, []).append(row.unit_id)
    roles: dict[int, list[RoleFact]] = {}
    for row in conn.execute(select(Role.__table__).order_by(Role.id)):
        roles.setdefault(row.person_id, []).append(RoleFact(row.role, row.unit_id, row.until))
    people: dict[int, PersonFact] = {}
    named: dict[str, list[PersonFact]] = {}
    columns = [column for column in Person.__table__.columns if column.name != "mobile"]
    for row in conn.execute(select(*columns).order_by(Person.id)):
        leave = (row.leave_from, row.leave_until) if row.leave_from and row.leave_until else None
        fact = PersonFact(
            row.id, row.name, row.unit_id, row.title, row.manager_id, row.language,
            tuple(extra.get(row.id, ())), tuple(roles.get(row.id, ())), leave, row.left_at,
        )  # fmt: skip
        people[row.id] = fact
        named.setdefault(row.name, []).append(fact)
    accounts = {
        (row.platform, row.connection, row.folded): AccountFact(
            row.platform, row.connection, row.userid, row.folded, row.person_id
        )
        for row in conn.execute(select(Account.__table__).order_by(Account.id))
    }
    newest: dict[int | None, str] = {}
    for row in conn.execute(select(Policy.__table__).order_by(Policy.id)):
        newest[row.unit_id] = row.document
    return Organisation(
        version, units, people, accounts, newest, {name: tuple(found) for name, found in named.items()}
    )


def organisation_version(conn: Connection) -> str:
    """The version of units, people, roles and policies; every change of rights raises it."""
    return conn.scalar(_VERSION) or "0"


class OrganisationCache:
    """The last version read. Each batch asks for the version first, so a revoked right is gone at once."""

    def __init__(self) -> None:
        self._kept: Organisation | None = None

    def get(self, conn: Connection) -> Organisation:
        """The organisation as this transaction sees it."""
        version = organisation_version(conn)
        kept = self._kept
        if kept is None or kept.version != version:
            kept = self._kept = load_organisation(conn, version)
        return kept


def clear_ancestors(conn: Connection, unit_id: int) -> list[int]:
    """The units that may see this unit's rows."""
    asked = select(Closure.ancestor_id).where(Closure.unit_id == unit_id, Closure.clear.is_(True))
    return list(conn.scalars(asked))
