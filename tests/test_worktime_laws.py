"""The laws of working time, and the engine against a minute-by-minute model (long form: XIAOER_SOAK=1)."""

import os
import random
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.worktime.rules import Calendar, Duration, make_calendar, parse_spans
from tests.worktime_calendars import (
    BEIJING,
    BERLIN,
    CALENDARS,
    EVERY_DAY,
    MINUTE,
    NOTHING,
)

SOAK = bool(os.environ.get("XIAOER_SOAK"))
CASES = 100_000 if SOAK else 2_500
# Forty days from here hold 国庆 and its 调休, company days, and the autumn or spring change of every zone.
WINDOWS = {
    "office": datetime(2026, 9, 15, tzinfo=UTC),
    "always": datetime(2026, 12, 10, tzinfo=UTC),
    "odd": datetime(2026, 10, 25, tzinfo=UTC),
    "nights": datetime(2026, 10, 5, tzinfo=UTC),
    "lord-howe": datetime(2026, 9, 20, tzinfo=UTC),
    "havana": datetime(2026, 10, 15, tzinfo=UTC),
    "st-johns": datetime(2006, 10, 10, tzinfo=UTC),
    "toronto": datetime(1919, 3, 10, tzinfo=UTC),
}
WINDOW_MINUTES = 40 * 24 * 60

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)
zones = st.sampled_from([UTC, BEIJING, BERLIN, ZoneInfo("America/St_Johns")])
calendars = st.sampled_from(CALENDARS)
works = st.integers(0, 60 * 60 * 400).map(lambda seconds: timedelta(seconds=seconds))


# ── laws ────────────────────────────────────────────────────────────────────


@settings(max_examples=2000 if SOAK else 150, deadline=None)
@given(calendars, moments, moments, zones)
def test_adding_what_lies_between_arrives(calendar: Calendar, a: datetime, b: datetime, zone: tzinfo) -> None:
    a, b = sorted((a, b))
    arrived = calendar.add(a.astimezone(zone), calendar.between(a, b.astimezone(zone)))
    assert a <= arrived <= b
    assert calendar.between(arrived, b) == NOTHING
    left = calendar.add(b, -calendar.between(a, b))
    assert a <= left <= b
    assert calendar.between(a, left) == NOTHING


@settings(max_examples=2000 if SOAK else 150, deadline=None)
@given(calendars, st.lists(moments, min_size=3, max_size=3))
def test_between_is_additive_and_monotone(calendar: Calendar, three: list[datetime]) -> None:
    a, b, c = three
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    a, b, c = sorted(three)
    assert NOTHING <= calendar.between(a, b) <= calendar.between(a, c) <= c - a


@settings(max_examples=2000 if SOAK else 150, deadline=None)
@given(calendars, moments, moments, works, works)
def test_add_is_monotone_and_gives_back_its_amount(
    calendar: Calendar, a: datetime, b: datetime, less: timedelta, more: timedelta
) -> None:
    a, b = sorted((a, b))
    less, more = sorted((less, more))
    assert calendar.add(a, less) <= calendar.add(a, more)
    assert calendar.add(a, more) <= calendar.add(b, more)
    assert calendar.between(a, calendar.add(a, more)) == more
    assert calendar.between(calendar.add(a, -more), a) == more
    assert calendar.add(calendar.add(a, less), more) == calendar.add(a, less + more)


@settings(max_examples=500 if SOAK else 80, deadline=None)
@given(calendars, moments, zones)
def test_nothing_changes_nothing(calendar: Calendar, a: datetime, zone: tzinfo) -> None:
    assert calendar.add(a.astimezone(zone), NOTHING) == a
    assert calendar.between(a, a.astimezone(zone)) == NOTHING
    begin = calendar.next_start(a.astimezone(zone))
    assert calendar.is_working(begin)
    assert calendar.between(a, begin) == NOTHING
    assert (begin == a) == calendar.is_working(a)
    assert begin.tzinfo is UTC


@settings(max_examples=500 if SOAK else 80, deadline=None)
@given(calendars, moments, moments, st.integers(1, 20))
def test_working_days_later_is_monotone_and_in_working_time(
    calendar: Calendar, a: datetime, b: datetime, days: int
) -> None:
    a, b = sorted((a, b))
    first, second = (calendar.add(moment, Duration(True, days=days)) for moment in (a, b))
    assert a < first <= second
    just_before = first - timedelta(microseconds=1)
    assert calendar.is_working(first) or calendar.is_working(just_before)


