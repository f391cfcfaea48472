"""Reading the files of an organisation: a folder, or an XLSX workbook. Only their form is judged here."""

import csv
import io
import json
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from handlers.org.values import BadOrganisation, Problem, Row, Source, Table
from handlers.org.workbook import read_workbook

T = TypeVar("T")

MOST_BYTES = 50_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 60
LONGEST_CELL = 2_000
FILES = ("units.csv", "people.csv", "policies.toml", "records.json")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def read_source(path: Path) -> Source:
    """What a folder or workbook holds. Raises `BadOrganisation` when a file has no readable form."""
    if path.is_dir():
        return _folder(path)
    if path.suffix.lower() == ".xlsx" and path.is_file():
        return _workbook(path)
    raise _bad(path.name, "请给一个文件夹，或一个 .xlsx 工作簿")


def _folder(path: Path) -> Source:
    there = {name: path / name for name in FILES if (path / name).is_file()}
    if not there:
        raise _bad(path.name, f"文件夹里没有 {'、'.join(FILES)} 中的任何一个")
    problems: list[Problem] = []

    def read(name: str, form: Callable[[str, str], T]) -> T | None:
        try:
            return form(name, _text(there[name])) if name in there else None
        except BadOrganisation as bad:
            problems.extend(bad.problems)
            return None

    found = Source(
        units=read("units.csv", read_csv),
        people=read("people.csv", read_csv),
        policies=read("policies.toml", read_toml),
        records=read("records.json", read_json),
    )
    if problems:
        raise BadOrganisation(problems)
    return found


def _workbook(path: Path) -> Source:
    if path.stat().st_size > MOST_BYTES:
        raise _bad(path.name, f"文件大于 {MOST_BYTES // 1_000_000} MB")
    sheets = read_workbook(path, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
    if not sheets:
        raise _bad(path.name, "工作簿里没有名为 units 或 people 的表")
    tables = {name: _table(f"{path.name}[{name}]", enumerate(rows, start=1)) for name, rows in sheets.items()}
    return Source(tables.get("units"), tables.get("people"))


def _text(path: Path) -> str:
    """A file as text: UTF-8, with or without a mark, UTF-16 with one, else GB18030 as Excel writes it."""
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise _bad(path.name, f"文件大于 {MOST_BYTES // 1_000_000} MB")
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _bad(path.name, "文字编码读不懂，请另存为 UTF-8")


def read_csv(name: str, text: str) -> Table:
    """A CSV file as a table; commas, semicolons or tabs, whichever the first line uses."""
    first = text.partition("\n")[0]
    delimiter = max((",", "\t", ";"), key=first.count)
    return _table(name, _numbered(name, text, delimiter))


def _numbered(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on: a quoted cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadOrganisation([Problem(name, begins, "", f"CSV 格式不对（{error}），请检查引号")]) from error


def _table(file: str, numbered: Iterable[tuple[int, list[str]]]) -> Table:
    rows = ((number, [_clean(cell) for cell in cells]) for number, cells in numbered)
    rows = ((number, cells) for number, cells in rows if any(cells))
    _, header = next(rows, (0, []))
    columns = tuple(cell.lower() for cell in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    if not columns or len(columns) > MOST_COLUMNS:
        raise _bad(file, f"第一行应是表头，1 到 {MOST_COLUMNS} 列")
    problems: list[Problem] = []
    found: list[Row] = []
    for number, cells in rows:
        if len(found) >= MOST_ROWS:
            raise _bad(file, f"多于 {MOST_ROWS} 行，请分成几个文件")
        if any(cells[len(columns) :]):
            message = f"这一行有 {len(cells)} 格，表头只有 {len(columns)} 列；多半是少了引号或多了逗号"
            problems.append(Problem(file, number, "", message))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            problems.append(Problem(file, number, "", f"有一格超过 {LONGEST_CELL} 个字"))
        found.append(Row(number, dict(zip(columns, cells, strict=False))))
    if problems:
        raise BadOrganisation(problems)
    return Table(file, columns, tuple(found))


def _clean(cell: str) -> str:
    """A cell without invisible characters and blanks at its ends."""
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    spaced = (" " if char.isspace() else char for char in cell)
    return "".join(char for char in spaced if unicodedata.category(char) not in HIDDEN).strip()


def read_toml(name: str, text: str) -> str:
    """The text of a TOML file, once it is known to be one."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise _bad(name, f"不是有效的 TOML：{error}") from error
    return text


def read_json(name: str, text: str) -> dict[str, object]:
    """The object a JSON file holds. Numbers with a point stay exact; NaN and Infinity are none."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} 不是数")

    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise _bad(name, f"不是有效的 JSON：{error}") from error
    if not isinstance(found, dict):
        raise _bad(name, "最外层应是 { … }，每种记录一个列表")
    return found


def _bad(file: str, message: str) -> BadOrganisation:
    return BadOrganisation([Problem(file, None, "", message)])
