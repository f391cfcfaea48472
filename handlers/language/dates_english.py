"""English days: tomorrow, next wed, friday, nov 30, 30th of november, end of month."""

import re
from datetime import date, timedelta
from itertools import islice

from handlers.language import steps
from handlers.language.dates import weekday_near
from handlers.language.days import DAYS_MAX, Day, View, no_such_day, passed
from handlers.language.found import Found

_NAMED = {
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "tomorrow": 1,
    "tmr": 1,
    "tmrw": 1,
    "today": 0,
    "tonight": 0,
    "yesterday": -1,
}
_NAMED_DAY = re.compile(
    r"\b(?:(?P<name>(?:the )?day after tomorrow|tomorrow|tmrw?|today|yesterday|tonight)\b)",
    re.I,
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(
    r"\b(?:(?P<rel>next|this|last|coming) |(?P<lead>on|by|before|until|till|from|to) )?"
    r"(?P<day>monday|tuesday|wednesday|thursday|friday|saturday|sunday|(?:mon|tues?|wed|thur?s?|fri|sat"
    r"|sun)\b)s?\b",
    re.I,
)
_WEEKEND = re.compile(r"\b(?:(?P<rel>this|next) |the )weekend\b", re.I)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\b{_MONTH} (?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd"
    rf"|th)?(?![0-9kwm%.:])(?:,? (?P<year>20[0-9]{{2}}))?",
    re.I,
)
_DATE_BACK = re.compile(
    rf"(?<![0-9.:-])(?P<day>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd"
    rf"|th)?(?: of)? {_MONTH}\b(?:,? (?P<year>20[0-9]{{2}}))?",
    re.I,
)
_END = re.compile(
    r"\b(?:(?:the )?end of (?:the |this )?(?P<rel>next )?(?P<unit>week|month|quarter|year)"
    r"|(?P<unit2>month|quarter|year)[- ]end|eo(?P<letter>[wmqy]))\b",
    re.I,
)
_NEXT = re.compile(r"\bnext (?P<unit>week|month)\b(?! end)", re.I)


def find_english_days(text: str, view: View) -> list[Found[Day]]:
    """Every expression of a day in English; overlaps are left to the caller."""
    found: list[Found[Day]] = []
    for hit in _NAMED_DAY.finditer(text):
        day = Day(view.today + timedelta(days=_NAMED[hit["name"].lower()]), "named")
        found.append(Found(*hit.span(), day, hit.group()))
    found += [weekday for hit in _WEEKDAY.finditer(text) if (weekday := _weekday(hit, view))]
    for hit in _WEEKEND.finditer(text):
        sunday = steps.monday(view.today) + timedelta(days=13 if (hit["rel"] or "").lower() == "next" else 6)
        day = Day(sunday, "weekday", opens=sunday - timedelta(days=1))
        found.append(Found(*hit.span(), day, hit.group(), approx=True))
    for pattern in (_DATE, _DATE_BACK):
        found += [_dated(hit, view) for hit in islice(pattern.finditer(text), DAYS_MAX)]
    found += [_end(hit, view) for hit in _END.finditer(text)]
    return found


def _weekday(hit: re.Match[str], view: View) -> Found[Day] | None:
    rel, said = (hit["rel"] or "").lower(), hit["day"].lower()
    if not (rel or hit["lead"] or len(said) > 5):
        return None  # sat, sun and wed alone are too often other words
    start = hit.start() if rel else hit.start("day")
    day = steps.monday(view.today) + timedelta(days=_WEEKDAYS.index(said[:3]))
    if rel in ("next", "last"):
        day += timedelta(weeks=1 if rel == "next" else -1)
        return Found(start, hit.end(), Day(day, "weekday"), hit.group())
    found = weekday_near(hit, day, view, any_week=rel != "this")
    if rel == "coming" and day < view.today:
        found = Found(start, hit.end(), Day(day + timedelta(weeks=1), "weekday"), hit.group())
    return Found(start, hit.end(), found.value, hit.string[start : hit.end()], ask=found.ask)


def _dated(hit: re.Match[str], view: View) -> Found[Day]:
    month, number = _MONTHS.index(hit["month"].lower()[:3]) + 1, int(hit["day"])
    year = int(hit["year"] or view.today.year)
    day: date | None = steps.safe_date(year, month, number)
    ask = ""
    if day is None:
        ask = no_such_day(hit.string, hit.group())
    elif view.forward and day < view.today:
        guess = None if hit["year"] else steps.safe_date(year + 1, month, number)
        ask = (
            passed(hit.string, hit.group(), day, guess)
            if hit["year"] or (view.today - day).days <= 60
            else ""
        )
        day = guess or day
    elif not view.forward and day > view.today and not hit["year"]:
        day = steps.safe_date(year - 1, month, number)
    return Found(*hit.span(), Day(day, "explicit"), hit.group(), ask=ask)


def _end(hit: re.Match[str], view: View) -> Found[Day]:
    letters = {"w": "week", "m": "month", "q": "quarter", "y": "year"}
    unit = (hit["unit"] or hit["unit2"] or letters[(hit["letter"] or "m").lower()]).lower()
    ahead = 1 if hit["rel"] else 0
    if unit == "week":
        day = steps.monday(view.today) + timedelta(days=4 + 7 * ahead)
    elif unit == "month":
        day = steps.month_end(steps.add_months(view.today, ahead))
    elif unit == "quarter":
        day = steps.quarter_end(steps.add_months(view.today, 3 * ahead))
    else:
        day = date(view.today.year + ahead, 12, 31)
    return Found(*hit.span(), Day(day, "explicit"), hit.group())
