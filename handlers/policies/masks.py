"""Masks: 中四位隐藏 199****1001, 后四位隐藏 1990000****, 不显示. What is not recognised is hidden whole."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import phonenumbers

from handlers.policies.expressions import Condition
from handlers.policies.fields import MASK
from handlers.policies.kinds import condition

_STARS = "****"
_LONGEST_NUMBER = 15  # digits of a phone number (ITU-T E.164)
# A number with its blanks, hyphens and brackets; anything else ends it: two numbers are masked one by one.
_NUMBER = re.compile(r"[+＋]?[(（]?\d(?:[\d \-.·()（）]*\d)?")


class Show(StrEnum):
    """How much of a masked field is shown."""

    MIDDLE_HIDDEN = "中四位隐藏"
    END_HIDDEN = "后四位隐藏"
    NOTHING = "不显示"


class MaskedField(StrEnum):
    """The fields that can be masked."""

    MOBILE = "手机"
    FLOOR_PRICE = "底价"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A field that is masked while a condition holds."""

    field: MaskedField
    when: Annotated[Condition, condition(MASK)]
    show: Show

    def hides(self, values: Mapping[str, object]) -> bool:
        """Whether the field is masked for these values; when in doubt it is."""
        return self.when.decide(values) is not False


def mask(value: str, show: Show | str) -> str:
    """The value as it may be shown; empty when it may not be shown at all, also for an unknown `show`."""
    if show == Show.MIDDLE_HIDDEN:
        return _masked(value, _middle)
    if show == Show.END_HIDDEN:
        return _masked(value, lambda digits: range(max(0, digits - 4), digits))
    return ""


def _middle(digits: int) -> range:
    start = max(0, (digits - 4) // 2)
    return range(start, start + 4)


def _masked(value: str, hidden: Callable[[int], range]) -> str:
    if not any(char.isdecimal() for char in value):
        return _STARS if value.strip() else ""
    return _NUMBER.sub(lambda found: _one_number(found[0], hidden), value)


def _one_number(written: str, hidden: Callable[[int], range]) -> str:
    """One number with four digits starred; short and overlong ones lose all."""
    prefix = _country_prefix(written)
    rest = written[len(prefix) :]
    digits = sum(char.isdecimal() for char in rest)
    if digits <= 4 or digits > _LONGEST_NUMBER:
        return prefix + _STARS
    gone, seen, shown = hidden(digits), 0, []
    for char in rest:
        if char.isdecimal():
            shown.append("*" if seen in gone else char)
            seen += 1
        else:
            shown.append(char)
    return prefix + "".join(shown)


def _country_prefix(written: str) -> str:
    """`+852` of `+85291230000`, which is not private and would shift the middle; empty without one."""
    if not written.startswith("+"):
        return ""
    try:
        code = str(phonenumbers.parse(written[:40]).country_code)
    except phonenumbers.NumberParseException:
        return ""
    return f"+{code}" if written.startswith(f"+{code}") else ""
