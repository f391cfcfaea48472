"""What a spotter found as the JSON value of the contract."""

from datetime import date, datetime
from decimal import Decimal

from handlers.language.moments import Moment


def number(value: Decimal) -> int | float:
    """A whole number as an int, else a float."""
    return int(value) if value == value.to_integral_value() else float(value)


def when(moment: Moment, *, only_day: bool, start: bool = False) -> str:
    """`2026-11-25T15:00:00+08:00`, or `2026-11-25` where no time was said or none is wanted.

    `start`: for what begins then, 下午 is the beginning of the afternoon.
    """
    value = moment.when("start") if start else moment.value
    if isinstance(value, datetime):
        return value.date().isoformat() if only_day else value.isoformat(timespec="seconds")
    return value.isoformat()


def day_of(moment: Moment) -> date:
    """The day it falls on."""
    value = moment.value
    return value.date() if isinstance(value, datetime) else value
