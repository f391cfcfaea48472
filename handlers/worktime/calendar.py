"""A working calendar: which days and which instants are worked, and arithmetic along them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from handlers.worktime import national
from handlers.worktime.durations import Duration
from handlers.worktime.instants import Interval, midnight, worked_on
from handlers.worktime.spans import Spans, in_order, minutes_of

_ONE_DAY = timedelta(days=1)
_NOTHING = timedelta()
_BARREN_DAYS = 1100  # three years without one working minute: the calendar never works
_CACHED_DAYS = 20_000


class NoWorkingTime(ValueError):
    """The calendar has no working time within reach; the text is Chinese."""


@dataclass(frozen=True, slots=True)
class Override:
    """What the company itself decided about a date; it beats the week and the country."""

    work: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Day:
    intervals: tuple[Interval, ...]
    length: timedelta


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly spans, national holidays and company overrides in one zone.

    Moments go in aware, in any zone, and come out in UTC. Dates are dates of the calendar's zone.
    """

    code: str
    zone: tzinfo
    week: tuple[Spans, ...]  # Monday first
    overrides: Mapping[date, Override] = field(default_factory=dict, hash=False)
    country: str | None = None
    _days: dict[date, _Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for spans in self.week:
            in_order(spans)
        if self.country is not None and not national.is_known_country(self.country):
            raise ValueError(f"unknown country {self.country}")

    # ── days ────────────────────────────────────────────────────────────────

    def spans_on(self, day: date) -> Spans:
        """The spans worked on a date; a make-up day works the full spans of a weekday."""
        if (override := self.overrides.get(day)) is not None:
            return self._full_spans(day) if override.work else ()
        if self.country is not None:
            year = national.holiday_year(self.country, day.year)
            if day in year.days_off:
                return ()
            if day in year.make_up:
                return self._full_spans(day)
        return self.week[day.weekday()]

    def is_working_day(self, day: date) -> bool:
        """Whether anything is worked on this date."""
        return bool(self.spans_on(day))

    def next_working_day(self, day: date) -> date:
        """The first working day after this date."""
        return self._seek(day + _ONE_DAY, _ONE_DAY)

    def last_working_day(self, day: date) -> date:
        """The last working day on or before this date."""
        return self._seek(day, -_ONE_DAY)

    def add_working_days(self, day: date, count: int) -> date:
        """The date `count` (≥ 0) working days later; a day off counts from the next working day."""
        day = self._seek(day, _ONE_DAY)
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def is_provisional(self, year: int) -> bool:
        """True while the year's 调休 is not published, so that only statutory days are known."""
        return self.country is not None and national.is_provisional(self.country, year)

    def note(self, day: date) -> str:
        """Why the date is special: the company's note or the holiday's name; empty on plain days."""
        if (override := self.overrides.get(day)) is not None:
            return override.note
        return national.holiday_year(self.country, day.year).days_off.get(day, "") if self.country else ""

    @property
    def full_day(self) -> timedelta:
        """Working time of a full day."""
        return timedelta(minutes=minutes_of(max(self.week, key=minutes_of)))

    # ── instants ────────────────────────────────────────────────────────────

    def is_working(self, moment: datetime) -> bool:
        """Whether work is on at this instant; the end of a span is no longer worked."""
        moment = _utc(moment)
        day = self._day(self._date_of(moment))
        return any(opens <= moment < closes for opens, closes in day.intervals)

    def next_start(self, moment: datetime) -> datetime:
        """The instant itself while working, else the start of the next span."""
        moment = _utc(moment)
        for day in self._onward(moment):
            for opens, closes in day.intervals:
                if closes > moment:
                    return max(opens, moment)
        raise _never(self.code)

    def add(self, start: datetime, amount: Duration | timedelta) -> datetime:
        """The first instant by which the amount has passed since `start`; a timedelta is working time.

        Nothing added leaves the instant alone; a negative timedelta goes back to the latest such instant.
        w-days keep the clock time; a start outside working time counts from the next span.
        """
        start = _utc(start)
        if isinstance(amount, timedelta):
            return self._forward(start, amount) if amount >= _NOTHING else self._backward(start, -amount)
        if amount.working and amount.days:
            return self._same_clock(self.next_start(start), amount.days)
        if amount.working:
            return self._forward(start, timedelta(minutes=amount.minutes))
        if amount.days:
            return (start.astimezone(self.zone) + timedelta(days=amount.days)).astimezone(UTC)
        return start + timedelta(minutes=amount.minutes)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from start to end; negative when end lies before start."""
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.between(end, start)
        first, last = self._date_of(start), self._date_of(end)
        total, day = _NOTHING, first
        while day <= last:
            known = self._day(day)
            total += known.length if first < day < last else _overlap(known, start, end)
            day += _ONE_DAY
        return total

    # ── inside ──────────────────────────────────────────────────────────────

    def _full_spans(self, day: date) -> Spans:
        """A weekday's own spans; for a weekend day those of the longest weekday, else of the longest day."""
        own = self.week[day.weekday()]
        if own and day.weekday() < 5:
            return own
        return max(self.week[:5], key=minutes_of) or max(self.week, key=minutes_of)

    def _seek(self, day: date, step: timedelta) -> date:
        for _ in range(_BARREN_DAYS):
            if self.spans_on(day):
                return day
            day += step
        raise _never(self.code)

    def _day(self, day: date) -> _Day:
        known = self._days.get(day)
        if known is None:
            intervals = worked_on(self.zone, day, self.spans_on)
            known = _Day(intervals, sum((closes - opens for opens, closes in intervals), _NOTHING))
            if len(self._days) >= _CACHED_DAYS:
                self._days.clear()
            self._days[day] = known
        return known

    def _date_of(self, moment: datetime) -> date:
        """The local day whose midnights enclose the instant (on odd nights not the date on the wall)."""
        day = moment.astimezone(self.zone).date()
        if moment < midnight(self.zone, day):
            return day - _ONE_DAY
        return day if moment < midnight(self.zone, day + _ONE_DAY) else day + _ONE_DAY

    def _onward(self, moment: datetime, step: timedelta = _ONE_DAY) -> Iterator[_Day]:
        """The days from this instant on (or back), until years of them hold no work at all."""
        day, barren = self._date_of(moment), 0
        while barren < _BARREN_DAYS:
            known = self._day(day)
            barren = 0 if known.intervals else barren + 1
            yield known
            day += step

    def _forward(self, start: datetime, work: timedelta) -> datetime:
        if not work:
            return start
        for day in self._onward(start):
            if day.length < work and day.intervals and day.intervals[0][0] >= start:
                work -= day.length
                continue
            for opens, closes in day.intervals:
                opens = max(opens, start)
                if closes - opens >= work:
                    return opens + work
                work -= max(closes - opens, _NOTHING)
        raise _never(self.code)

    def _backward(self, start: datetime, work: timedelta) -> datetime:
        for day in self._onward(start, -_ONE_DAY):
            for opens, closes in reversed(day.intervals):
                closes = min(closes, start)
                if closes - opens >= work:
                    return closes - work
                work -= max(closes - opens, _NOTHING)
        raise _never(self.code)

    def _same_clock(self, begin: datetime, days: int) -> datetime:
        """The same clock time working days later, drawn back to the last span when it is not worked there."""
        local = begin.astimezone(self.zone)
        day = local.date()
        for _ in range(days):
            day = self.next_working_day(day)
        due = datetime.combine(day, local.timetz()).astimezone(UTC)
        intervals = self._day(day).intervals
        if not intervals:
            return self.next_start(due)
        started = [interval for interval in intervals if interval[0] <= due]
        return min(due, started[-1][1]) if started else intervals[0][0]


def _utc(moment: datetime) -> datetime:
    """The instant in UTC, since two moments of one zone compare by their wall clocks; naive ones refused."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def _overlap(day: _Day, start: datetime, end: datetime) -> timedelta:
    pieces = (min(closes, end) - max(opens, start) for opens, closes in day.intervals)
    return sum((piece for piece in pieces if piece > _NOTHING), _NOTHING)


def _never(code: str) -> NoWorkingTime:
    return NoWorkingTime(f"日历“{code}”在三年之内没有工作时间，请检查 days、spans 与 overrides")
