"""Working time as the company sees it, held against the published 调休."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.worktime.rules import (
    BadDuration,
    BadSpan,
    Calendar,
    Duration,
    NoWorkingTime,
    Override,
    deadline,
    make_calendar,
    parse_duration,
    parse_spans,
    resumed,
    shortened,
)
from tests.worktime_calendars import (
    ALWAYS,
    BEIJING,
    NOTHING,
    ODD,
    OFFICE,
    OFFICE_SPANS,
    WEEKDAYS,
)


def at(text: str) -> datetime:
    """A moment of Beijing, `11-18 10:00`."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


def shown(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%m-%d %H:%M")


# ── what the company sees ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("11-20 17:00", "w4h", "11-23 12:00"),
        ("11-27 17:00", "w4h", "11-28 12:00"),  # the make-up Saturday counts
        ("11-18 15:00", "w1d", "11-19 15:00"),
        ("11-27 15:00", "w1d", "11-28 15:00"),
        ("11-18 12:30", "w1d", "11-19 13:30"),  # begun at lunch: counts from 13:30
        ("11-18 17:30", "w1d", "11-20 08:30"),  # begun after work: counts from the next morning
        ("11-21 10:00", "w1d", "11-24 08:30"),
        ("12-03 17:00", "w1d", "12-07 17:00"),  # 厂庆 and a weekend between
        ("11-18 10:00", "w8h", "11-19 10:30"),
        ("11-18 10:00", "w3d", "11-23 10:00"),
        ("09-30 17:00", "w1h", "10-08 09:00"),  # 国庆
        ("11-18 12:30", "w0d", "11-18 12:30"),
        ("11-18 12:30", "24h", "11-19 12:30"),
        ("11-18 22:00", "30m", "11-18 22:30"),
        ("11-20 22:00", "5d", "11-25 22:00"),
        ("11-21 10:00", "0m", "11-21 10:00"),
    ],
)
def test_a_deadline_falls_where_the_policy_says(start: str, duration: str, due: str) -> None:
    assert shown(deadline(OFFICE, at(start), parse_duration(duration))) == due


def test_round_the_clock_counts_every_minute() -> None:
    assert shown(ALWAYS.add(at("11-21 23:50"), parse_duration("w30m"))) == "11-22 00:20"
    assert ALWAYS.next_start(at("11-21 00:00")) == at("11-21 00:00")
    assert ALWAYS.between(at("11-18 00:00"), at("11-21 00:00")) == timedelta(days=3)


def test_company_days_beat_the_week_and_the_country() -> None:
    assert OFFICE.is_working_day(date(2026, 11, 28))
    assert not OFFICE.is_working_day(date(2026, 12, 4))
    assert OFFICE.note(date(2026, 12, 4)) == "厂庆"
    assert OFFICE.note(date(2026, 10, 1)) == "国庆节"
    on_holiday = make_calendar(
        "x", BEIJING, WEEKDAYS, OFFICE_SPANS, overrides={date(2026, 10, 1): Override(True)}, country="CN"
    )
    assert on_holiday.is_working(at("10-01 09:00"))


def test_a_make_up_day_works_the_full_weekday_spans() -> None:
    assert OFFICE.spans_on(date(2026, 11, 28)) == OFFICE_SPANS
    assert OFFICE.spans_on(date(2026, 10, 10)) == OFFICE_SPANS  # 国庆 of 2026 is worked off on this Saturday
    assert ODD.spans_on(date(2026, 11, 22)) == parse_spans(["00:00-24:00"])
    assert ODD.spans_on(date(2026, 11, 16)) == parse_spans(["09:00-12:00"])


def test_the_nearest_working_days() -> None:
    assert OFFICE.last_working_day(date(2026, 12, 5)) == date(2026, 12, 3)
    assert OFFICE.last_working_day(date(2026, 12, 3)) == date(2026, 12, 3)
    assert OFFICE.next_working_day(date(2026, 11, 27)) == date(2026, 11, 28)
    assert OFFICE.next_working_day(date(2026, 12, 3)) == date(2026, 12, 7)
    assert OFFICE.add_working_days(date(2026, 11, 18), 3) == date(2026, 11, 23)
    assert OFFICE.add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 23)


def test_the_end_of_a_span_is_no_longer_worked() -> None:
    assert OFFICE.is_working(at("11-18 08:30"))
    assert OFFICE.is_working(at("11-18 11:59"))
    assert not OFFICE.is_working(at("11-18 12:00"))
    assert shown(OFFICE.next_start(at("11-18 12:00"))) == "11-18 13:30"


