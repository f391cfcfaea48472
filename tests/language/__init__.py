"""Pure tests of what is understood. Every one of them stands on Wednesday 2026-11-18, 10:00."""

from datetime import date, datetime

NOW = datetime.fromisoformat("2026-11-18T10:00:00+08:00")
MAKE_UP_SATURDAY = date(2026, 11, 28)


def is_working_day(day: date) -> bool:
    """Monday to Friday, and one Saturday that makes up for a holiday."""
    return day.weekday() < 5 or day == MAKE_UP_SATURDAY
