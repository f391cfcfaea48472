"""A condition as a small tree that answers yes, no, or "not known yet"."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

Value = str | bool | Decimal


class FieldType(StrEnum):
    """What a field holds; the value is the type's name in Chinese."""

    TEXT = "文字"
    NUMBER = "数字"
    FLAG = "是非"


Known = Mapping[str, Value]  # only fields that have a value, already of their type

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


class Node(Protocol):
    """A part of a condition."""

    def decide(self, known: Known) -> bool | None:
        """True, False, or None while a field that matters has no value."""

    def missing(self, known: Known) -> tuple[str, ...]:
        """The fields without a value that keep this part undecided, in order of mention."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A field (by name) or a literal (by value)."""

    type: FieldType
    field: str = ""
    literal: Value = ""

    def value(self, known: Known) -> Value | None:
        """What stands here now; None for a field without a value."""
        return known.get(self.field) if self.field else self.literal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands of one type."""

    symbol: str
    left: Operand
    right: Operand

    def decide(self, known: Known) -> bool | None:
        """The comparison, once both sides have a value."""
        left, right = self.left.value(known), self.right.value(known)
        return None if left is None or right is None else COMPARE[self.symbol](left, right)

    def missing(self, known: Known) -> tuple[str, ...]:
        """The fields among the two without a value."""
        return tuple(side.field for side in (self.left, self.right) if side.value(known) is None)


@dataclass(frozen=True, slots=True)
class Membership:
    """An operand in a list of literals."""

    left: Operand
    choices: frozenset[Value]

    def decide(self, known: Known) -> bool | None:
        """Whether the value is listed."""
        value = self.left.value(known)
        return None if value is None else value in self.choices

    def missing(self, known: Known) -> tuple[str, ...]:
        """The field, while it has no value."""
        return () if self.left.value(known) is not None else (self.left.field,)


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no field, or a literal, standing alone."""

    operand: Operand

    def decide(self, known: Known) -> bool | None:
        """The flag itself."""
        value = self.operand.value(known)
        return None if value is None else bool(value)

    def missing(self, known: Known) -> tuple[str, ...]:
        """The field, while it has no value."""
        return () if self.operand.value(known) is not None else (self.operand.field,)


@dataclass(frozen=True, slots=True)
class Negation:
    """非."""

    part: Node

    def decide(self, known: Known) -> bool | None:
        """The opposite; not known stays not known."""
        verdict = self.part.decide(known)
        return None if verdict is None else not verdict

    def missing(self, known: Known) -> tuple[str, ...]:
        """What the part misses."""
        return self.part.missing(known)


@dataclass(frozen=True, slots=True)
class Junction:
    """且 (settled by the first no) or 或 (settled by the first yes)."""

    parts: tuple[Node, ...]
    settled_by: bool

    def decide(self, known: Known) -> bool | None:
        """Settled by one part, else undecided while any part is, else the opposite."""
        verdicts = [part.decide(known) for part in self.parts]
        if self.settled_by in verdicts:
            return self.settled_by
        return None if None in verdicts else not self.settled_by

    def missing(self, known: Known) -> tuple[str, ...]:
        """What the undecided parts miss, unless the whole is settled."""
        if self.decide(known) is not None:
            return ()
        return tuple(dict.fromkeys(field for part in self.parts for field in part.missing(known)))
