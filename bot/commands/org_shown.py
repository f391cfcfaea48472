"""The organisation and a person's rights, as values for JSON and as drawings for the terminal."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree
from sqlalchemy import select

from bot.commands.answers import printable
from bot.commands.house import House, colleague, reading
from handlers.desk import roles_of, scope_of
from handlers.permissions.rules import Can, held_now, may
from handlers.policies.inforce import rules_for
from storage.directory import Organisation, PersonFact, UnitFact
from storage.org import Closure

ROWS = {
    "own": "只有自己的", "unit": "本单元及下属", "company": "本公司", "business_group": "本事业群",
    "group": "全集团", "summary": "合计，不见明细", "company_names": "只见名称、单元、负责人、首次接触",
    "payments": "只见合同与到账的金额", "none": "没有",
}  # fmt: skip
MAY = {Can.CREATE_LEAD: "录线索", Can.CHECK_DUPLICATES: "查重", Can.LOG_FOLLOWUP: "写跟进"}


def reached(house: House, org: Organisation, name: str) -> set[int]:
    """The units whose rows this person reaches, with the way up to the top so that they hang together."""
    person = colleague(org, name)
    rules = rules_for(org, person.unit_id, house.undo)
    scope = scope_of(person, org, rules, house.now)
    asked = select(Closure.unit_id).where(Closure.ancestor_id.in_(scope.branches), Closure.clear.is_(True))
    with reading(house.engine) as conn:
        seen = set(conn.scalars(asked)) | {person.unit_id, *person.extra_units}
    return {above.id for unit in seen for above in org.up(unit)}


def tree_of(org: Organisation, units: Collection[int]) -> list[dict[str, Any]]:
    """The tree as nested values."""

    def node(unit: UnitFact) -> dict[str, Any]:
        return {
            "code": unit.code, "name": unit.name, "kind": unit.kind, "isolated": unit.isolated,
            "people": [_person(org, one) for one in _people_of(org, unit)],
            "units": [node(below) for below in _below(org, unit.id, units)],
        }  # fmt: skip

    return [node(top) for top in _below(org, None, units)]


def _person(org: Organisation, person: PersonFact) -> dict[str, Any]:
    accounts = [f"{one.platform}:{one.connection}:{one.userid}" for one in org.accounts_of(person.id)]
    return {
        "name": person.name, "title": person.title, "accounts": accounts,
        "roles": [f"{role.role}@{org.units[role.unit_id].code}" for role in person.roles],
    }  # fmt: skip


def _below(org: Organisation, parent: int | None, units: Collection[int]) -> list[UnitFact]:
    return [unit for unit in org.units.values() if unit.parent_id == parent and unit.id in units]


def _people_of(org: Organisation, unit: UnitFact) -> Iterable[PersonFact]:
    return (one for one in org.people.values() if one.unit_id == unit.id and one.left_at is None)


def draw_tree(org: Organisation, units: Collection[int]) -> RenderableType:
    """The tree for the terminal."""

    def grow(tree: Tree, unit: UnitFact) -> None:
        tip = Text.assemble((printable(unit.name), "bold"), (f" {unit.code}", "cyan"))
        if unit.isolated:
            tip.append("  隔离", "yellow")
        twig = tree.add(tip)
        for person in _people_of(org, unit):
            roles = "、".join(f"{role.role}@{org.units[role.unit_id].code}" for role in person.roles)
            about = (f" {printable(person.title)}  {roles}", "dim")
            twig.add(Text.assemble(printable(person.name), about))
        for below in _below(org, unit.id, units):
            grow(twig, below)

    top = Tree("", hide_root=True)
    for unit in _below(org, None, units):
        grow(top, unit)
    return top


def access_of(house: House, org: Organisation, name: str, now: datetime) -> dict[str, Any]:
    """A person's effective permissions, as values."""
    person = colleague(org, name)
    rules = rules_for(org, person.unit_id, house.undo)
    scope = scope_of(person, org, rules, now)
    valid = {(role.role, role.unit_id) for role in held_now(roles_of(person, now), now)}
    held = frozenset(role for role, _ in valid)
    return {
        "person": name,
        "unit": org.units[person.unit_id].name,
        "extra_units": [org.units[unit].name for unit in person.extra_units],
        "left": person.left_at is not None and person.left_at <= now,
        "roles": [
            {
                "role": role.role,
                "unit": org.units[role.unit_id].code,
                "until": role.until.astimezone(house.zone).isoformat() if role.until else None,
                "valid": (role.role, role.unit_id) in valid,
                "rows": rules.rows_of.get(role.role, "own"),
            }
            for role in person.roles
        ],
        "reaches": [org.units[unit].name for unit in scope.branches],
        "names_only": [org.units[unit].name for unit in scope.names],
        "may": [MAY[can] for can in MAY if may(can, held)],
        "masks": [
            {"field": str(one.field), "when": one.when.text, "show": str(one.show)}
            for one in rules.policies.masks
        ],
    }


def draw_access(found: dict[str, Any]) -> RenderableType:
    """The permissions for the terminal."""
    table = Table("角色 · role", "单元 · unit", "到期 · until", "看得到的记录 · rows", title=None)
    for role in found["roles"]:
        ended = "" if role["valid"] else "（已到期）"
        rows = ROWS.get(role["rows"], role["rows"])
        table.add_row(printable(role["role"]) + ended, role["unit"], role["until"] or "—", rows)
    lines = [
        f"{found['person']}，{found['unit']}" + ("，已离职，什么也不能做" if found["left"] else ""),
        *([f"兼：{'、'.join(found['extra_units'])}"] if found["extra_units"] else []),
    ]
    after = [
        "自己名下和参与的记录：总能看到",
        f"整片看得到：{'、'.join(found['reaches']) or '没有'}",
        f"只见名称：{'、'.join(found['names_only']) or '没有'}",
        f"可以做：{'、'.join(['查询、任务', *found['may']])}",
        *(f"打码：{mask['field']}，{mask['show']}，当 {mask['when']}" for mask in found["masks"]),
    ]
    parts: list[RenderableType] = [Text(printable("\n".join(lines)), "bold")]
    if found["roles"]:
        parts.append(table)
    return Group(*parts, Text(printable("\n".join(after))))
