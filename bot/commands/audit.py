"""`xiaoer audit`: read the history of a record, and check that the record is as it was written."""

from datetime import tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.answers import Refused, answering, note, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from bot.auditing import Line

Subject = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="编号（L-20961、C-1001、K-0691）或姓名 · A code or a name.")
]
UNSEALED = (
    "注意：这一版逐行校验；整行删除要等封链（之后的版本）才能发现。\n"
    "Each entry is checked by itself; the sealed chain, which shows removals, is not in this version yet."
)


@answering()
def show(subject: Subject, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """一条记录的来历 · Who changed what, when, and through which door; phones are masked."""
    from bot.auditing import history, subject_of
    from bot.commands.house import open_organisation, reading

    with open_organisation(config) as (house, org, _), reading(house.engine) as conn:
        found = subject_of(conn, org, subject)
        if found is None:
            raise Refused(f"没有找到“{subject[:40]}”。编号写法：L-20961、C-1001、K-0691；人写姓名。")
        lines = history(conn, org, *found)
    if as_json:
        print_json([_values(line, house.zone) for line in lines])
        return
    for line in lines:
        _draw(line, house.zone)
    if not lines:
        note(f"{subject} 还没有记录 · nothing is recorded")


def _values(line: "Line", zone: tzinfo) -> dict[str, Any]:
    return {
        "id": line.id, "at": line.at.astimezone(zone).isoformat(),
        "recorded_at": line.recorded_at.isoformat(), "who": line.who,
        "door": line.door, "action": line.action, "what": line.what, "fields": line.fields,
        "cause": line.cause,
    }  # fmt: skip


def _draw(line: "Line", zone: tzinfo) -> None:
    at = line.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    head = f"{at}  {line.who or '系统'}  {line.door}  {line.action} {line.what}"
    out.print(printable(head), style="bold", markup=False)
    for name, (old, new) in line.fields.items():
        shown = f"{old} → {new}" if old is not None else f"{new}"
        out.print(f"    {name}：{printable(shown)}", markup=False)


@answering()
def verify(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """审计记录是否完好 · Check the MAC of every entry. Status 1 when one is not as it was written."""
    from bot.auditing import SLICE, count_entries
    from bot.auditing import verify as verify_entries
    from bot.commands.house import open_house, reading
    from bot.commands.progress import tracked

    with open_house(config) as house, reading(house.engine) as conn:
        total = count_entries(conn)
        slices = tracked(verify_entries(conn, house.keys), "校验 · verifying", -(-total // SLICE))
        broken = [one for part in slices for one in part]
    if as_json:
        told = [{"id": one.id, "why": one.why} for one in broken]
        print_json({"ok": not broken, "entries": total, "broken": told, "sealed": False})
    else:
        for one in broken:
            out.print(f"✗ 第 {one.id} 条：{one.why}", style="red", markup=False)
        if not broken:
            out.print(f"✓ {total} 条，校验码全部相符 · all entries are as they were written", markup=False)
        note(UNSEALED)
    if broken:
        raise typer.Exit(1)
