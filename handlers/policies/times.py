"""Calendars and duty rosters as a policy file writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, timezone, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from handlers.policies.kinds import person, span, text, unit
from handlers.policies.places import Named, Place, each
from handlers.worktime.national import is_known_country
from handlers.worktime.rules import (
    WEEKDAYS,
    BadSpan,
    Calendar,
    Override,
    Spans,
    make_calendar,
    parse_spans,
)
from handlers.worktime.spans import in_order

_OFFSET = re.compile(r"([+-])([01][0-9]):([0-5][0-9])")


def zone(at: Place) -> tzinfo:
    """`+08:00`, or a name such as `Asia/Shanghai`."""
    name = text(at)
    if found := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(offset if found[1] == "+" else -offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise at.refuse(f"没有时区“{name[:40]}”，写成 +08:00 或 Asia/Shanghai") from None


def weekday(at: Place) -> str:
    """`mon` … `sun`."""
    if at.value not in WEEKDAYS:
        raise at.refuse(f"星期写 {' '.join(WEEKDAYS)}")
    return str(at.value)


def spans(at: Place) -> Spans:
    """The spans of a day, in order and without overlap."""
    read = each(span)(at)
    try:
        return in_order(read)
    except BadSpan as bad:
        raise at.refuse(str(bad)) from None


def country(at: Place) -> str:
    """A country whose statutory holidays are known, `CN`."""
    code = text(at)
    if not is_known_country(code):
        raise at.refuse(f"没有“{code[:10]}”的节假日数据，写国家代码，例如 CN")
    return code


BEIJING: tzinfo = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """Whose file this is."""

    company: str = ""
    timezone: Annotated[tzinfo, zone] = BEIJING
    currency: str = "CNY"
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A date the company works, or not, against week and country."""

    on: Annotated[date, Named("date")]
    work: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTable:
    """A calendar as written."""

    code: str
    days: Annotated[tuple[str, ...], each(weekday)]
    spans: Annotated[Spans, spans]
    national_holidays: Annotated[str, country] | None = None
    special_days: Annotated[tuple[SpecialDay, ...], Named("override")] = ()

    def calendar(self, zone: tzinfo) -> Calendar:
        """The calendar that this describes."""
        overrides = {special.on: Override(special.work, special.note) for special in self.special_days}
        return make_calendar(
            self.code, zone, self.days, self.spans, overrides=overrides, country=self.national_holidays
        )


def usual_calendars(zone: tzinfo) -> Mapping[str, Calendar]:
    """What a company without calendars works by: office hours of the week, and round the clock."""
    office = parse_spans(["09:00-12:00", "13:00-18:00"])
    return {
        "office": make_calendar("office", zone, WEEKDAYS[:5], office, country="CN"),
        "always": make_calendar("always", zone, WEEKDAYS, parse_spans(["00:00-24:00"])),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who is on call on a date."""

    on: Annotated[date, Named("date")]
    person: Annotated[str, person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who is on call in a unit."""

    unit: Annotated[str, unit]
    on_call_default: Annotated[str, person] = ""
    days: tuple[Duty, ...] = ()

    def on_duty(self, day: date) -> tuple[str, ...]:
        """The people on call on a date, else the default; empty when there is nobody."""
        listed = tuple(duty.person for duty in self.days if duty.on == day)
        return listed or ((self.on_call_default,) if self.on_call_default else ())
