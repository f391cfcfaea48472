"""When: a day, a clock time or both (下周三下午3点), with a question where it is unsure."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from handlers.language.agreement import settle
from handlers.language.dates import find_chinese_days
from handlers.language.dates_english import find_english_days
from handlers.language.days import Day, View, WorkingDay, passed
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.offsets import find_offsets
from handlers.language.times import OFFICE_HOURS, Clock, OfficeHours, find_clocks

Role = Literal["deadline", "start"]

MOMENTS_MAX = 60
"""Moments read of one message."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a day with a time, or a part of a day whose hour depends on the role.

    `closing`: the words themselves say until (月底前). `opens`: where it begins before it ends (周末).
    `dated`: a day was said, not only a time of it.
    """

    day: date
    clock: time | None = None
    part: str = ""
    role: Role = "deadline"
    closing: bool = False
    opens: date | None = None
    instant: datetime | None = None
    hours: OfficeHours = OFFICE_HOURS
    zone: tzinfo | None = None
    dated: bool = True

    @property
    def value(self) -> date | datetime:
        """What the contract wants: a `date` when only a day was said, else an aware `datetime`."""
        return self.when(self.role)

    def when(self, role: Role) -> date | datetime:
        """The same, said for a deadline or for a start: 明天上午 is 12:00 or 8:30."""
        role = "deadline" if self.closing else role
        if self.instant is not None:
            return self.instant
        day = self.opens if self.opens and role == "start" else self.day
        clock = self.clock or _hour_of(self.part, role, self.hours)
        return datetime.combine(day, clock, self.zone) if clock else day


def _hour_of(part: str, role: Role, hours: OfficeHours) -> time | None:
    table = {
        "morning": (hours.noon, hours.morning),
        "afternoon": (hours.close, hours.afternoon),
    }
    return table[part][0 if role == "deadline" else 1] if part else None


_GAP = re.compile(r"t| ?(?:的|,|at|around|@|那天)? ?", re.I)
_GAP_BACK = re.compile(r" ?(?:on|of|,)? ?", re.I)
_UNTIL_BEHIND = re.compile(
    r" ?(?:之前|以前|前(?!提(?!醒))(?![后面台期往端任景途天年两三几])|内(?![容部蒙])|为止|截止)"
)
_AROUND_BEHIND = re.compile(r" ?(?:左右|前后)")
_THAT_DAY = re.compile(r"那一?天|当天")
_UNTIL_BEFORE = re.compile(
    r"(?:截止到?|截至|最晚|最迟|不晚于|\bby|\bbefore|\buntil|\btill|\bno later than|\bdue) ?$", re.I
)
_AROUND_BEFORE = re.compile(r"(?:大概|大约|\baround|\babout) ?$", re.I)
_ONWARD = re.compile(r" ?(?:(?P<begin>开始(?!前)|起(?=$|[ ,。;、]))|[到至~—-]) ?")
_EARLIER = re.compile(r"(?:每|各|逢|every |each )$", re.I)


def find_moments(
    text: str,
    now: datetime,
    *,
    is_working_day: WorkingDay,
    forward: bool = True,
    role: Role = "deadline",
    loose: bool = False,
    hours: OfficeHours | None = None,
) -> list[Found[Moment | None]]:
    """The days and times of a folded text, seen from `now` (aware).

    `forward`: a plan, never in the past without asking; else a report of what was. `role`: what 上午 means.
    `loose`: 12.5 and 7-3 are dates too. A value of None is asked about (年后).
    """
    text, hours = text[:LIMIT], hours or OFFICE_HOURS
    view = View(now, is_working_day, forward, loose)
    days = [*find_chinese_days(text, view), *find_english_days(text, view), *find_offsets(text, view)]
    days = settle(text, [day for day in days if not _EARLIER.search(text[max(0, day.start - 6) : day.start])])
    clocks = [c for c in find_clocks(text, hours) if all(c.end <= d.start or d.end <= c.start for d in days)]
    found: list[Found[Moment | None]] = []
    for start, end, day, clock in _pairs(text, days, clocks)[:MOMENTS_MAX]:
        moment = _moment(text, start, end, day, clock, view, role, hours)
        if not found or moment.start >= found[-1].end:
            found.append(moment)
    return [_begun(text, at, found) for at in range(len(found))]


def _begun(text: str, at: int, found: list[Found[Moment | None]]) -> Found[Moment | None]:
    """下午 of 明天下午到后天上午 and of 下午开始 is where something begins."""
    one = found[at]
    joint = _ONWARD.match(text, one.end)
    follows = joint and (
        joint["begin"] or any(other.start == joint.end() for other in found[at + 1 : at + 2])
    )
    return replace(one, value=replace(one.value, role="start")) if one.value and follows else one


Pair = tuple[int, int, Found[Day] | None, Found[Clock] | None]


def _pairs(text: str, days: list[Found[Day]], clocks: list[Found[Clock]]) -> list[Pair]:
    """Each day with the clock beside it, and the clocks that stand alone."""
    behind = {clock.start: clock for clock in clocks}
    before = {clock.end: clock for clock in clocks}
    used: set[int] = set()
    pairs: list[Pair] = []
    for day in days:
        clock = _beside(text, behind, before, used, day)
        if clock is not None:
            used.add(clock.start)
        pairs.append(
            (min(day.start, clock.start), max(day.end, clock.end), day, clock)
            if clock
            else (day.start, day.end, day, None)
        )
    pairs += [
        (clock.start, clock.end, None, clock)
        for clock in clocks
        if clock.start not in used
        and not _EARLIER.search(text[max(0, clock.start - 8) : clock.start].replace("天", ""))
    ]
    return sorted(pairs, key=lambda pair: pair[0])


def _beside(
    text: str,
    behind: dict[int, Found[Clock]],
    before: dict[int, Found[Clock]],
    used: set[int],
    day: Found[Day],
) -> Found[Clock] | None:
    if day.value.instant or day.value.kind == "unknown":
        return None
    for at in range(day.end, min(day.end + 9, len(text))):
        clock = behind.get(at)
        if clock and clock.start not in used and _GAP.fullmatch(text, day.end, at):
            return clock
    # Only in English does the hour come first: 晚上7点半 周末别发 names two things.
    for at in range(day.start - 1, max(day.start - 6, 0), -1) if day.text.isascii() else ():
        clock = before.get(at)
        if clock and clock.start not in used and _GAP_BACK.fullmatch(text, at, day.start):
            return clock
    return None


def _moment(
    text: str,
    start: int,
    end: int,
    day: Found[Day] | None,
    clock: Found[Clock] | None,
    view: View,
    role: Role,
    hours: OfficeHours,
) -> Found[Moment | None]:
    approx, ask = day.approx if day else False, day.ask if day else ""
    closing = bool((day and day.value.closing) or (clock and clock.value.closing))
    if that := _THAT_DAY.match(text, end):
        end = that.end()
    if until := _UNTIL_BEHIND.match(text, end):
        end, closing = until.end(), True
    elif around := _AROUND_BEHIND.match(text, end):
        end, approx = around.end(), True
    near = text[max(0, start - 14) : start]
    if until := _UNTIL_BEFORE.search(near):
        start, closing = start - len(until.group()), True
    elif around := _AROUND_BEFORE.search(near):
        start, approx = start - len(around.group()), True
    if day and day.value.day is None:
        return Found(start, end, None, text[start:end], approx=approx, ask=ask)
    moment = _joined(day.value if day else None, clock.value if clock else None, view)
    moment = replace(moment, role=role, closing=closing, hours=hours, zone=view.now.tzinfo)
    if closing and day and day.value.opens:
        approx = False  # 周末前 ends on Sunday, whatever 周末 alone means
    if not ask and view.forward and _is_over(moment, view.now):
        guess = None if day else replace(moment, day=moment.day + timedelta(days=1))
        ask = passed(text, text[start:end], moment.day, guess.day if guess else None)
        moment = guess or moment
    return Found(start, end, moment, text[start:end], approx=approx, ask=ask)


def _joined(day: Day | None, clock: Clock | None, view: View) -> Moment:
    at = day.day if day and day.day else view.today
    if clock and clock.next_day:
        at += timedelta(days=1)
    return Moment(
        at,
        clock.at if clock else None,
        clock.part if clock else "",
        opens=day.opens if day and not clock else None,
        instant=day.instant if day else None,
        dated=day is not None,
    )


def _is_over(moment: Moment, now: datetime) -> bool:
    """Whether an instant of today is behind us; whole days in the past were asked about already."""
    reached = moment.when("deadline")
    return isinstance(reached, datetime) and reached.date() == now.date() and reached < now
