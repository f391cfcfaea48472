"""A day as it was said, before a clock time is joined to it; and the questions a doubtful one raises."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from handlers.language.asking import in_their_words
from handlers.language.found import Found

DAYS_MAX = 60
"""Expressions of one form read of one message."""

WorkingDay = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class View:
    """From where a sentence is read. `forward`: it is a plan, so a day in the past is never assumed."""

    now: datetime
    working: WorkingDay
    forward: bool = True
    loose: bool = False
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.now.date())


@dataclass(frozen=True, slots=True)
class Day:
    """One expression of a day. `any_week`: 周六 said without a week, which any Saturday agrees with.

    `opens` is set where it begins earlier than it ends (周末); `instant` where hours were counted (2小时后).
    """

    day: date | None
    kind: Literal["named", "weekday", "explicit", "offset", "unknown"]
    any_week: bool = False
    opens: date | None = None
    instant: datetime | None = None
    closing: bool = False


def passed(text: str, said: str, then: date, guess: date | None) -> str:
    """The question about a day that is over."""
    if guess is None:
        return in_their_words(
            text,
            f"{said}（{then}）已经过了，请说一个以后的日期。",
            f"{said} ({then}) is over; please name a later date.",
        )
    return in_their_words(
        text, f"{said}（{then}）已经过了，是指 {guess} 吗？", f"{said} ({then}) is over; do you mean {guess}?"
    )


def no_date(text: str, said: str) -> str:
    """The question about 年后 and its like."""
    return in_their_words(
        text,
        f"“{said}”不是具体日期，请说到哪一天，例如 3月1日。",
        f"“{said}” is not a date; please name the day, such as 1 March.",
    )


def no_such_day(text: str, said: str) -> str:
    """The question about 2月30日."""
    return in_their_words(
        text, f"没有 {said} 这一天，请再说一遍日期。", f"There is no {said}; please say the date again."
    )


Spotter = Callable[[str, View], list[Found[Day]]]
