"""What a shape of statement gets to work with, and the lists they are kept in.

`READS` give the numbers of the rows they saw, `COUNTS` only how many; `CHANGES` write, and give how many rows
they touched. What the rule does not narrow is no shape: `tests/test_scope_lint.py` keeps it out of the code.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from storage.scope import ScopedSession


@dataclass(frozen=True, slots=True)
class Look:
    """A session with its options."""

    session: ScopedSession
    names: bool

    @property
    def options(self) -> dict[str, Any]:
        """The execution options of every statement."""
        return {"names": True} if self.names else {}

    def rows(self, asked: Any) -> list[Any]:
        """All rows."""
        return list(self.session.execute(asked, execution_options=self.options))

    def first(self, asked: Any) -> list[Any]:
        """The first column of all rows, where it is anything."""
        return [row[0] for row in self.rows(asked) if row[0] is not None]

    def ids(self, asked: Any) -> list[int]:
        """The ids of entities."""
        return [row.id for row in self.first(asked)]


Read = Callable[[Look, Any], Iterable[int]]
Count = Callable[[Look, Any], int]
READS: dict[str, Read] = {}
COUNTS: dict[str, Count] = {}
CHANGES: dict[str, Count] = {}
# Shapes that read a row in hand once more.
AGAIN = {"refresh", "refresh_of_one_column", "refresh_with_lock", "expired_values"}
# Shapes behind which SQLAlchemy loses sight of the entity, or which a rule cannot narrow: they never run.
REFUSED = {
    "count_with_filter", "count_with_filter_alone", "window_count_alone", "row_number_alone",
    "part_of_a_date", "full_join", "filter_in_a_subquery", "window_in_a_cte", "filter_beside_an_entity",
}  # fmt: skip


def read(shape: Read) -> Read:
    """A shape that gives the numbers of rows."""
    READS[shape.__name__] = shape
    return shape


def count(shape: Count) -> Count:
    """A shape that gives how many rows."""
    COUNTS[shape.__name__] = shape
    return shape


def change(shape: Count) -> Count:
    """A shape that changes rows and gives how many."""
    CHANGES[shape.__name__] = shape
    return shape
