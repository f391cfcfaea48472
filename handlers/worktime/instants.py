"""From wall-clock spans to instants: what a local day works, as UTC intervals, also when clocks change.

A minute is working when the wall clock shows a working minute. So an hour that a spring night skips is never
worked, and an hour that an autumn night repeats is worked twice.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from handlers.worktime.spans import Spans

Interval = tuple[datetime, datetime]

_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)


def midnight(zone: tzinfo, day: date) -> datetime:
    """The instant at which the local day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def worked_on(zone: tzinfo, day: date, spans_on: Callable[[date], Spans]) -> tuple[Interval, ...]:
    """Working intervals in UTC between this local midnight and the next, in order, never overlapping."""
    opens, closes = midnight(zone, day), midnight(zone, day + _ONE_DAY)
    return tuple(
        piece for start, end in _steady(zone, opens, closes) for piece in _pieces(zone, start, end, spans_on)
    )


def _pieces(
    zone: tzinfo, start: datetime, end: datetime, spans_on: Callable[[date], Spans]
) -> Iterator[Interval]:
    """Working intervals while the offset holds; the wall clock is a UTC value shifted by it."""
    offset = _offset(zone, start)
    wall_start, wall_end = start + offset, end + offset
    day = wall_start.date()
    while day <= wall_end.date():
        zero = datetime.combine(day, time(), UTC)
        for span in spans_on(day):
            opens = max(wall_start, zero + timedelta(minutes=span.start))
            closes = min(wall_end, zero + timedelta(minutes=span.end))
            if opens < closes:
                yield opens - offset, closes - offset
        day += _ONE_DAY


def _steady(zone: tzinfo, start: datetime, end: datetime) -> Iterator[Interval]:
    """The stretch cut where the zone changes its offset (at most once a day)."""
    if start >= end:
        return
    if _offset(zone, start) == _offset(zone, end - _ONE_SECOND):
        yield start, end
        return
    before, after = start, end - _ONE_SECOND
    while after - before > _ONE_SECOND:
        middle = before + (after - before) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if _offset(zone, middle) == _offset(zone, start):
            before = middle
        else:
            after = middle
    yield start, after
    yield after, end


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
