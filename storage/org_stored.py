"""The organisation as it is stored, read whole: what an import compares with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.org import Account, Membership, Person, Role, Unit


@dataclass(frozen=True, slots=True)
class StoredUnit:
    """A unit with its id."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    platform: str
    isolated: bool
    note: str


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A colleague with their id."""

    id: int
    name: str
    unit_id: int
    title: str
    manager_id: int | None
    mobile: str | None
    leave_from: datetime | None
    leave_until: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account with its id."""

    id: int
    platform: str
    connection: str
    userid: str
    folded: str
    person_id: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this account."""
        return self.platform, self.connection, self.folded


@dataclass(frozen=True, slots=True)
class StoredRole:
    """A role with its id. `source`: import or grant."""

    id: int
    person_id: int
    role: str
    unit_id: int
    until: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything, by id; codes lead to ids."""

    units: Mapping[int, StoredUnit]
    people: Mapping[int, StoredPerson]
    accounts: tuple[StoredAccount, ...]
    roles: tuple[StoredRole, ...]
    memberships: frozenset[tuple[int, int]]

    @property
    def unit_ids(self) -> dict[str, int]:
        """Code → id."""
        return {unit.code: unit.id for unit in self.units.values()}


def read_stored(conn: Connection) -> Stored:
    """Read it all in this transaction."""
    units = {row["id"]: StoredUnit(**row) for row in _rows(conn, Unit, StoredUnit)}
    people = {row["id"]: StoredPerson(**row) for row in _rows(conn, Person, StoredPerson)}
    memberships = conn.execute(select(Membership.person_id, Membership.unit_id)).all()
    return Stored(
        units,
        people,
        tuple(StoredAccount(**row) for row in _rows(conn, Account, StoredAccount)),
        tuple(StoredRole(**row) for row in _rows(conn, Role, StoredRole)),
        frozenset((row.person_id, row.unit_id) for row in memberships),
    )


def _rows(conn: Connection, model: Any, shape: Any) -> Iterator[dict[str, Any]]:
    columns = [model.__table__.c[name] for name in shape.__dataclass_fields__]
    for row in conn.execute(select(*columns).order_by(model.__table__.c.id)):
        yield dict(row._mapping)
