"""The kinds of value a policy file holds, each read or refused with words that say how to write it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from handlers.policies.approvers import Approver, BadApprover, OnDuty, PersonNamed, RoleAt, parse_approver
from handlers.policies.expressions import BadCondition, Condition, compile_condition
from handlers.policies.fields import Fields
from handlers.policies.places import Place, Read, each
from handlers.worktime.rules import BadDuration, BadSpan, Duration, Span, parse_duration, parse_span

Choice = TypeVar("Choice", bound=StrEnum)
T = TypeVar("T")

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MOST = 10**15


def text(at: Place) -> str:
    """Words, at most 500 characters, not empty."""
    if not isinstance(at.value, str) or not at.value.strip():
        raise at.refuse("这里应是引号里的文字")
    if len(at.value) > 500:
        raise at.refuse("文字超过 500 个字")
    return at.value


def note(at: Place) -> str:
    """Words that may be absent, at most 500 characters."""
    return "" if at.value == "" else text(at)


def flag(at: Place) -> bool:
    """true or false."""
    if not isinstance(at.value, bool):
        raise at.refuse("这里应是 true 或 false")
    return at.value


def count(at: Place) -> int:
    """A whole number from 0."""
    if isinstance(at.value, bool) or not isinstance(at.value, int) or not 0 <= at.value < _MOST:
        raise at.refuse("这里应是不小于 0 的整数")
    return at.value


def number(at: Place) -> Decimal:
    """A number from 0."""
    if isinstance(at.value, bool) or not isinstance(at.value, int | Decimal):
        raise at.refuse("这里应是数字")
    value = Decimal(at.value)
    if not value.is_finite() or not 0 <= value < _MOST:
        raise at.refuse("这里应是不小于 0 的数字")
    return value


def day(at: Place) -> date:
    """A date, `2026-11-28` without quotation marks."""
    if not isinstance(at.value, date) or isinstance(at.value, datetime):
        raise at.refuse("这里应是日期，写成 2026-11-28，不加引号")
    return at.value


def clock(at: Place) -> time:
    """A time of day, "08:45"."""
    found = _CLOCK.fullmatch(at.value) if isinstance(at.value, str) else None
    if not found:
        raise at.refuse('这里应是钟点，写成 "08:45"')
    return time(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing rings; an end before the start lies on the next morning."""

    start: time
    end: time

    def covers(self, moment: time) -> bool:
        """Whether the time of day is quiet; the end no longer is."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def quiet_hours(at: Place) -> Quiet | None:
    """ "21:00-08:00", or "none" for no quiet hours."""
    if at.value == "none":
        return None
    parts = at.value.split("-") if isinstance(at.value, str) else []
    found = [_CLOCK.fullmatch(part.strip()) for part in parts]
    if len(found) != 2 or not found[0] or not found[1]:
        raise at.refuse('这里应是安静时段，写成 "21:00-08:00"；没有安静时段写 "none"')
    start, end = (time(int(each[1]), int(each[2])) for each in found if each)
    return Quiet(start, end)


def duration(at: Place) -> Duration:
    """`30m`, `w8h`, `5d`."""
    return _parsed(at, parse_duration, BadDuration)


def span(at: Place) -> Span:
    """`08:30-12:00`."""
    return _parsed(at, parse_span, BadSpan)


def approver(at: Place) -> Approver:
    """Who is asked; units and people named are remembered."""
    who: Approver = _parsed(at, parse_approver, BadApprover)
    match who:
        case RoleAt(unit=unit) | OnDuty(unit=unit):
            if unit:
                at.notes.units.append(at.reference(unit))
        case PersonNamed(person=person):
            at.notes.people.append(at.reference(person))
    return who


def unit(at: Place) -> str:
    """The code of a unit, remembered for the organisation to check."""
    code = text(at)
    at.notes.units.append(at.reference(code))
    return code


def person(at: Place) -> str:
    """The name of a person (`姓名@单元` when shared), remembered for the organisation to check."""
    name = text(at)
    at.notes.people.append(at.reference(name))
    return name


def some(read: Read[T]) -> Read[tuple[T, ...]]:
    """A list of at least one."""
    return each(read, at_least=1)


def one_of(choices: type[Choice]) -> Read[Choice]:
    """One of an enumeration's values."""

    def read(at: Place) -> Choice:
        try:
            return choices(at.value)
        except ValueError:
            raise at.refuse(f"这里只能是 {'、'.join(choices)}") from None

    return read


def condition(fields: Fields) -> Read[Condition]:
    """A condition over these fields; every fault in it is noted where it stands."""

    def read(at: Place) -> Condition:
        if not isinstance(at.value, str):
            raise at.refuse("条件写在引号里，例如 '金额 >= 500000'")
        try:
            return compile_condition(at.value, fields)
        except BadCondition as bad:
            refused = [at.refuse(fault.zh, at.value, fault.column - 1) for fault in bad.faults]
            raise refused[-1] from None

    return read


def _parsed(at: Place, parse: Callable[[str], T], refusal: type[ValueError]) -> T:
    if not isinstance(at.value, str):
        raise at.refuse("这里应是引号里的文字")
    try:
        return parse(at.value)
    except refusal as bad:
        raise at.refuse(str(bad), at.value) from None
