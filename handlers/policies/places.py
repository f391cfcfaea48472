"""A value in a policy file with the way to it, and what a reading brings to light: problems and names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from handlers.policies.positions import Path, Positions

MOST_PROBLEMS = 200  # nobody reads more at once
MOST_ELEMENTS = 2000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a policy file; line and column count from 1, elements in the path as well."""

    line: int | None
    column: int | None
    path: str
    message: str

    def __str__(self) -> str:
        where = f"第 {self.line} 行 " if self.line else ""
        return f"{where}{self.path}：{self.message}" if self.path else f"{where}{self.message}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A unit or person a policy file names, and where; the organisation knows whether it exists."""

    name: str
    path: str
    line: int | None = None


class Unreadable(Exception):
    """This value could not be read; the problem is noted already."""


@dataclass(slots=True)
class Notes:
    """What one reading of a file brings to light besides its values."""

    positions: Positions
    problems: list[Problem] = field(default_factory=list)
    units: list[Reference] = field(default_factory=list)
    people: list[Reference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the file, and the way to it."""

    value: Any
    path: Path
    notes: Notes

    def inner(self, step: str | int) -> "Place":
        """The value under a key or index."""
        return Place(self.value[step], (*self.path, step), self.notes)

    def refuse(self, message: str, snippet: str = "", shift: int = 0) -> Unreadable:
        """Note what is wrong here, `shift` characters into the snippet; the caller raises it, or not."""
        if len(self.notes.problems) >= MOST_PROBLEMS:
            return Unreadable(message)
        positions = self.notes.positions
        line, column = positions.find(self.path, snippet)
        if line and column and positions.lines[line - 1].startswith(snippet, column - 1):
            column += shift
        self.notes.problems.append(Problem(line, column, spelled(self.path), message))
        return Unreadable(message)

    def reference(self, name: str) -> Reference:
        """A name used here."""
        line, _ = self.notes.positions.find(self.path, name)
        return Reference(name, spelled(self.path), line)


Read = Callable[[Place], T]


@dataclass(frozen=True, slots=True)
class Named:
    """Marks an attribute whose key in the file has another name."""

    key: str


def each(read: Read[T], *, at_least: int = 0) -> Read[tuple[T, ...]]:
    """Reads a list, element by element; all wrong elements are noted."""

    def read_all(at: Place) -> tuple[T, ...]:
        if not isinstance(at.value, list):
            raise at.refuse("这里应是列表 [ … ]")
        if len(at.value) > MOST_ELEMENTS:
            raise at.refuse(f"列表最多 {MOST_ELEMENTS} 项")
        if len(at.value) < at_least:
            raise at.refuse("列表不能是空的")
        values, sound = [], True
        for index in range(len(at.value)):
            try:
                values.append(read(at.inner(index)))
            except Unreadable:
                sound = False
        if not sound:
            raise Unreadable
        return tuple(values)

    return read_all


def spelled(path: Path) -> str:
    """`flow[3].when`: elements counted from 1, as a person counts."""
    steps = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".")
