"""How values are written for people: money, moments, lists."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

WEEKDAYS = "一二三四五六日"


def money(fen: int | None) -> str:
    """分 as people say it: 120万元, 3,500元, 3,680.50元. Empty for nothing."""
    if fen is None:
        return ""
    yuan = Decimal(fen) / 100
    for size, name in ((Decimal(10**8), "亿"), (Decimal(10**4), "万")):
        scaled = yuan / size
        # Only where nothing is lost: 2,350,001 stays in full.
        if abs(yuan) >= size and scaled == round(scaled, 4):
            return f"{scaled.normalize():f}{name}元"
    return f"{yuan:,.0f}元" if yuan == yuan.to_integral_value() else f"{yuan:,.2f}元"


def money_range(low: int | None, high: int | None, *, about: bool = False) -> str:
    """A budget: one figure, a range, or one side of it; 约 when it was said so."""
    if low is not None and high is not None and low != high:
        text = f"{money(low)}~{money(high)}"
    else:
        text = money(low if high is None else high)
    return f"约{text}" if about and text else text


def day(value: date) -> str:
    """11-21 周六."""
    return f"{value:%m-%d} 周{WEEKDAYS[value.weekday()]}"


def moment(value: datetime | None) -> str:
    """11-18 10:00, in the zone the value carries."""
    return f"{value:%m-%d %H:%M}" if value else ""


def cut(text: str, most: int) -> str:
    """At most so many characters, with … where something is left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def joined(parts: Iterable[str], by: str = " · ") -> str:
    """What is not empty, in one line."""
    return by.join(part for part in parts if part)
