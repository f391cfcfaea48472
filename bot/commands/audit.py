"""`xiaoer audit`: read the history of a record, and check that the record is as it was written."""

from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.answers import Refused, answering, note, out, print_json, printable
from bot.commands.options import AsJson, ConfigFile

if TYPE_CHECKING:
    from bot.auditing import Line

Subject = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="编号（L-20961、C-1001、K-0691）或姓名 · A code or a name.")
]


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
def verify(
    anchor: Annotated[
        Path | None,
        typer.Option("--anchor", metavar="FILE", help="库外存的链头，防末尾被截 · Heads kept elsewhere."),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """审计记录是否完好 · Check every entry and the chain. Status 1 when something was altered or removed."""
    from bot.auditing import count_entries
    from bot.commands.house import open_house, reading
    from bot.commands.progress import counted
    from storage.anchor import BadAnchor
    from storage.verify import verify as verify_record

    if anchor is not None and not anchor.is_file():
        raise typer.BadParameter(f"没有 {anchor} · there is no such file", param_hint="--anchor")
    with open_house(config) as house:
        with reading(house.engine) as conn:
            total = count_entries(conn)
        with reading(house.engine) as conn, counted("校验 · verifying", total) as told:
            try:
                verdict = verify_record(conn, house.keys, anchor, told)
            except BadAnchor as bad:
                raise Refused(f"链头文件读不懂：{bad}。请换一份完好的 · the anchor file is damaged") from None
    if as_json:
        print_json(
            {
                "ok": verdict.ok,
                "entries": total,
                "sealed": verdict.head.length,
                "unsealed": verdict.unsealed,
                "head": verdict.head.link.hex(),
                "fault": str(verdict.fault) if verdict.fault else None,
            }
        )
    elif verdict.ok:
        out.print(f"✓ {total} 条都与写下时一样 · all entries are as they were written", markup=False)
        sealed = f"  已封链 {verdict.head.length} 条，链头 {verdict.head.link.hex()[:16]}；"
        out.print(f"{sealed}待封 {verdict.unsealed} 条", style="dim", markup=False)
    else:
        out.print(f"✗ {verdict.fault}", style="red", markup=False)
    if not verdict.ok:
        raise typer.Exit(1)
