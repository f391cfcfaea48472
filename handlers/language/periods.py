"""Spans of days to report on: 本周, 上月, Q4, 今年, 10月, 最近 (30 days), 10月20日到11月18日."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from handlers.language import period_words as words
from handlers.language import steps
from handlers.language.days import WorkingDay
from handlers.language.durations import find_durations
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.moments import Moment, find_moments
from handlers.language.numerals import read_digits, read_number

RECENT_DAYS = 30
"""最近 without a number, today included; the reply says so."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends included. `iso` is `2026`, `2026-Q4`, `2026-10`, `2026-W47` or `2026-10-20/2026-11-18`."""

    start: date
    end: date
    iso: str


def find_periods(
    text: str, now: datetime, *, is_working_day: WorkingDay, forward: bool = False
) -> list[Found[Period]]:
    """The periods of a folded text, left to right. 徐州, 下周三 and 10月8日 are none."""
    text, today = text[:LIMIT], now.date()
    found = _from_to(text, find_moments(text, now, is_working_day=is_working_day, forward=forward))
    found += _months_to_months(text, today)
    found += _recent(text, today)
    for pattern, read in _READERS:
        found += [period for hit in pattern.finditer(text) if (period := read(hit, today))]
    found.sort(key=lambda period: (period.start, -period.end))
    kept: list[Found[Period]] = []
    for period in found:
        if not kept or period.start >= kept[-1].end:
            kept.append(period)
    return kept


def year(of: int) -> Period:
    """`2026`."""
    return Period(date(of, 1, 1), date(of, 12, 31), str(of))


def quarter(day: date) -> Period:
    """`2026-Q4`: the quarter of that day."""
    start = steps.quarter_start(day)
    return Period(start, steps.quarter_end(day), f"{start.year}-Q{(start.month + 2) // 3}")


def month(day: date) -> Period:
    """`2026-10`: the month of that day."""
    return Period(day.replace(day=1), steps.month_end(day), f"{day:%Y-%m}")


def week(day: date) -> Period:
    """`2026-W47`: the week of that day, from Monday."""
    start = steps.monday(day)
    of, number, _ = start.isocalendar()
    return Period(start, start + timedelta(days=6), f"{of}-W{number:02}")


def between(start: date, end: date) -> Period:
    """`2026-10-20/2026-11-18`."""
    return Period(start, end, f"{start}/{end}")


def _at(hit: re.Match[str], period: Period) -> Found[Period]:
    return Found(*hit.span(), period, hit.group())


def _relative(said: str) -> int:
    return words.RELATIVE[said.removesuffix("个")]


def _year(hit: re.Match[str], today: date) -> Found[Period]:
    of = today.year + _relative(hit["rel"]) if hit["rel"] else int(read_digits(hit["year"]) or today.year)
    return _at(hit, year(of))


def _half(hit: re.Match[str], today: date) -> Found[Period]:
    of = int(hit["year"] or hit["year2"] or today.year) + (_relative(hit["rel"]) if hit["rel"] else 0)
    first = hit["half"] == "上" or hit["h"] == "1"
    return _at(
        hit, between(date(of, 1, 1), date(of, 6, 30)) if first else between(date(of, 7, 1), date(of, 12, 31))
    )


def _quarter(hit: re.Match[str], today: date) -> Found[Period]:
    if hit["rel"]:
        return _at(hit, quarter(steps.add_months(steps.quarter_start(today), 3 * _relative(hit["rel"]))))
    number = int(read_number(hit["q"] or hit["n"]) or 1)
    return _at(hit, quarter(_nearest(hit, today, number * 3)))


def _month(hit: re.Match[str], today: date) -> Found[Period]:
    if hit["rel"]:
        return _at(hit, month(steps.add_months(today.replace(day=1), _relative(hit["rel"]))))
    if hit["iso"]:
        return _at(hit, month(date(int(hit["isoyear"]), int(hit["iso"]), 1)))
    return _at(hit, month(_nearest(hit, today, int(read_number(hit["n"]) or 1))))


