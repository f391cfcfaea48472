"""What differs between the organisation that is stored and the one that is wanted. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.org_stored import Stored, StoredAccount, StoredPerson, StoredRole, StoredUnit
from storage.org_wanted import AccountWanted, PersonWanted, UnitWanted

# Field → (old, new).
Changes = dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A stored row and the fields that become different."""

    id: int
    fields: Changes

    def new(self) -> dict[str, Any]:
        """The new values."""
        return {name: new for name, (_, new) in self.fields.items()}


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that changes its owner or its spelling."""

    account: StoredAccount
    person_id: int
    userid: str


@dataclass(frozen=True, slots=True)
class Links:
    """Accounts, roles and further units: what goes, what comes, what stays."""

    accounts_added: tuple[tuple[int, AccountWanted], ...]
    accounts_moved: tuple[Moved, ...]
    accounts_removed: tuple[StoredAccount, ...]
    roles_added: tuple[tuple[int, str, int], ...]
    roles_kept_for_good: tuple[StoredRole, ...]
    memberships_added: tuple[tuple[int, int], ...]


def unit_fields(unit: UnitWanted, ids: Mapping[str, int]) -> dict[str, Any]:
    """The columns of a unit."""
    return {
        "name": unit.name,
        "kind": unit.kind,
        "parent_id": ids[unit.parent] if unit.parent else None,
        "platform": unit.platform,
        "isolated": unit.isolated,
        "note": unit.note,
    }


def person_fields(person: PersonWanted, unit_ids: Mapping[str, int]) -> dict[str, Any]:
    """The columns of a person, but for the manager."""
    return {
        "name": person.name,
        "unit_id": unit_ids[person.unit],
        "title": person.title,
        "mobile": person.mobile,
        "leave_from": person.leave_from,
        "leave_until": person.leave_until,
    }


def changed(row: StoredUnit | StoredPerson, wanted: Mapping[str, Any]) -> Changed | None:
    """The fields in which a stored row is not as wanted, or None."""
    fields = {name: (getattr(row, name), new) for name, new in wanted.items() if getattr(row, name) != new}
    return Changed(row.id, fields) if fields else None


def manager_changes(
    people: Sequence[PersonWanted], ids: Mapping[str, int], stored: Stored
) -> Iterator[Changed]:
    """Who gets another manager, those who were only just stored included."""
    for person in people:
        person_id = ids[person.key]
        now = ids[person.manager] if person.manager else None
        was = stored.people[person_id].manager_id if person_id in stored.people else None
        if was != now:
            yield Changed(person_id, {"manager_id": (was, now)})


def roles_to_revoke(
    people: Sequence[PersonWanted], unit_ids: Mapping[str, int], stored: Stored
) -> tuple[StoredRole, ...]:
    """Imported roles of people in the file that the file no longer gives them; granted ones stay."""
    given = {
        person.id: {(role.role, unit_ids.get(role.unit)) for role in person.roles}
        for person in people
        if person.id is not None
    }
    return tuple(
        role
        for role in stored.roles
        if role.source == "import"
        and role.person_id in given
        and (role.role, role.unit_id) not in given[role.person_id]
    )


def memberships_to_end(
    people: Sequence[PersonWanted], unit_ids: Mapping[str, int], stored: Stored
) -> tuple[tuple[int, int], ...]:
    """Further units of people in the file that the file no longer gives them."""
    given = {person.id: {unit_ids.get(code) for code in person.extra_units} for person in people}
    return tuple(
        sorted((who, unit) for who, unit in stored.memberships if who in given and unit not in given[who])
    )


def links(
    people: Sequence[PersonWanted], ids: Mapping[str, int], unit_ids: Mapping[str, int], stored: Stored
) -> Links:
    """What must change in accounts, roles and further units once everybody has an id."""
    accounts = {account.key: account for account in stored.accounts}
    roles = {(role.person_id, role.role, role.unit_id): role for role in stored.roles}
    added: list[tuple[int, AccountWanted]] = []
    moved: list[Moved] = []
    claimed: dict[tuple[int, str, str], set[str]] = {}
    wanted_roles: list[tuple[int, str, int]] = []
    memberships: list[tuple[int, int]] = []
    for person in people:
        who = ids[person.key]
        for account in person.accounts:
            claimed.setdefault((who, account.platform, account.connection), set()).add(account.folded)
            there = accounts.get((account.platform, account.connection, account.folded))
            if there is None:
                added.append((who, account))
            elif (there.person_id, there.userid) != (who, account.userid):
                moved.append(Moved(there, who, account.userid))
        wanted_roles += [(who, role.role, unit_ids[role.unit]) for role in person.roles]
        memberships += [(who, unit_ids[code]) for code in person.extra_units]
    going = {one.account.id for one in moved}
    replaced = tuple(
        account
        for account in stored.accounts
        if (names := claimed.get((account.person_id, account.platform, account.connection)))
        and account.folded not in names
        and account.id not in going
    )
    return Links(
        tuple(added),
        tuple(moved),
        replaced,
        tuple(role for role in wanted_roles if role not in roles),
        # A role granted until some day which the file gives as well has no end any more.
        tuple(roles[role] for role in wanted_roles if role in roles and roles[role].until is not None),
        tuple(pair for pair in memberships if pair not in stored.memberships),
    )