def test_working_days_agree_with_the_published_notices() -> None:
    plain = make_calendar("plain", BEIJING, WEEKDAYS, OFFICE_SPANS, country="CN")
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365 + 365)]
    assert [d for d in days if plain.is_working_day(d) != chinese_calendar.is_workday(d)] == []


def test_a_year_without_a_notice_is_provisional() -> None:
    assert not OFFICE.is_provisional(2026)
    assert OFFICE.is_provisional(2050)
    assert not OFFICE.is_working_day(date(2050, 10, 3))  # statutory all the same
    assert not ALWAYS.is_provisional(2050)


def test_a_pause_moves_the_deadline_by_what_was_left() -> None:
    due = resumed(OFFICE, at("11-18 15:00"), at("11-18 10:00"), at("11-19 12:30"), working=True)
    assert shown(due) == "11-19 17:00"
    assert resumed(OFFICE, at("11-18 9:00"), at("11-18 10:00"), at("11-19 12:00"), working=True) == at(
        "11-18 9:00"
    )
    late = resumed(ALWAYS, at("11-18 15:00"), at("11-18 10:00"), at("11-19 12:00"), working=False)
    assert shown(late) == "11-19 17:00"


def test_half_the_time_for_a_key_customer() -> None:
    assert shortened(OFFICE, parse_duration("w4h"), Decimal("0.5")) == Duration(True, minutes=120)
    assert shortened(OFFICE, parse_duration("w1d"), Decimal("0.5")) == Duration(True, minutes=225)
    assert shortened(OFFICE, parse_duration("1d"), Decimal("0.5")) == Duration(False, minutes=720)
    assert shortened(OFFICE, parse_duration("1m"), Decimal("0.1")) == Duration(False, minutes=1)
    assert shortened(OFFICE, parse_duration("0m"), Decimal("0.5")).is_zero


# ── what is refused ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["22:00-06:00"], "跨过了午夜：请拆成两段，22:00-24:00 与 00:00-06:00"),
        (["08:30-12:00", "11:00-13:00"], "重叠"),
        (["08:30-08:30"], "空的"),
        (["08:30-25:00"], "24:00"),
        (["24:00-24:30"], "24:00"),
        (["08:61-12:00"], "钟点"),
        (["上午"], "看不懂"),
    ],
)
def test_a_wrong_span_says_how_to_write_it(texts: list[str], words: str) -> None:
    with pytest.raises(BadSpan, match=words):
        parse_spans(texts)


@pytest.mark.parametrize("text", ["", "8", "w", "w8", "8x", "-1h", "1.5h", "999999d", "８h", "h8" * 20])
def test_a_wrong_duration_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        parse_duration(text)


@given(st.booleans(), st.integers(0, 3000), st.sampled_from("mhd"))
def test_a_duration_survives_being_written(working: bool, number: int, unit: str) -> None:
    duration = parse_duration(f"{'w' * working}{number}{unit}")
    assert parse_duration(str(duration)) == duration


def test_durations_in_words() -> None:
    assert [parse_duration(text).zh for text in ("w8h", "w1d", "30m", "5d", "w90m")] == [
        "8 个工作小时",
        "1 个工作日",
        "30 分钟",
        "5 天",
        "90 个工作分钟",
    ]


def test_a_calendar_that_never_works_says_so_instead_of_searching_for_ever() -> None:
    idle = make_calendar("idle", BEIJING, (), OFFICE_SPANS)
    questions: list[Callable[[], object]] = [
        lambda: idle.add(at("11-18 10:00"), timedelta(hours=1)),
        lambda: idle.add(at("11-18 10:00"), -timedelta(hours=1)),
        lambda: idle.next_start(at("11-18 10:00")),
        lambda: idle.next_working_day(date(2026, 11, 18)),
    ]
    for question in questions:
        with pytest.raises(NoWorkingTime, match="idle"):
            question()
    assert idle.between(at("11-01 00:00"), at("11-18 10:00")) == NOTHING


def test_mistakes_of_the_caller_are_errors() -> None:
    with pytest.raises(ValueError, match="seven"):
        Calendar("x", UTC, ((),) * 6)
    with pytest.raises(ValueError, match="unknown country"):
        Calendar("x", UTC, ((),) * 7, country="ZZ")
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.is_working(datetime(2026, 11, 18))


def test_a_thousand_working_hours_take_under_a_millisecond() -> None:
    start = at("01-05 10:00")
    OFFICE.add(start, timedelta(hours=1000))
    best = min(_seconds(lambda: OFFICE.add(start, timedelta(hours=1000))) for _ in range(20))
    assert best < 0.001


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
