"""`xiaoer org`: load an organisation, look at it, give a role."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.answers import answering, err, note, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from handlers.org.importing import Report
    from storage.counted import Counted

KINDS = {
    "units": "单元", "people": "人员", "accounts": "账号", "roles": "角色", "memberships": "兼任",
    "policies": "业务规则", "customers": "客户", "leads": "线索", "followups": "跟进", "tasks": "任务",
}  # fmt: skip
Source = Annotated[
    Path,
    typer.Argument(metavar="DIR_OR_XLSX", help="文件夹，或有 units、people 表的 .xlsx · Folder or workbook."),
]
Story = Annotated[
    str, typer.Option("--story", metavar="Sxx", help="也载入 since 早于它的记录；all 全部 · Later ones too.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="姓名；同名写 姓名@单元 · A colleague's name.")]
Seer = Annotated[
    str, typer.Option("--as", metavar="NAME", help="按这个人看得到的来显示 · Only what this person reaches.")
]


@answering()
def load(source: Source, config: ConfigFile = None, story: Story = "", as_json: AsJson = False) -> None:
    """载入组织、业务规则和记录 · Load a company; all errors at once, nothing half-loaded."""
    from bot.clock import real_now
    from bot.commands.house import open_house, reading
    from bot.commands.progress import counting
    from bot.commands.role_names import unknown_roles
    from bot.loading import load_company

    if not source.exists():
        raise typer.BadParameter(f"没有 {source} · it does not exist", param_hint="DIR_OR_XLSX")
    with open_house(config) as house, counting(house.engine, "正在载入 · loading"):
        done = load_company(
            house.engine, house.keys, source,
            connections=house.connections, now=real_now(), zone=house.zone, story=story,
        )  # fmt: skip
        with reading(house.engine) as conn:
            unknown = unknown_roles(conn)
    if as_json:
        print_json(_report(done) | {"unknown_roles": unknown})
    else:
        _tell(done, unknown)


def _report(done: "Report") -> dict[str, Any]:
    names = ("added", "changed", "removed", "same")
    counts = {kind: {name: getattr(one, name) for name in names} for kind, one in done.counts.items()}
    skipped = {one.kind: one.count for one in done.skipped}
    return {"counts": counts, "skipped": skipped, "later": done.later, "notices": list(done.notices)}


def _tell(done: "Report", unknown: dict[str, str]) -> None:
    from bot.commands.role_names import advice

    head = "✓ 没有变化，早已载入 · nothing has changed" if done.idle else "✓ 已载入 · loaded"
    out.print(head, markup=False)
    for kind, counted in done.counts.items():
        out.print(f"  {KINDS.get(kind, kind)}：{_numbers(counted)}", markup=False)
    if done.skipped:
        told = "、".join(f"{one.kind} {one.count}" for one in done.skipped)
        out.print(
            f"  这一版还不载入 · not stored by this version yet：{printable(told)}",
            markup=False,
            soft_wrap=True,
        )
    if done.later:
        out.print(f"  {done.later} 条属于后面的故事（--story），没有载入 · of later stories", markup=False)
    for remark in done.notices:
        note(f"  ! {remark}")
    for line in advice(unknown):
        err.print(f"  ! {printable(line)}", style="yellow", markup=False, soft_wrap=True)


def _numbers(counted: "Counted") -> str:
    numbers = (counted.added, counted.changed, counted.removed, counted.same)
    words = zip(("新增", "更改", "移除", "不变"), numbers, strict=True)
    return "，".join(f"{word} {number}" for word, number in words if number) or "没有"


@answering()
def show(config: ConfigFile = None, name: Seer = "", as_json: AsJson = False) -> None:
    """组织树 · Units and people as a tree; with --as only the branches whose rows that person reaches."""
    from bot.commands.house import open_organisation
    from bot.commands.org_shown import draw_tree, reached, tree_of

    with open_organisation(config) as (house, org, _):
        units = reached(house, org, name) if name else set(org.units)
        if as_json:
            print_json(tree_of(org, units))
        else:
            out.print(draw_tree(org, units))


@answering()
def access(name: Name, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """某人的实际权限 · What a person's roles open now: rows, masks, and what they may do."""
    from bot.commands.house import open_organisation
    from bot.commands.org_shown import access_of, draw_access

    with open_organisation(config) as (house, org, now):
        found = access_of(house, org, name, now)
        if as_json:
            print_json(found)
        else:
            out.print(draw_access(found))


@answering()
def grant(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="角色，例：manager · A role.")],
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="单元编号或全名 · Code or full name.")],
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="到这天为止（含当天） · Last day, included.")
    ] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """给人一个角色 · Give a role at a unit, perhaps until a day; it holds at once and is on the record."""
    from bot.commands.granting import store_grant
    from bot.commands.house import open_organisation

    with open_organisation(config) as (house, org, now):
        told = store_grant(house, org, now, name, role, unit, _end_of(until, house.zone))
    if as_json:
        print_json({"person": name, "role": role, "unit": unit, "until": until or None, "told": told})
    else:
        out.print(f"✓ {printable(told)}", markup=False)


def _end_of(day: str, zone: tzinfo) -> datetime | None:
    """The moment after the last day."""
    from handlers.org.cells import BadCell, moment

    try:
        return moment(day, zone, ends=True)
    except BadCell as bad:
        raise typer.BadParameter(str(bad), param_hint="--until") from None
