"""Checking an organisation: tables in, one plan or all problems out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo

from handlers.org.account_cells import Accounts
from handlers.org.findings import Findings
from handlers.org.names import Named, Names
from handlers.org.people_rules import plan_people
from handlers.org.unit_rules import plan_units
from handlers.org.values import Connections, Known, OrgPlan, PersonPlan, Source, UnitPlan

# What a file may say without a word of explanation; policies may name further ones.
ROLES = frozenset(
    {
        "group_president", "group_executive", "president", "gm", "deputy_gm", "manager", "sales", "presales",
        "marketing", "finance", "finance_director", "cashier", "credit_manager", "legal", "legal_staff",
        "auditor", "customer_success", "coordinator", "master_data", "process_admin", "admin", "ops",
        "tech_director", "service_manager", "agent_lead", "agent", "engineer",
    }
)  # fmt: skip
MOST_NAMED = 5


def plan_organisation(
    source: Source, known: Known, connections: Connections, zone: tzinfo, roles: Collection[str] = ROLES
) -> OrgPlan:
    """The organisation these tables describe. Raises `BadOrganisation` with everything that is wrong.

    `known` is what the store holds: the tables may refer to it, and add to it. `zone`: of dates without one.
    """
    findings = Findings()
    plan = draft_organisation(source, known, connections, zone, roles, findings)
    findings.raise_if_any()
    return plan


def draft_organisation(
    source: Source,
    known: Known,
    connections: Connections,
    zone: tzinfo,
    roles: Collection[str],
    findings: Findings,
) -> OrgPlan:
    """As `plan_organisation`, but what is wrong goes to `findings`: other files may be checked against it."""
    stored = {unit.code: unit for unit in known.units}
    units = plan_units(source.units, stored, findings) if source.units else ()
    people: tuple[PersonPlan, ...] = ()
    if source.units:
        findings.notices += _missing_units(units, known)
    if source.people:
        names = unit_names(known, units)
        accounts = Accounts(connections)
        people = plan_people(source.people, known.people, names, accounts, zone, findings)
        accounts.tell(findings)
        findings.notices += [*_unknown_roles(people, roles), *_missing_people(people, known)]
        findings.notices += [*_back(people, known), *_moved_accounts(people, known)]
    return OrgPlan(units, people, tuple(findings.notices))


def unit_names(known: Known, units: Sequence[UnitPlan]) -> dict[str, str]:
    """Code → name of all units there will be."""
    return {unit.code: unit.name for unit in (*known.units, *units)}


def everybody(known: Known, people: Sequence[PersonPlan], units: Mapping[str, str]) -> Names:
    """All people there will be, by name; those who left are still owners of records."""
    there = {person.id for person in people}
    rest = (one for one in known.people if one.id not in there)
    ours = [Named(one.key, one.name, (one.unit, *one.extra_units)) for one in people]
    return Names([*ours, *(Named(one.key, one.name, (one.unit, *one.extra_units)) for one in rest)], units)


def _unknown_roles(people: Sequence[PersonPlan], roles: Collection[str]) -> list[str]:
    holders: dict[str, list[str]] = {}
    for person in people:
        for held in person.roles:
            if held.role not in roles:
                holders.setdefault(held.role, []).append(person.name)
    return [
        f"角色 {role} 不在规则里，持有人只看得到自己的记录：{_some(names)}" for role, names in holders.items()
    ]


def _missing_people(people: Sequence[PersonPlan], known: Known) -> list[str]:
    there = {person.id for person in people}
    names = [one.name for one in known.people if one.id not in there and not one.left]
    return [f"库里有、文件里没有的 {len(names)} 人没有改动：{_some(names)}"] if names else []


def _back(people: Sequence[PersonPlan], known: Known) -> list[str]:
    left = {one.id for one in known.people if one.left}
    names = [person.name for person in people if person.id in left]
    return [f"已登记离职、文件里还有的 {len(names)} 人仍按离职处理：{_some(names)}"] if names else []


def _moved_accounts(people: Sequence[PersonPlan], known: Known) -> list[str]:
    owners = {account.key: one for one in known.people for account in one.accounts}
    return [
        f"账号 {account.userid} 由 {owner.name} 改归 {person.name}"
        for person in people
        for account in person.accounts
        if (owner := owners.get(account.key)) and owner.id != person.id
    ]


def _missing_units(units: Sequence[UnitPlan], known: Known) -> list[str]:
    there = {unit.code for unit in units}
    codes = [unit.code for unit in known.units if unit.code not in there]
    return [f"库里有、文件里没有的 {len(codes)} 个单元没有改动：{_some(codes)}"] if codes else []


def _some(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > MOST_NAMED else ""
    return "、".join(list(Counter(names))[:MOST_NAMED]) + more
