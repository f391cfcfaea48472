"""Statutory holidays and 调休 of a country, from the `holidays` library, read once per year.

The library fills its tables while being asked, which two threads must not do at once; a year is therefore
taken out of it whole and kept as plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

# Countries whose make-up working days are announced year by year: without one, the notice is not out yet.
_ANNOUNCED_YEARLY = frozenset({"CN"})
_FIRST_NOTICE = 2001


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year of one country: days off with their names, and weekend days that are worked instead."""

    days_off: Mapping[date, str]
    make_up: frozenset[date]


@lru_cache(maxsize=1024)
def holiday_year(country: str, year: int) -> HolidayYear:
    """The year as known today; `country` is `CN` or, with a subdivision, `DE-BY`."""
    code, _, part = country.partition("-")
    language = "zh_CN" if code == "CN" else None
    table = holidays.country_holidays(code, subdiv=part or None, years=year, language=language)
    off = {day: name for day, name in table.items() if day.year == year}
    return HolidayYear(off, frozenset(day for day in table.weekend_workdays if day.year == year))


@lru_cache(maxsize=256)
def is_known_country(country: str) -> bool:
    """Whether the library has this country (and subdivision)."""
    try:
        holiday_year(country, 2024)
    except NotImplementedError:
        return False
    return True


def is_provisional(country: str, year: int) -> bool:
    """True while only statutory days are known, because the country has not published that year's 调休."""
    announced = country.partition("-")[0] in _ANNOUNCED_YEARLY and year >= _FIRST_NOTICE
    return announced and not holiday_year(country, year).make_up
