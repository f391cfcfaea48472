"""The keys under which a company name is remembered, and which of them settle the matter."""

from dataclasses import dataclass
from typing import Literal

from handlers.companies.names import Name, parts
from handlers.companies.sounds import initials, pinyin

Kind = Literal["full", "core", "pinyin", "initials", "short"]


@dataclass(frozen=True, slots=True)
class Key:
    """One way to find a name. A `certain` one is 规范名称 of `[conflict] compare`; others only hint."""

    kind: Kind
    text: str
    certain: bool = False


def keys(name: str | Name) -> frozenset[Key]:
    """The keys of a name. A bare brand (恒通: neither place, trade nor legal form) has no certain key."""
    it = name if isinstance(name, Name) else parts(name)
    if not it.core:
        return frozenset()
    found = {
        Key("full", it.normal, certain=settles(it)),
        Key("core", it.sign),
        Key("pinyin", pinyin(it.sign + it.trade)),
        Key("short", it.core + (it.trades[0] if it.trades else "")),
    }
    if not it.stem.isascii():
        found.add(Key("initials", initials(it.stem)))
    return frozenset(found)


def settles(name: Name) -> bool:
    """Whether an equal normalised name means the same company: it says more than a brand that many share."""
    return bool(name.core) and bool(
        name.place or name.trade or name.form or name.branch or len(name.core) >= 4
    )
