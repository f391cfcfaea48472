"""Storing the people: rights that end first, then everybody, who leads whom, and what they hold."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.counted import Counted
from storage.org import Account, Membership, Person, Role
from storage.org_difference import (
    Changed,
    Moved,
    changed,
    links,
    manager_changes,
    memberships_to_end,
    person_fields,
    roles_to_revoke,
)
from storage.org_stored import Stored, StoredAccount, StoredRole
from storage.org_wanted import AccountWanted, PersonWanted
from storage.slices import Slices

PEOPLE = cast(Table, Person.__table__)
ACCOUNTS = cast(Table, Account.__table__)
ROLES = cast(Table, Role.__table__)
MEMBERSHIPS = cast(Table, Membership.__table__)


def end_rights(
    slices: Slices, people: Sequence[PersonWanted], unit_ids: Mapping[str, int], stored: Stored
) -> tuple[int, int]:
    """Take away what the file no longer gives, before anything else. Counts of roles and memberships."""
    roles = roles_to_revoke(people, unit_ids, stored)
    memberships = memberships_to_end(people, unit_ids, stored)
    slices.each("org.roles.removed", roles, _revoke)
    slices.each("org.memberships.removed", memberships, _leave_unit)
    return len(roles), len(memberships)


def store_people(
    slices: Slices, people: Sequence[PersonWanted], unit_ids: Mapping[str, int], stored: Stored
) -> tuple[dict[str, int], Counted]:
    """Store everybody. Gives key → id, those included who are stored but not in the file."""
    ids = {f"id:{person_id}": person_id for person_id in stored.people}
    fresh = [person for person in people if person.id is None]
    differing = [
        one
        for person in people
        if person.id is not None
        and (one := changed(stored.people[person.id], person_fields(person, unit_ids)))
    ]

    def add(conn: Connection, part: Sequence[PersonWanted]) -> Sequence[Any]:
        rows = [person_fields(person, unit_ids) for person in part]
        asked = insert(PEOPLE).returning(PEOPLE.c.id, sort_by_parameter_order=True)
        found = list(conn.scalars(asked, rows))
        ids.update(zip((person.key for person in part), found, strict=True))
        return [{"id": person_id, **row} for person_id, row in zip(found, rows, strict=True)]

    slices.each("org.people.added", fresh, add)
    slices.each("org.people.changed", differing, _update)
    led = list(manager_changes(people, ids, stored))
    slices.each("org.managers.changed", led, _update)
    touched = {one.id for one in (*differing, *led)} - {ids[person.key] for person in fresh}
    return ids, Counted(len(fresh), len(touched), 0, len(people) - len(fresh) - len(touched))


def store_links(
    slices: Slices,
    people: Sequence[PersonWanted],
    ids: Mapping[str, int],
    unit_ids: Mapping[str, int],
    stored: Stored,
    ended: tuple[int, int],
) -> dict[str, Counted]:
    """Store accounts, roles and further units. `ended`: what `end_rights` took away."""
    found = links(people, ids, unit_ids, stored)
    slices.each("org.accounts.removed", found.accounts_removed, _unlink)
    slices.each("org.accounts.changed", found.accounts_moved, _relink)
    slices.each("org.accounts.added", found.accounts_added, _link)
    slices.each("org.roles.added", found.roles_added, _give)
    slices.each("org.roles.changed", found.roles_kept_for_good, _keep)
    slices.each("org.memberships.added", found.memberships_added, _join_unit)
    accounts = sum(len(person.accounts) for person in people)
    roles = sum(len(person.roles) for person in people)
    units = sum(len(person.extra_units) for person in people)
    added = (len(found.accounts_added), len(found.roles_added), len(found.memberships_added))
    moved, kept = len(found.accounts_moved), len(found.roles_kept_for_good)
    return {
        "accounts": Counted(added[0], moved, len(found.accounts_removed), accounts - added[0] - moved),
        "roles": Counted(added[1], kept, ended[0], roles - added[1] - kept),
        "memberships": Counted(added[2], 0, ended[1], units - added[2]),
    }


def _update(conn: Connection, people: Sequence[Changed]) -> Sequence[Any]:
    # One statement for all that change the same fields: a new unit for a thousand people is one of these.
    by_fields: dict[tuple[str, ...], list[Changed]] = {}
    for person in people:
        by_fields.setdefault(tuple(sorted(person.fields)), []).append(person)
    for names, part in by_fields.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        asked = update(PEOPLE).where(PEOPLE.c.id == bindparam("person")).values(values)
        conn.execute(
            asked, [{"person": one.id, **{f"new_{n}": v for n, v in one.new().items()}} for one in part]
        )
    return [{"id": person.id, **person.fields} for person in people]


def _revoke(conn: Connection, roles: Sequence[StoredRole]) -> Sequence[Any]:
    conn.execute(delete(ROLES).where(ROLES.c.id.in_([role.id for role in roles])))
    return [{"person_id": role.person_id, "role": role.role, "unit_id": role.unit_id} for role in roles]


def _leave_unit(conn: Connection, pairs: Sequence[tuple[int, int]]) -> Sequence[Any]:
    this = (MEMBERSHIPS.c.person_id == bindparam("who")) & (MEMBERSHIPS.c.unit_id == bindparam("unit"))
    conn.execute(delete(MEMBERSHIPS).where(this), [{"who": who, "unit": unit} for who, unit in pairs])
    return [{"person_id": who, "unit_id": unit} for who, unit in pairs]


def _link(conn: Connection, accounts: Sequence[tuple[int, AccountWanted]]) -> Sequence[Any]:
    rows = [
        {
            "platform": account.platform,
            "connection": account.connection,
            "userid": account.userid,
            "folded": account.folded,
            "person_id": who,
        }
        for who, account in accounts
    ]
    conn.execute(insert(ACCOUNTS), rows)
    return rows


def _relink(conn: Connection, accounts: Sequence[Moved]) -> Sequence[Any]:
    for one in accounts:
        values = {"person_id": one.person_id, "userid": one.userid}
        conn.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == one.account.id).values(values))
    return [
        {
            "account": one.account.key,
            "person_id": (one.account.person_id, one.person_id),
            "userid": one.userid,
        }
        for one in accounts
    ]


def _unlink(conn: Connection, accounts: Sequence[StoredAccount]) -> Sequence[Any]:
    conn.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id.in_([account.id for account in accounts])))
    return [{"account": account.key, "person_id": account.person_id} for account in accounts]


def _give(conn: Connection, roles: Sequence[tuple[int, str, int]]) -> Sequence[Any]:
    rows = [
        {"person_id": who, "role": role, "unit_id": unit, "source": "import"} for who, role, unit in roles
    ]
    # Somebody may have granted the very role since the store was read.
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    conn.execute(dialect.insert(ROLES).on_conflict_do_nothing(), rows)
    return rows


def _keep(conn: Connection, roles: Sequence[StoredRole]) -> Sequence[Any]:
    kept = ROLES.c.id.in_([role.id for role in roles])
    conn.execute(update(ROLES).where(kept).values(until=None, source="import"))
    return [{"person_id": one.person_id, "role": one.role, "until": (one.until, None)} for one in roles]


def _join_unit(conn: Connection, pairs: Sequence[tuple[int, int]]) -> Sequence[Any]:
    rows = [{"person_id": who, "unit_id": unit} for who, unit in pairs]
    conn.execute(insert(MEMBERSHIPS), rows)
    return rows
