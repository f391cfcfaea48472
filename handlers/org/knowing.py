"""What the store holds, in the words of the files."""

from handlers.org.values import AccountPlan, Known, KnownPerson, UnitPlan
from storage.org_stored import Stored


def known_of(stored: Stored) -> Known:
    """The stored organisation as the rules compare with it."""
    codes = {unit.id: unit.code for unit in stored.units.values()}
    accounts: dict[int, list[AccountPlan]] = {}
    for one in stored.accounts:
        plan = AccountPlan(one.platform, one.connection, one.userid, one.folded)
        accounts.setdefault(one.person_id, []).append(plan)
    extra: dict[int, list[str]] = {}
    for person_id, unit_id in sorted(stored.memberships):
        extra.setdefault(person_id, []).append(codes[unit_id])
    units = tuple(
        UnitPlan(
            unit.code,
            unit.name,
            codes[unit.parent_id] if unit.parent_id is not None else "",
            unit.kind,
            unit.platform,
            unit.isolated,
            unit.note,
        )
        for unit in stored.units.values()
    )
    people = tuple(
        KnownPerson(
            person.id,
            person.name,
            codes[person.unit_id],
            person.mobile,
            person.manager_id,
            tuple(accounts.get(person.id, ())),
            tuple(extra.get(person.id, ())),
            person.left_at is not None,
        )
        for person in stored.people.values()
    )
    return Known(units, people)
