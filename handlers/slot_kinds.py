"""What one kind of word is: its type, how it is announced, and where in a sentence it is looked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Type(StrEnum):
    """The closed set of slot types."""

    TEXT = "text"
    PERSON = "person"
    COMPANY = "company"
    PHONE = "phone"
    MONEY = "money"
    QUANTITY = "quantity"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    PERIOD = "period"
    CODE = "code"
    UNIT = "unit"
    CHOICE = "choice"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One kind of word. `cues` announce it (预算), `keys` name it in 键=值, `choices` maps value → words.

    `wanted`: asked once, may stay empty (the `+` of the catalogue). `code_of`: the noun a code must have.
    `many`: a list of the type. The rest says where in a sentence it is looked for.
    """

    type: Type
    label: str
    english: str
    cues: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    question: str = ""
    question_en: str = ""
    example: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    wanted: bool = False
    code_of: str = ""
    many: bool = False
    # A free text slot that takes what is left of the sentence; 2: unless a code or a position says it all.
    leftover: int = 0
    # A text slot of this rank takes one unlabelled word, the lowest rank first (摊铺机 between two blanks).
    token: int = 0
    # Regular expressions over folded text; the group `v` is the value.
    shapes: tuple[str, ...] = ()
    # What else spots it: contact (王总), place (江苏), latin (qjgd).
    spot: str = ""
    # Only directly behind a cue: 让小陈, never just any colleague in the sentence.
    cued: bool = False
    # What a count counts: 摊铺机 of 两台摊铺机.
    counted: bool = False
    # A position in a list, not a count.
    ordinal: bool = False
    # A day ahead of us; else one of a report on what was.
    ahead: bool = True
    # A time that opens a clause of its own (下周三去演示); a text slot `beside` it takes the rest of it.
    opens_clause: bool = False
    beside: str = ""
    # A list of what this intent makes, one a line of the message.
    rows_of: str = ""
    # The reference it is when a cue was said; without cues, always.
    reference: str = ""


class Kept:
    """Marks a parameter that takes what was said under keys the command has no slot for (备注=…)."""


def slot_of(annotation: Any) -> Slot | None:
    """The slot an annotation declares, or None."""
    return next((part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, Slot)), None)


def said(words: str) -> tuple[str, ...]:
    """Several words in one line: `想看|想买`."""
    return tuple(words.split("|"))
