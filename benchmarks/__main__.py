"""Runs every benchmark of this folder and prints one table, or writes it into a page."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import benchmarks
from benchmarks.page import written
from benchmarks.plan import LONG, QUICK, USUAL, Plan
from benchmarks.row import Row, number

WIDTH = 160  # of a table that goes into a file

Run = Callable[[Plan], list[Row]]


def found(only: str) -> Iterator[tuple[str, Run]]:
    """The benchmarks whose name contains `only`, by name."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name.startswith("__") or only not in module.name:
            continue
        run = getattr(importlib.import_module(f"benchmarks.{module.name}"), "run", None)
        if run is not None:
            yield module.name, run


def main(
    only: Annotated[str, typer.Option(help="Only benchmarks whose name contains this")] = "",
    quick: Annotated[bool, typer.Option("--quick", help="10 000 names and leads only: minutes")] = False,
    long: Annotated[bool, typer.Option("--long", help="Up to a million names and leads: an hour")] = False,
    write: Annotated[Path | None, typer.Option(help="The page whose table is replaced")] = None,
) -> None:
    """Measure the work against its floor, in one run."""
    if quick and long:
        raise typer.BadParameter("--quick or --long, not both", param_hint="--quick")
    plan = QUICK if quick else LONG if long else USUAL
    # Where answers went wrong is seen at the end, so a page that cannot be written is said at the beginning.
    page = write.read_text("utf-8") if write else ""
    if write:
        written(page, {})
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    rows: dict[str, list[Row]] = {}
    for name, run in found(only):
        # Times on a busy machine say little, so nothing else is drawn while one is taken.
        console.print(f"{name} …", style="dim")
        rows[name] = run(plan)
    if not rows:
        raise typer.BadParameter(f"no benchmark is called {only!r}", param_hint="--only")
    console.print(_drawn(rows))
    if write:
        write.write_text(written(page, rows), "utf-8")
        console.print(f"written: {write}")


def _drawn(rows: dict[str, list[Row]]) -> Table:
    table = Table("benchmark", "what", "figure", "unit", "floor", "ratio", "note")
    for name, measured in rows.items():
        for row in measured:
            figures = number(row.figure), row.unit, number(row.floor), number(row.ratio)
            table.add_row(name, row.name, *figures, row.note)
    return table


if __name__ == "__main__":
    typer.run(main)
