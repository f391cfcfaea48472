"""Runs every benchmark of this folder and prints one table."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import benchmarks
from benchmarks.row import Row

WIDTH = 160  # of a table that goes into a file

Run = Callable[[], list[Row]]


def found(only: str) -> Iterator[tuple[str, Run]]:
    """The benchmarks whose name contains `only`, by name."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name.startswith("__") or only not in module.name:
            continue
        run = getattr(importlib.import_module(f"benchmarks.{module.name}"), "run", None)
        if run is not None:
            yield module.name, run


def main(only: Annotated[str, typer.Option(help="Only benchmarks whose name contains this")] = "") -> None:
    """Measure the work against its floor, in one run."""
    table = Table("benchmark", "what", "figure", "unit", "floor", "ratio", "note")
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    for name, run in found(only):
        # Times on a busy machine say little, so nothing else is drawn while one is taken.
        console.print(f"{name} …", style="dim")
        for row in run():
            floor, ratio = _number(row.floor), _number(row.ratio)
            table.add_row(name, row.name, _number(row.figure), row.unit, floor, ratio, row.note)
    if not table.row_count:
        raise typer.BadParameter(f"no benchmark is called {only!r}", param_hint="--only")
    console.print(table)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    typer.run(main)
