"""Lengths of time: 两小时 PT2H, 15天 P15D, 一个月 P1M, 三年 P3Y, 2h."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from handlers.language.counting import find_numerals
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.steps import YEARS_MAX, add_months

HALF_DAY = 4
"""Working hours of 半天."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length as it was said: a year is not twelve months, a month not thirty days."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0

    def iso(self) -> str:
        """ISO 8601: `PT1H`, `P15D`, `P6M`, `P1DT4H`."""
        day = "".join(
            f"{n}{sign}" for n, sign in ((self.years, "Y"), (self.months, "M"), (self.days, "D")) if n
        )
        clock = "".join(f"{n}{sign}" for n, sign in ((self.hours, "H"), (self.minutes, "M")) if n)
        return f"P{day}{'T' + clock if clock else ''}" if day or clock else "PT0S"

    def after(self, now: datetime) -> date | datetime:
        """The end of this length from `now`: a day, or an instant when hours or minutes were said."""
        day = add_months(now.date(), self.years * 12 + self.months) + timedelta(days=self.days)
        if not (self.hours or self.minutes):
            return day
        return datetime.combine(day, now.timetz()) + timedelta(hours=self.hours, minutes=self.minutes)


_UNIT = re.compile(
    r"(?P<half>个半|半(?=[天日年月小个]))? ?(?:"
    r"(?P<year>年(?![级代前底末初中会度检审货限轻纪龄])|years?\b|yrs?\b)"
    r"|(?P<quarter>个季度|季度(?=后|内|以内)|quarters?\b)"
    r"|(?P<month>个?月(?<=个月)|(?<=半)月|months?\b)"
    r"|(?P<week>个?(?:周(?![年边围转岁期末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天]))"
    r"|weeks?\b|wks?\b)"
    r"|(?P<day>天(?!津|然|气|线|车|平)|日(?=内|后|以内|之内|之后|以后)|days?\b|d(?![a-z0-9]))"
    r"|(?P<hour>个?(?:小时|钟头)|hours?\b|hrs?\b|h(?![a-z0-9]))"
    r"|(?P<minute>分钟|mins?\b|minutes?\b)|(?P<fifteen>刻钟))(?P<more>半(?![天日年月个夜价导]))?",
    re.I,
)
_ENGLISH_ONE = re.compile(
    r"\b(?:(?P<half>half an?) (?P<of>hour|day|year)|(?:an?|one) (?P<one>hour|day|week|month|year))\b", re.I
)
_CALENDAR_YEAR = re.compile("后|内|以内|之内|期|质|以上|左右|$|[ ,。;]")
_DATED = re.compile(r"(?:第|[0-9.:/-]|20[0-9]{2}年|月|周|星期|礼拜|[a-z])$", re.I)
_FRACTIONS = {
    "year": ("months", 12),
    "quarter": ("days", 0),
    "month": ("days", 30),
    "week": ("days", 7),
    "day": ("hours", 0),
    "hour": ("minutes", 60),
}


def find_durations(text: str) -> list[Found[Duration]]:
    """The lengths of time in a folded text; 10月, 2026年, 第3天 and 周三 are none."""
    text = text[:LIMIT]
    found: list[Found[Duration]] = []
    for number in find_numerals(text):
        unit = _UNIT.match(text, number.end)
        if (
            unit is None
            or (found and number.start < found[-1].end)
            or _DATED.search(text[max(0, number.start - 5) : number.start])
        ):
            continue
        if (length := _length(text, number.value.high, number.text, unit)) is not None:
            approx = number.approx or number.value.low != number.value.high
            found.append(
                Found(number.start, unit.end(), length, text[number.start : unit.end()], approx=approx)
            )
    for hit in _ENGLISH_ONE.finditer(text):
        unit_name = (hit["of"] or hit["one"]).lower()
        amount = Decimal("0.5") if hit["half"] else Decimal(1)
        if (length := _spread(amount, unit_name)) is not None:
            found.append(Found(*hit.span(), length, hit.group()))
    return sorted(found, key=lambda length: length.start)


def _length(text: str, amount: Decimal, said: str, unit: re.Match[str]) -> Duration | None:
    name = next(
        key for key in ("year", "quarter", "month", "week", "day", "hour", "minute", "fifteen") if unit[key]
    )
    if (
        name == "year"
        and unit["year"] == "年"
        and said.isascii()
        and not _years_are_counted(text, amount, unit.end())
    ):
        return None
    if unit["half"] or unit["more"]:
        amount += Decimal("0.5")
    if name == "fifteen":
        return Duration(minutes=int(amount) * 15) if amount <= 3 else None
    return _spread(amount, name)


def _years_are_counted(text: str, amount: Decimal, end: int) -> bool:
    """26年 alone is the year 2026, 3年 a length."""
    return amount < 20 or (amount < 100 and _CALENDAR_YEAR.match(text, end) is not None and end < len(text))


def _spread(amount: Decimal, name: str) -> Duration | None:
    """An amount of a unit as whole units and a rest: 1.5 hours is an hour and 30 minutes."""
    whole, rest = int(amount), amount - int(amount)
    if amount <= 0 or whole > {"year": YEARS_MAX, "quarter": 40, "month": 240, "week": 520}.get(name, 20000):
        return None
    if name == "minute":
        return Duration(minutes=whole)
    if name == "hour":
        return Duration(hours=whole, minutes=int(rest * 60))
    if name == "day":
        return Duration(days=whole, hours=HALF_DAY if rest else 0)
    if name == "week":
        return Duration(days=whole * 7 + int(rest * 7))
    if name == "month":
        return Duration(months=whole, days=15 if rest else 0)
    if name == "quarter":
        return Duration(months=whole * 3)
    return Duration(years=whole, months=int(rest * 12))
