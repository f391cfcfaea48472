"""One line of the table that the benchmarks print."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, the floor it is held against (measured in the same run, same unit), and figure ÷ floor.

    A rate is better the nearer its ratio comes to 1 from below, a time the nearer from above.
    """

    name: str
    figure: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    note: str = ""


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The value that this share of the sorted values does not exceed."""
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def number(value: float | None) -> str:
    """A figure as the table shows it: three digits that count; nothing where there is none."""
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
