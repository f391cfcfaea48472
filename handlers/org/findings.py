"""Collecting everything that is wrong with a file, instead of stopping at the first thing."""

from collections.abc import Collection, Iterable, Sequence

from rapidfuzz import fuzz, process

from handlers.org.values import BadOrganisation, Problem, Row, Table

# Near names are only offered among so many; a hostile file shall not make us compare for minutes.
MOST_COMPARED = 5_000
NEAR = 60.0


class Findings:
    """The problems and notices of one import, in the order they were found."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notices: list[str] = []

    def wrong(self, file: str, row: int | None, column: str, message: str) -> None:
        """Note a problem; checking goes on."""
        self.problems.append(Problem(file, row, column, message))

    def raise_if_any(self) -> None:
        """Raise `BadOrganisation` with all of them."""
        if self.problems:
            raise BadOrganisation(self.problems)


class Line:
    """A row being read: its cells, and where to complain about them."""

    def __init__(self, table: Table, row: Row, findings: Findings) -> None:
        self._table, self._row, self._findings = table, row, findings
        self.number = row.number

    def wrong(self, column: str, message: str) -> None:
        """Complain about a cell."""
        self._findings.wrong(self._table.file, self.number, column, message)

    def text(self, column: str, longest: int, *, needed: bool = False, without: str = "") -> str:
        """A cell, or a complaint: missing, too long, or with a character that has a meaning elsewhere."""
        found = self._row.cells.get(column, "")
        if needed and not found:
            self.wrong(column, "不能为空")
        if len(found) > longest:
            self.wrong(column, f"最长 {longest} 个字，现在有 {len(found)} 个")
            return found[:longest]
        if bad := [char for char in without if char in found]:
            self.wrong(column, f"不能含有 {' '.join(bad)}")
        return found

    def choice(self, column: str, allowed: Sequence[str], *, needed: bool = False) -> str:
        """One of these words, in any case; empty only where not needed."""
        found = self._row.cells.get(column, "").lower()
        if found in allowed or not (found or needed):
            return found
        words = "、".join(allowed)
        self.wrong(
            column, f"“{found[:20]}”不认识，请写 {words} 之一" if found else f"不能为空，请写 {words} 之一"
        )
        return ""

    def several(self, column: str) -> tuple[str, ...]:
        """The parts between semicolons, ASCII or Chinese, each once."""
        parts = self._row.cells.get(column, "").replace("；", ";").split(";")
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def lines(table: Table, columns: Collection[str], findings: Findings) -> Iterable[Line]:
    """The rows of a table, after its columns have been compared with those that are expected."""
    for column in table.columns:
        if column not in columns:
            hint = nearest(column, columns)
            better = f"，是不是 {hint}？" if hint else f"；可用的列：{', '.join(columns)}"
            findings.wrong(table.file, 1, column, f"没有这一列{better}")
    for column in dict.fromkeys(table.columns):
        if table.columns.count(column) > 1:
            findings.wrong(table.file, 1, column, "这一列出现了两次，请删去一列")
    missing = [column for column in columns if column not in table.columns]
    for column in missing:
        findings.wrong(table.file, 1, column, "缺少这一列；没有内容也请保留表头")
    return [] if missing else [Line(table, row, findings) for row in table.rows]


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant."""
    if not word or len(known) > MOST_COMPARED:
        return None
    found = process.extractOne(
        word[:40], list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=NEAR
    )
    return found[0] if found else None


def meant(word: str, known: Collection[str]) -> str:
    """`，是不是 X？` for the known word that was probably meant, or nothing."""
    found = nearest(word, known)
    return f"，是不是 {found}？" if found else ""
