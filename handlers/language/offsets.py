"""Days counted from today: 3个工作日内, 两周后, 一个月后, 7天前, in 3 days, 2小时后."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from handlers.language.counting import find_numerals
from handlers.language.days import Day, View
from handlers.language.durations import Duration, find_durations
from handlers.language.found import Found

WORKING_DAYS_MAX = 120
"""Beyond half a year nobody counts in working days."""

WORKING_SPANS_MAX = 6
"""Such spans read of one message: each day of each asks the calendar."""

_BEHIND = re.compile(
    r" ?(?:(?P<after>之?后(?!天)|以后|过后|later\b|from now\b)|(?P<within>之内|以内|内(?![容部蒙]))"
    r"|(?P<ago>(?:之|以)?前(?![后面台])|ago\b))",
    re.I,
)
_BEFORE = re.compile(r"(?:(?P<after>\bin|(?<![超不经])再?过)|(?P<within>\bwithin)) ?$", re.I)
_BESIDE = ("前", "下", "上", "每")  # 前一工作日
_WORKING = re.compile(r" ?(?:个?工作日|个?工作天|(?:working|business|work) days?\b)", re.I)


def find_offsets(text: str, view: View) -> list[Found[Day]]:
    """Every counted day; one without 后, 内 or 前 is a length, not a day."""
    found = [counted for length in find_durations(text) if (counted := _from_now(text, length, view))]
    spans = 0
    for number in find_numerals(text):
        unit = _WORKING.match(text, number.end)
        count = number.value.high
        if spans == WORKING_SPANS_MAX:
            break
        if (
            unit is None
            or text[number.start - 1 : number.start] in _BESIDE
            or count != int(count)
            or not 0 < count <= WORKING_DAYS_MAX
        ):
            continue
        spans += 1
        start, end, way = _way(text, number.start, unit.end())
        if way != "ago":
            day = working_day_after(view.today, int(count), view.working)
            found.append(Found(start, end, Day(day, "offset", closing=way == "within"), text[start:end]))
    return found


def working_day_after(day: date, count: int, working: Callable[[date], bool]) -> date:
    """The `count`th working day after `day`. A calendar without any ends the search."""
    for _ in range(WORKING_DAYS_MAX * 4):
        day += timedelta(days=1)
        count -= working(day)
        if count == 0:
            break
    return day


def _way(text: str, start: int, end: int) -> tuple[int, int, str]:
    behind = _BEHIND.match(text, end)
    if behind:
        return start, behind.end(), str(behind.lastgroup)
    before = _BEFORE.search(text[max(0, start - 8) : start])
    if before:
        return start - len(before.group()), end, str(before.lastgroup)
    return start, end, ""


def _from_now(text: str, length: Found[Duration], view: View) -> Found[Day] | None:
    start, end, way = _way(text, length.start, length.end)
    if not way:
        return None
    value = length.value
    if way == "ago":
        value = Duration(-value.years, -value.months, -value.days, -value.hours, -value.minutes)
    reached = value.after(view.now)
    instant = reached if isinstance(reached, datetime) else None
    day = reached.date() if isinstance(reached, datetime) else reached
    return Found(
        start,
        end,
        Day(day, "offset", instant=instant, closing=way == "within"),
        text[start:end],
        approx=length.approx,
    )
