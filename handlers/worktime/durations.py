"""Durations as policies write them: `30m` `4h` `5d`, with `w` in front for working time: `w8h` `w1d`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

_DURATION = re.compile(r"(w?)([0-9]{1,6})([mhd])")
_MINUTES = {"m": 1, "h": 60}
_LONGEST = 3660 * 24 * 60  # ten years and a bit: anything longer is a slip of the finger


class BadDuration(ValueError):
    """A duration that cannot be read; the text is Chinese."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: minutes or whole days (never both), counted in working time or on the wall clock."""

    working: bool
    minutes: int = 0
    days: int = 0

    def __str__(self) -> str:
        return f"{'w' * self.working}{self._number()}"

    @property
    def zh(self) -> str:
        """How a person reads it: 8 个工作小时, 1 个工作日, 30 分钟."""
        names = ("个工作日", "个工作小时", "个工作分钟") if self.working else ("天", "小时", "分钟")
        number = self._number()
        return f"{number[:-1]} {names['dhm'.index(number[-1])]}"

    @property
    def is_zero(self) -> bool:
        """True for `0m` and its like: at once."""
        return not (self.minutes or self.days)

    def _number(self) -> str:
        if self.days:
            return f"{self.days}d"
        if self.minutes and self.minutes % 60 == 0:
            return f"{self.minutes // 60}h"
        return f"{self.minutes}m"


def parse_duration(text: str) -> Duration:
    """`w8h`, `30m`, `w1d`, `24h`, `5d` as a Duration; raises BadDuration."""
    found = _DURATION.fullmatch(text.strip() if len(text) <= 20 else "")
    if not found:
        raise BadDuration(f"时长“{text[:20]}”看不懂，写成 30m、4h、5d，工作时间前面加 w，例如 w8h")
    working, number, unit = bool(found[1]), int(found[2]), found[3]
    if number * _MINUTES.get(unit, 24 * 60) > _LONGEST:
        raise BadDuration(f"时长“{text}”超过十年")
    return (
        Duration(working, days=number) if unit == "d" else Duration(working, minutes=number * _MINUTES[unit])
    )


def scaled(duration: Duration, factor: Decimal, working_day: timedelta) -> Duration:
    """The duration times the factor, to the minute and at least one; a w-day counts as `working_day`."""
    if duration.is_zero or factor == 1:
        return duration
    day = int(working_day / timedelta(minutes=1)) if duration.working else 24 * 60
    exact = (duration.minutes + duration.days * day) * factor
    return Duration(duration.working, minutes=max(1, int(exact.to_integral_value(ROUND_HALF_UP))))
