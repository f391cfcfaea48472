"""Working time in business words: make a calendar, find a deadline, shorten it, resume after a pause."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from handlers.worktime.calendar import Calendar, NoWorkingTime, Override
from handlers.worktime.durations import BadDuration, Duration, parse_duration, scaled
from handlers.worktime.spans import BadSpan, Span, Spans, parse_span, parse_spans

__all__ = [
    "WEEKDAYS",
    "BadDuration",
    "BadSpan",
    "Calendar",
    "Duration",
    "NoWorkingTime",
    "Override",
    "Span",
    "Spans",
    "deadline",
    "make_calendar",
    "parse_duration",
    "parse_span",
    "parse_spans",
    "resumed",
    "shortened",
]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def make_calendar(
    code: str,
    zone: tzinfo,
    days: Iterable[str],
    spans: Spans,
    *,
    overrides: Mapping[date, Override] | None = None,
    country: str | None = None,
) -> Calendar:
    """A calendar that works the same spans on the named days (`mon` … `sun`)."""
    worked = frozenset(days)
    week = tuple(spans if day in worked else () for day in WEEKDAYS)
    return Calendar(code, zone, week, dict(overrides or {}), country)


def deadline(calendar: Calendar, start: datetime, duration: Duration) -> datetime:
    """When something begun at `start` is due, in UTC."""
    return calendar.add(start, duration)


def shortened(calendar: Calendar, duration: Duration, factor: Decimal) -> Duration:
    """The duration times a factor (half the time for a key customer); w-days become working minutes."""
    return scaled(duration, factor, calendar.full_day)


def resumed(
    calendar: Calendar, due: datetime, paused_at: datetime, resumed_at: datetime, *, working: bool
) -> datetime:
    """The due time after a pause: what was left then is left now; what was late already stays as it was."""
    due, paused_at, resumed_at = (moment.astimezone(UTC) for moment in (due, paused_at, resumed_at))
    if due <= paused_at:
        return due
    if working:
        return calendar.add(resumed_at, calendar.between(paused_at, due))
    return resumed_at + (due - paused_at)
