"""What a spotter reports: a value, where it stands, and how sure we are."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A typed value found in folded text at `[start, end)`.

    `ask` is empty when the value is certain; otherwise a question in the reader's language, and `value`
    is the best guess or None.
    """

    start: int
    end: int
    value: T
    text: str
    approx: bool = False
    ask: str = ""
