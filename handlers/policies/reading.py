"""Reading a parsed TOML table into a frozen dataclass, every mistake noted instead of the first one raised.

A section is a plain dataclass: its attributes are the keys, its types say how they are read, its defaults
stand for absent keys. `Annotated` names a reader where the type alone does not tell (a condition's fields).
"""

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from handlers.policies import kinds
from handlers.policies.approvers import Approver
from handlers.policies.expressions import nearest
from handlers.policies.places import Named, Place, Read, Unreadable, each
from handlers.worktime.rules import Duration

T = TypeVar("T")

_READERS: dict[Any, Read[Any]] = {
    str: kinds.text,
    bool: kinds.flag,
    int: kinds.count,
    Decimal: kinds.number,
    date: kinds.day,
    time: kinds.clock,
    Duration: kinds.duration,
}
_KEYS: dict[type[Any], Mapping[str, "Key"]] = {}  # what sections look like does not change


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a section: the attribute it fills, how it is read, whether it must be there."""

    attribute: str
    read: Read[Any]
    required: bool


def keys_of(section: type[Any]) -> Mapping[str, Key]:
    """The keys a section may have in the file; attributes marked `derived` are none."""
    if section not in _KEYS:
        _KEYS[section] = dict(_keys(section))
    return _KEYS[section]


def _keys(section: type[Any]) -> Iterator[tuple[str, Key]]:
    hints = get_type_hints(section, include_extras=True)
    for entry in fields(section):
        if entry.metadata.get("derived"):
            continue
        hint = hints[entry.name]
        marks = getattr(hint, "__metadata__", ())
        name = next((mark.key for mark in marks if isinstance(mark, Named)), entry.name)
        absent = entry.default is MISSING and entry.default_factory is MISSING
        optional_text = hint is str and not absent
        yield name, Key(entry.name, kinds.note if optional_text else _reader(hint), absent)


def table(section: type[T]) -> Read[T]:
    """Reads a table into the dataclass; unknown, missing and wrong keys are all noted."""

    def read(at: Place) -> T:
        if not isinstance(at.value, dict):
            raise at.refuse("这里应是一张表")
        known = keys_of(section)
        for name in at.value.keys() - known.keys():
            near = nearest(name, known)
            at.inner(name).refuse(f"没有“{name[:40]}”这一项" + (f"，是不是“{near}”？" if near else ""), name)
        values: dict[str, Any] = {}
        sound = True
        for name, key in known.items():
            try:
                if name in at.value:
                    values[key.attribute] = key.read(at.inner(name))
                elif key.required:
                    raise at.refuse(f"缺少 {name}")
            except Unreadable:
                sound = False
        if not sound:
            raise Unreadable
        make: Callable[..., T] = section
        return make(**values)

    return read


def _reader(hint: Any) -> Read[Any]:
    """How a value of this type is read."""
    if get_origin(hint) is Annotated:
        named = next((mark for mark in hint.__metadata__ if not isinstance(mark, Named)), None)
        return named or _reader(hint.__origin__)
    if hint == Approver:
        return kinds.approver
    if get_origin(hint) in (Union, types.UnionType):
        rest = [part for part in get_args(hint) if part is not types.NoneType]
        return _reader(reduce(or_, rest))
    if get_origin(hint) is tuple:
        return each(_reader(get_args(hint)[0]))
    if hint in _READERS:
        return _READERS[hint]
    if isinstance(hint, type) and is_dataclass(hint):
        return table(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return kinds.one_of(hint)
    raise TypeError(f"no way to read {hint}")
