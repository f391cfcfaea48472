"""What makes the people right: units that exist, one account for one person, managers without a circle."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from handlers.org.account_cells import Accounts
from handlers.org.cells import BadCell, mobile, moment
from handlers.org.findings import Findings, Line, lines, meant
from handlers.org.matching import match_people
from handlers.org.names import Named, Names, UnknownName
from handlers.org.values import KnownPerson, PersonPlan, RolePlan, Table

COLUMNS = (
    "name", "unit", "extra_units", "title", "roles", "manager", "wecom_userid", "dingtalk_userid", "mobile",
    "leave_from", "leave_until",
)  # fmt: skip
# Deeper chains of managers are mistakes, and walking them must stay cheap.
MOST_LEVELS = 60


def plan_people(
    table: Table,
    known: Sequence[KnownPerson],
    units: Mapping[str, str],
    accounts: Accounts,
    zone: tzinfo,
    findings: Findings,
) -> tuple[PersonPlan, ...]:
    """The people of the table, each recognised in the store or new. `units`: code → name of all there are."""
    read: list[PersonPlan] = []
    rows: dict[int, Line] = {}
    for line in lines(table, COLUMNS, findings):
        person = _person(line, units, accounts, zone)
        read.append(person)
        rows[person.row] = line
    _check_alike(read, rows)
    people = match_people(read, known)
    managed = _with_managers(people, rows, known, units)
    _check_circles(managed, rows, known)
    return managed


def _person(line: Line, units: Mapping[str, str], accounts: Accounts, zone: tzinfo) -> PersonPlan:
    unit = line.text("unit", 40, needed=True)
    _check_unit(line, "unit", unit, units)
    extra = line.several("extra_units")
    for code in extra:
        _check_unit(line, "extra_units", code, units)
    starts, ends = _leave(line, zone)
    return PersonPlan(
        key=f"row:{line.number}",
        row=line.number,
        name=line.text("name", 64, needed=True, without="@;；"),
        unit=unit,
        title=line.text("title", 64),
        mobile=_mobile(line),
        leave_from=starts,
        leave_until=ends,
        extra_units=tuple(code for code in extra if code != unit),
        roles=_roles(line, units),
        accounts=accounts.read(line),
    )


def _check_unit(line: Line, column: str, code: str, units: Collection[str]) -> None:
    if code and code not in units:
        line.wrong(column, f"没有代码为 {code[:40]} 的单元{meant(code, units) or '；请写单元表里的代码'}")


def _roles(line: Line, units: Mapping[str, str]) -> tuple[RolePlan, ...]:
    found = []
    for said in line.several("roles"):
        role, at, unit = (part.strip() for part in said.partition("@"))
        if not role or not at or not unit or "@" in unit or len(role) > 40 or any(map(str.isspace, role)):
            line.wrong(
                "roles", f"“{said[:40]}”应写成 角色@单元代码，几个之间用分号，例：sales@ZJ-HD;manager@ZJ-HD"
            )
            continue
        _check_unit(line, "roles", unit, units)
        found.append(RolePlan(role, unit))
    return tuple(dict.fromkeys(found))


def _mobile(line: Line) -> str | None:
    try:
        return mobile(line.text("mobile", 40))
    except BadCell as bad:
        line.wrong("mobile", str(bad))
        return None


def _leave(line: Line, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    moments: list[datetime | None] = []
    for column, ends in (("leave_from", False), ("leave_until", True)):
        try:
            moments.append(moment(line.text(column, 40), zone, ends=ends))
        except BadCell as bad:
            line.wrong(column, str(bad))
            return None, None
    starts, until = moments
    if (starts is None) != (until is None):
        line.wrong("leave_from" if starts is None else "leave_until", "请假的开始与结束要么都写，要么都空着")
    if starts and until and starts >= until:
        line.wrong("leave_until", "请假的结束早于开始，请对调或改正")
    return starts, until


def _check_alike(people: Sequence[PersonPlan], rows: Mapping[int, Line]) -> None:
    """Two lines that nothing tells apart may be one person twice."""
    seen: dict[tuple[str, str], PersonPlan] = {}
    for person in people:
        other = seen.setdefault((person.name, person.unit), person)
        if other is person or not person.name:
            continue
        if (person.mobile, person.accounts) == (other.mobile, other.accounts):
            rows[person.row].wrong(
                "name",
                f"与第 {other.row} 行同名同单元，账号和手机也没有区别；重复的请删去，不同的人请补上账号",
            )


def _with_managers(
    people: Sequence[PersonPlan],
    rows: Mapping[int, Line],
    known: Sequence[KnownPerson],
    units: Mapping[str, str],
) -> tuple[PersonPlan, ...]:
    found = {person.id for person in people}
    stored = [
        Named(one.key, one.name, (one.unit, *one.extra_units))
        for one in known
        if one.id not in found and not one.left
    ]
    ours = [Named(one.key, one.name, (one.unit, *one.extra_units)) for one in people]
    names = Names([*ours, *stored], units)
    managed = []
    for person in people:
        line = rows[person.row]
        manager = None
        if said := line.text("manager", 110):
            try:
                manager = names.find(said).key
            except UnknownName as unknown:
                line.wrong("manager", str(unknown))
        managed.append(replace(person, manager=manager))
    return tuple(managed)


def _check_circles(
    people: Sequence[PersonPlan], rows: Mapping[int, Line], known: Sequence[KnownPerson]
) -> None:
    above = {one.key: f"id:{one.manager_id}" if one.manager_id else None for one in known}
    above |= {one.key: one.manager for one in people}
    names = {one.key: one.name for one in known} | {one.key: one.name for one in people}
    told: set[str] = set()
    for person in people:
        way = [person.key]
        while (manager := above.get(way[-1])) and manager not in way and len(way) < MOST_LEVELS:
            way.append(manager)
        if len(way) >= MOST_LEVELS:
            rows[person.row].wrong("manager", f"向上超过 {MOST_LEVELS} 级主管，请检查")
        elif manager == person.key and person.key not in told:
            told.update(way)
            circle = " → ".join(names[key] for key in (*way, person.key))
            rows[person.row].wrong("manager", f"主管绕成了一圈：{circle}；请改其中一位的主管")
