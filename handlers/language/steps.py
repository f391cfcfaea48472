"""Steps in the calendar: months that keep their day where they can, ends of weeks, months and quarters."""

import calendar
from datetime import date, timedelta

YEARS_MAX = 60
"""How far from today a plan may lie; anything beyond is a slip."""


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month (31 January + 1 = 28 February)."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, month_days(year, month)))


def month_days(year: int, month: int) -> int:
    """How many days a month has."""
    return calendar.monthrange(year, month)[1]


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=month_days(day.year, day.month))


def quarter_start(day: date) -> date:
    """The first day of the quarter of `day`."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(day: date) -> date:
    """The last day of the quarter of `day`."""
    return month_end(add_months(quarter_start(day), 2))


def monday(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def safe_date(year: int, month: int, day: int) -> date | None:
    """That date, None when there is none (30 February)."""
    if not (1 <= month <= 12 and 2000 <= year <= 2099 and 1 <= day <= month_days(year, month)):
        return None
    return date(year, month, day)