def test_two_moments_of_one_zone_are_compared_as_instants() -> None:
    twice = datetime(2026, 10, 26, 2, 30, tzinfo=BERLIN) - timedelta(days=1)
    again = twice.replace(fold=1)
    all_day = make_calendar("berlin", BERLIN, EVERY_DAY, parse_spans(["00:00-24:00"]))
    assert all_day.between(twice, again) == timedelta(hours=1)
    assert all_day.between(again, twice) == -timedelta(hours=1)
    sunday = all_day.between(datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 3, 30, tzinfo=BERLIN))
    assert sunday == timedelta(hours=23)


# ── the minute-by-minute model ──────────────────────────────────────────────


def _model_spans(calendar: Calendar, day: date) -> list[tuple[int, int]]:
    """Which spans a day works, written again from the rule: company, then country, then week."""
    own = [(span.start, span.end) for span in calendar.week[day.weekday()]]
    if own and day.weekday() < 5:
        full = own
    else:
        pattern = max(calendar.week[:5], key=lambda spans: sum(s.end - s.start for s in spans))
        full = [(span.start, span.end) for span in pattern]
    if day in calendar.overrides:
        return full if calendar.overrides[day].work else []
    if calendar.country is None:
        return own
    if day.weekday() >= 5 and chinese_calendar.is_workday(day):
        return full
    return [] if day in _country() else own


@cache
def _country() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


@cache
def _model(code: str) -> tuple[bytes, list[int]]:
    """For every minute of the window: is it worked, and how many were worked before it."""
    calendar = next(calendar for calendar in CALENDARS if calendar.code == code)
    spans: dict[date, list[tuple[int, int]]] = {}
    worked = bytearray()
    for minute in range(WINDOW_MINUTES):
        wall = (WINDOWS[code] + minute * MINUTE).astimezone(calendar.zone)
        day = wall.date()
        if day not in spans:
            spans[day] = _model_spans(calendar, day)
        clock = wall.hour * 60 + wall.minute
        worked.append(any(start <= clock < end for start, end in spans[day]))
    return bytes(worked), [0, *accumulate(worked)]


def _clock_change(calendar: Calendar) -> int:
    """The minute of the window at which the zone changes its offset, where odd things happen; 0 for never."""
    origin = WINDOWS[calendar.code]
    first = origin.astimezone(calendar.zone).utcoffset()
    later = (origin + minute * MINUTE for minute in range(WINDOW_MINUTES))
    changed = (n for n, moment in enumerate(later) if moment.astimezone(calendar.zone).utcoffset() != first)
    return next(changed, 0)


@pytest.mark.parametrize("calendar", CALENDARS, ids=lambda calendar: calendar.code)
def test_the_engine_agrees_with_a_minute_by_minute_model(calendar: Calendar) -> None:
    worked, counted = _model(calendar.code)
    seed = int(os.environ.get("XIAOER_SEED", 0)) or random.SystemRandom().randrange(1, 10**9)
    dice = random.Random(seed)
    origin = WINDOWS[calendar.code]
    change = _clock_change(calendar)
    for case in range(CASES // len(CALENDARS) + 1):
        a, b = sorted(
            change + dice.randrange(-90, 90)
            if change and dice.random() < 0.3
            else dice.randrange(WINDOW_MINUTES)
            for _ in range(2)
        )
        start, end = origin + a * MINUTE, origin + b * MINUTE
        told = f"seed {seed}, case {case}, {calendar.code}: {start} … {end}"

        assert calendar.is_working(start) == bool(worked[a]), told
        assert calendar.between(start, end) == (counted[b] - counted[a]) * MINUTE, told

        begins = worked.find(1, a)
        if begins >= 0:
            assert calendar.next_start(start) == origin + begins * MINUTE, told

        work = dice.randrange(1, 6000)
        if counted[a] + work <= counted[-1]:
            arrives = bisect_left(counted, counted[a] + work)
            assert calendar.add(start, work * MINUTE) == origin + arrives * MINUTE, told
        if counted[b] - work >= 0:
            leaves = len(counted) - 1 - bisect_left([-c for c in reversed(counted)], work - counted[b])
            assert calendar.add(end, -work * MINUTE) == origin + leaves * MINUTE, told
