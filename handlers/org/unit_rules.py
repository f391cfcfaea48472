"""What makes a tree of units right: one top, no circle, every kind in its place."""

from collections.abc import Mapping

from handlers.org.cells import BadCell, yes_no
from handlers.org.findings import Findings, Line, lines, meant
from handlers.org.values import KINDS, PLATFORMS, Table, UnitPlan

COLUMNS = ("code", "name", "parent", "kind", "platform", "isolated", "note")
MOST_LEVELS = 30
KIND_WORDS = {"group": "集团", "business_group": "事业群", "company": "公司", "department": "部门"}
# These have a meaning where codes are written: role@UNIT, a;b, connection:userid.
RESERVED = "@;；:： ,，"


def plan_units(table: Table, known: Mapping[str, UnitPlan], findings: Findings) -> tuple[UnitPlan, ...]:
    """The units of the table, parents before children. `known`: stored units, which the table may hang on."""
    said: dict[str, UnitPlan] = {}
    rows: dict[str, Line] = {}
    for line in lines(table, COLUMNS, findings):
        unit = _unit(line)
        if unit.code in said:
            line.wrong("code", f"{unit.code} 在第 {rows[unit.code].number} 行已经有了，请换一个代码")
        elif unit.code:
            said[unit.code], rows[unit.code] = unit, line
    whole = {**known, **said}
    for code, unit in said.items():
        _check_parent(unit, rows[code], whole)
    _check_circles(said, rows, whole)
    _check_tops(table, said, rows, whole, findings)
    return tuple(sorted(said.values(), key=lambda unit: len(_above(unit.code, whole))))


def _unit(line: Line) -> UnitPlan:
    try:
        isolated = yes_no(line.text("isolated", 10))
    except BadCell as bad:
        line.wrong("isolated", str(bad))
        isolated = False
    return UnitPlan(
        code=line.text("code", 40, needed=True, without=RESERVED),
        name=line.text("name", 100, needed=True, without="@;；"),
        parent=line.text("parent", 40),
        kind=line.choice("kind", KINDS, needed=True),
        platform=line.choice("platform", (*PLATFORMS, "both")),
        isolated=isolated,
        note=line.text("note", 200),
    )


def _check_parent(unit: UnitPlan, line: Line, whole: Mapping[str, UnitPlan]) -> None:
    if not unit.parent:
        if unit.kind == "department":
            line.wrong("kind", "最上层应是集团、事业群或公司，不能是部门")
        return
    above = whole.get(unit.parent)
    if above is None:
        line.wrong("parent", f"没有代码为 {unit.parent} 的单元{meant(unit.parent, whole)}")
    elif unit.kind == "group" and above.kind:
        line.wrong("kind", f"集团只能是最上层，不能放在{KIND_WORDS[above.kind]} {above.code} 下")
    elif unit.kind and above.kind and KINDS.index(unit.kind) < KINDS.index(above.kind):
        line.wrong(
            "parent",
            f"{KIND_WORDS[unit.kind]}不能放在{KIND_WORDS[above.kind]} {above.code} 下；"
            "次序是 集团、事业群、公司、部门，可以跳级，部门里可以再有部门",
        )


def _check_circles(
    said: Mapping[str, UnitPlan], rows: Mapping[str, Line], whole: Mapping[str, UnitPlan]
) -> None:
    told: set[str] = set()
    for code in said:
        way = _above(code, whole)
        if len(way) >= MOST_LEVELS:
            rows[code].wrong("parent", f"层级超过 {MOST_LEVELS} 层，请检查上级")
        elif code in way and code not in told:
            circle = way[: way.index(code) + 1]
            told.update(circle)
            rows[code].wrong("parent", f"上级绕成了一圈：{' → '.join([code, *circle])}")


def _above(code: str, whole: Mapping[str, UnitPlan]) -> list[str]:
    """The codes on the way up, nearest first; it stops where it meets itself, and after too many."""
    way: list[str] = []
    seen: set[str] = set()
    while (unit := whole.get(code)) and unit.parent and unit.parent not in seen and len(way) < MOST_LEVELS:
        code = unit.parent
        way.append(code)
        seen.add(code)
    return way


def _check_tops(
    table: Table,
    said: Mapping[str, UnitPlan],
    rows: Mapping[str, Line],
    whole: Mapping[str, UnitPlan],
    findings: Findings,
) -> None:
    tops = [unit.code for unit in whole.values() if not unit.parent]
    if len(tops) > 1:
        for code in tops:
            if code in said:
                others = "、".join(other for other in tops if other != code)[:80]
                rows[code].wrong("parent", f"只能有一个最上层单元，另外还有 {others}；请填写上级单元的代码")
    if not said and not findings.problems:
        findings.wrong(table.file, None, "", "没有任何单元")
