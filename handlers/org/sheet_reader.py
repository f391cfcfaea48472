"""Run as a process by `workbook`: prints the asked sheets of a workbook as JSON. Exit status 3: refused.

Arguments: file, most rows, most columns, names of sheets.
"""

import datetime
import json
import resource
import sys
from typing import Any

import python_calamine

MEMORY = 1_500_000_000
CPU_SECONDS = 50


def main() -> int:
    """Read within limits."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    path, rows, columns, *wanted = sys.argv[1:]
    found: dict[str, list[list[str]]] = {}
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            asked = name.strip().lower()
            if asked not in wanted or asked in found:
                continue
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height > int(rows) + 1 or sheet.total_width > int(columns):
                return refuse(f"表 {name} 太大：最多 {rows} 行、{columns} 列，请删去多余的空行空列")
            found[asked] = [[text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    json.dump(found, sys.stdout, ensure_ascii=True)
    return 0


def refuse(words: str) -> int:
    """Say why not."""
    sys.stderr.buffer.write(words.encode())
    return 3


def text(cell: Any) -> str:
    """A cell as somebody would have typed it: 3.0 is 3, a date is 2026-11-18."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
