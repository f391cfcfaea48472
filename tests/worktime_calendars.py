"""Calendars of all sorts for the tests of working time: usual, odd, and across every kind of clock change."""

from datetime import date, timedelta, timezone
from zoneinfo import ZoneInfo

from handlers.worktime.rules import Calendar, Override, make_calendar, parse_spans

BEIJING = timezone(timedelta(hours=8))
BERLIN = ZoneInfo("Europe/Berlin")
NOTHING, MINUTE = timedelta(), timedelta(minutes=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WEEKDAYS, "sat", "sun")
OFFICE_SPANS = parse_spans(["08:30-12:00", "13:30-17:30"])
COMPANY = {date(2026, 11, 28): Override(True, "补班"), date(2026, 12, 4): Override(False, "厂庆")}

OFFICE = make_calendar("office", BEIJING, WEEKDAYS, OFFICE_SPANS, overrides=COMPANY, country="CN")
ALWAYS = make_calendar("always", BEIJING, EVERY_DAY, parse_spans(["00:00-24:00"]))
NIGHTS = make_calendar("nights", BERLIN, WEEKDAYS, parse_spans(["00:00-03:30", "22:15-24:00"]))
ODD = Calendar(
    "odd",
    BEIJING,
    tuple(
        parse_spans(texts)
        for texts in (
            ["09:00-12:00"],
            [],
            ["00:00-24:00"],
            ["10:07-10:08"],
            ["13:00-24:00"],
            ["09:00-12:00"],
            [],
        )
    ),
    {
        date(2026, 11, 17): Override(True),
        date(2026, 11, 18): Override(False),
        date(2026, 11, 22): Override(True),
    },
    "CN",
)
HALF_HOUR_SHIFT = make_calendar(
    "lord-howe", ZoneInfo("Australia/Lord_Howe"), EVERY_DAY, parse_spans(["01:20-02:45", "08:00-16:00"])
)
MIDNIGHT_SHIFT = make_calendar("havana", ZoneInfo("America/Havana"), EVERY_DAY, parse_spans(["00:00-24:00"]))
ODD_MIDNIGHT = make_calendar(  # in 2006 its clocks went back at one minute past midnight
    "st-johns",
    ZoneInfo("America/St_Johns"),
    EVERY_DAY,
    parse_spans(["00:00-00:30", "09:00-17:00", "23:00-23:45"]),
)
LOST_MIDNIGHT = make_calendar(  # in 1919 its clocks jumped from half past eleven to half past midnight
    "toronto",
    ZoneInfo("America/Toronto"),
    EVERY_DAY,
    parse_spans(["00:00-00:45", "09:00-17:00", "23:15-24:00"]),
)
CALENDARS = (
    OFFICE,
    ALWAYS,
    NIGHTS,
    ODD,
    HALF_HOUR_SHIFT,
    MIDNIGHT_SHIFT,
    ODD_MIDNIGHT,
    LOST_MIDNIGHT,
)
