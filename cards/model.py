"""What a person sees: cards, lines, buttons and the typed value behind each button.

Nothing here knows a platform or a table. A card is a value; each platform spells it in its own way.
"""

import types
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, ParamSpec, Self, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import quote, unquote


class Style(StrEnum):
    """How loudly a button speaks."""

    PRIMARY = "primary"
    PLAIN = "plain"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Tap:
    """The typed value behind a button. Subclasses add fields of type int, str or bool, or optional ones."""

    name: ClassVar[str] = ""
    known: ClassVar[dict[str, type["Tap"]]] = {}

    def __init_subclass__(cls) -> None:
        # A slotted dataclass is made twice, the second time without __dict__; both carry the same name.
        if not cls.name:
            raise TypeError(f"{cls.__name__} needs a name such as 'lead.follow'")
        Tap.known[cls.name] = cls

    def pack(self) -> str:
        """One short line: the name, then the fields in order. `None` is an empty field."""
        values = (getattr(self, field.name) for field in fields(self))
        return "|".join([self.name, *("" if value is None else _spell(value) for value in values)])

    @staticmethod
    def unpack(line: str) -> "Tap":
        """Read what `pack` wrote. Raises `ValueError` for anything else."""
        name, *raw = line.split("|")
        kind = Tap.known.get(name)
        if kind is None:
            raise ValueError("no such tap")
        return kind._read(raw)

    @classmethod
    def _read(cls, raw: list[str]) -> Self:
        wanted = fields(cls)
        if len(raw) != len(wanted):
            raise ValueError("a tap of another shape")
        hints = get_type_hints(cls)
        return cls(
            **{field.name: _value(hints[field.name], text) for field, text in zip(wanted, raw, strict=True)}
        )


def _spell(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else quote(str(value), safe="")


def _value(kind: Any, text: str) -> object:
    if get_origin(kind) in (Union, types.UnionType):
        if not text:
            return None
        kind = next(arg for arg in get_args(kind) if arg is not type(None))
    if kind is bool:
        return bool(int(text))
    return int(text) if kind is int else unquote(text)


@dataclass(frozen=True, slots=True)
class Button:
    """What is written on it, and what a tap means."""

    text: str
    tap: Tap
    style: Style = Style.PRIMARY


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: a short label and its value. `changed` marks what has just become different."""

    label: str
    value: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a numbered list. `tap` opens it; `hint` is the part that may be dropped first."""

    text: str
    hint: str = ""
    tap: Tap | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A card. Lines come most important first: a platform without room drops from the end.

    `settled` is the word that replaces the buttons once nothing is left to decide (已完成).
    """

    title: str
    subtitle: str = ""
    lines: tuple[Line, ...] = ()
    items: tuple[Item, ...] = ()
    text: str = ""
    buttons: tuple[Button, ...] = ()
    settled: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words alone, without a card. `buttons` offers answers beside them (a question with few answers)."""

    text: str
    buttons: tuple[Button, ...] = ()


Message = Card | Text

P = ParamSpec("P")
M = TypeVar("M", bound=Message)

_cards: dict[str, Callable[..., Message]] = {}


def card(draw: Callable[P, M]) -> Callable[P, M]:
    """Give a drawing function the name by which the outbox stores it: `leads.created`."""
    _cards[f"{draw.__module__.rpartition('.')[2]}.{draw.__name__}"] = draw
    return draw


def card_name(draw: Callable[..., Message]) -> str:
    """The name a drawing function is stored under. Raises `LookupError` when it was not declared."""
    name = f"{draw.__module__.rpartition('.')[2]}.{draw.__name__}"
    if _cards.get(name) is not draw:
        raise LookupError(f"{name} is not declared with @card")
    return name


def find_card(name: str) -> Callable[..., Message]:
    """The drawing function of that name. Raises `LookupError`."""
    return _cards[name]