def _nearest(hit: re.Match[str], today: date, number: int) -> date:
    """The first of that month, of the year said or this; in January 12月 is last year's."""
    if hit["year"]:
        said = int(hit["year"])
        return date(said if said > 100 else 2000 + said, number, 1)
    if hit["relyear"]:
        return date(today.year + _relative(hit["relyear"]), number, 1)
    return date(today.year - (number - today.month > 6), number, 1)


def _week(hit: re.Match[str], today: date) -> Found[Period]:
    return _at(hit, week(today + timedelta(weeks=_relative(hit["rel"]))))


def _to_date(hit: re.Match[str], today: date) -> Found[Period]:
    if hit["year"]:
        start = date(today.year, 1, 1)
    else:
        start = today.replace(day=1) if hit["month"] else steps.monday(today)
    return _at(hit, between(start, today))


def _english(hit: re.Match[str], today: date) -> Found[Period]:
    ahead = {"next": 1, "last": -1, "previous": -1}.get(hit["rel"].lower(), 0)
    unit = hit["unit"].lower()
    if unit == "week":
        return _at(hit, week(today + timedelta(weeks=ahead)))
    if unit == "year":
        return _at(hit, year(today.year + ahead))
    first = steps.add_months(today.replace(day=1), ahead * (3 if unit == "quarter" else 1))
    return _at(hit, quarter(first) if unit == "quarter" else month(first))


def _month_name(hit: re.Match[str], today: date) -> Found[Period]:
    number = _MONTHS.index(hit["name"].lower()[:3]) + 1
    of = int(hit["year"]) if hit["year"] else today.year - (number - today.month > 6)
    return _at(hit, month(date(of, number, 1)))


_READERS = (
    (words.YEAR, _year),
    (words.HALF, _half),
    (words.QUARTER, _quarter),
    (words.MONTH, _month),
    (words.WEEK, _week),
    (words.TO_DATE, _to_date),
    (words.ENGLISH, _english),
    (words.MONTH_NAMES, _month_name),
)


def _recent(text: str, today: date) -> list[Found[Period]]:
    """最近, and 近7天, 过去三个月, last 2 weeks: as many days back, today included."""
    start = today - timedelta(days=RECENT_DAYS - 1)
    found = [
        Found(*hit.span(), between(start, today), hit.group(), approx=True)
        for hit in words.RECENT_ALONE.finditer(text)
    ]
    for length in find_durations(text):
        cue = words.RECENT.search(text[max(0, length.start - 10) : length.start])
        value = length.value
        if cue is None or value.hours or value.minutes:
            continue
        back = steps.add_months(today, -value.years * 12 - value.months) - timedelta(days=value.days)
        begin = length.start - len(cue.group())
        found.append(
            Found(begin, length.end, between(back + timedelta(days=1), today), text[begin : length.end])
        )
    return found


def _from_to(text: str, moments: list[Found[Moment | None]]) -> list[Found[Period]]:
    """Two days with 到 between them."""
    found: list[Found[Period]] = []
    for one, other in pairwise(moments):
        if (
            one.value is None
            or other.value is None
            or not words.FROM_TO.fullmatch(text, one.end, other.start)
        ):
            continue
        if one.value.clock and one.value.day == other.value.day:
            continue  # 9点到11点
        if one.value.day <= other.value.day:
            span = between(one.value.day, other.value.day)
            found.append(
                Found(one.start, other.end, span, text[one.start : other.end], ask=one.ask or other.ask)
            )
    return found


def _months_to_months(text: str, today: date) -> list[Found[Period]]:
    """10月到12月, 1-9月."""
    found: list[Found[Period]] = []
    for hit in words.MONTHS_TO_MONTHS.finditer(text):
        one, other = int(read_number(hit["one"]) or 0), int(read_number(hit["other"]) or 0)
        if 1 <= one < other <= 12:
            last = _nearest(hit, today, other)
            found.append(_at(hit, between(last.replace(month=one), steps.month_end(last))))
    return found
