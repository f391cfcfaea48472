"""The table of a run inside `docs/benchmarks.md`, between two marks; the words around it are ours."""

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import typer

from benchmarks.row import Row, number

BEGIN, END = "<!-- table: written by `make bench` -->", "<!-- end of table -->"


def written(page: str, rows: Mapping[str, Sequence[Row]]) -> str:
    """The page with its table replaced. Refuses a page that has no place for it."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise typer.BadParameter(f"the page has no lines {BEGIN} and {END}", param_hint="--write")
    return f"{head}{BEGIN}\n\n{_measured_on()}\n\n{''.join(map(_section, rows.items()))}{END}{tail}"


def _measured_on() -> str:
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if "model name" in line),
        platform.machine(),
    )
    day = datetime.now(UTC).date().isoformat()
    return (
        f"Measured on {day}: {os.cpu_count()} × {cpu}, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}."
    )


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def _section(named: tuple[str, Sequence[Row]]) -> str:
    name, rows = named
    lines = [f"### {name}", "", "| what | figure | | floor | ratio | note |", "|---|--:|---|--:|--:|---|"]
    for row in rows:
        cells = row.name, number(row.figure), row.unit, number(row.floor), number(row.ratio), row.note
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(lines) + "\n\n"
