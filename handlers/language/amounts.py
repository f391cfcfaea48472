"""Amounts of money in yuan: exact, ranges, bounds, prices by the month; no measure, phone or date."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, cast

from handlers.language import amount_words as words
from handlers.language.asking import in_their_words
from handlers.language.counting import find_numerals
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import DIGITS, Numeral
from handlers.language.taken import taken_spans
from handlers.language.units import measured

Kind = Literal["exact", "range", "at_most", "at_least"]
PricePeriod = Literal["once", "trip", "month", "year"]

_DIGITS_MAX = 12
_JOINED_BEFORE = re.compile(r"[0-9万亿一二三四五六七八九][-/.:~*x×比]$")
_CALENDAR = re.compile(" ?(?:月|年|第?[一二三四]季|q[1-4])", re.I)
_JOINED_BEHIND = re.compile(r"[-/:~*×=][0-9]|[a-z*_]|[.、)](?![0-9 ]|$)|比[0-9]", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """Yuan. Equal ends are exact, a missing end is a bound. `bare`: only the context says it is money.

    `each`: the price of one piece (每台35万).
    """

    low: Decimal | None
    high: Decimal | None
    kind: Kind = "exact"
    period: PricePeriod | None = None
    bare: bool = False
    each: bool = False

    @property
    def exact(self) -> Decimal | None:
        """The one figure that was said (五十万以内 is 500000), None for a range."""
        if self.kind == "range":
            return None
        return self.high if self.low is None else self.low


@dataclass(frozen=True, slots=True)
class _Figure:
    """One number with scale and currency. `size` is the scale it lends to the left end of a range."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    size: Decimal
    money: bool
    loose: bool
    foreign: bool
    said: Numeral


def find_amounts(text: str) -> list[Found[Amount]]:
    """The amounts in a folded text. Give it `Folded.cased`: only the capital tells 1.5M from 1.5m."""
    text = text[:LIMIT]
    figures = _figures(text)
    found: list[Found[Amount]] = []
    at = 0
    while at < len(figures):
        span = _span(text, figures[at], figures[at + 1]) if at + 1 < len(figures) else None
        amount = _amount(text, span or figures[at])
        at += 2 if span else 1
        if amount is not None:
            found.append(amount)
    return found


def _figures(text: str) -> list[_Figure]:
    taken = taken_spans(text)
    covered = bytearray(len(text))
    for start, end in taken:
        covered[start:end] = b"\1" * (end - start)
    figures: list[_Figure] = []
    for number in find_numerals(text):
        if any(covered[number.start : number.end]) or _glued(text, number.start):
            continue
        if not figures or number.start >= figures[-1].end:  # the 5 of 3块5 is spoken for
            figures.append(_figure(text, number))
    return figures


def _glued(text: str, start: int) -> bool:
    """Whether the number is the tail of a name or an ordinal: E-217, S01, 第3, 周三."""
    return (
        words.looks_back(words.GLUED, text, start) is not None and words.currency_before(text, start) is None
    )


def _figure(text: str, number: Found[Numeral]) -> _Figure:
    factor, end = words.latin_scale(text, number.end, number.start) or (Decimal(1), number.end)
    size = factor if end > number.end else words.scale_of(number.text)
    extra = Decimal(0)
    if end > number.end and re.match(r"[0-9](?![0-9.万])", text[end : end + 2]):
        extra, end = factor / 10 * int(text[end]), end + 1  # 12w5 is said like 十二万五
    behind = words.currency_behind(text, end)
    if behind:
        end = behind[1]
        if dime := words.dime_behind(text, end):
            extra, end = Decimal(DIGITS.get(dime) or int(dime)) / 10, end + 1
    before = words.currency_before(text, number.start)
    currency = (behind[0] if behind else "") + (before[0] if before else "")
    return _Figure(
        start=before[1] if before else number.start,
        end=end,
        low=number.value.low * factor + extra,
        high=number.value.high * factor + extra,
        size=size,
        money=size > 1 or currency != "",
        loose=number.approx,
        foreign=words.FOREIGN.search(currency) is not None,
        said=number.value,
    )


def _span(text: str, left: _Figure, right: _Figure) -> _Figure | None:
    """Two figures as one range; the scale of the right end applies to both (80~100万)."""
    joint = text[left.end : right.start]
    if not words.SPAN.fullmatch(joint) or left.low != left.high or right.low != right.high:
        return None
    if not right.money and (left.money or "-" in joint):
        return None
    if right.end == len(text) or not measured(text, right.end) or right.money:
        low = left.low
        # 800~1万 begins at 800, but 100~80万 is a slip of the tongue: it is asked about.
        if left.size == 1 and low * right.size <= right.high * 10:
            low *= right.size
        return replace(right, start=left.start, low=low, money=right.money, loose=left.loose or right.loose)
    return None


def _amount(text: str, figure: _Figure) -> Found[Amount] | None:
    start, end, loose = figure.start, figure.end, figure.loose
    period, start, end = words.period_at(text, start, end)
    if not period and not _is_currency(text, figure) and measured(text, end):
        return None
    bare = not figure.money
    if bare and not _may_be_money(text, figure):
        return None
    kind: Kind = "exact" if figure.low == figure.high else "range"
    low: Decimal | None = figure.low
    high: Decimal | None = figure.high
    for _ in range(2):  # 大概不超过五十万左右: two words at most on either side
        span = start, end
        start, end, near = _near(text, start, end)
        loose = loose or near
        bound, start, end = _bound(text, start, end) if kind == "exact" else ("", start, end)
        if bound == "at_most":
            kind, low = "at_most", None
        elif bound == "at_least":
            kind, high = "at_least", None
        if span == (start, end):
            break
    if not period:
        period, start, end = words.period_at(text, start, end)
    each, start, end = words.each_at(text, start, end)
    amount = Amount(low, high, kind, cast("PricePeriod | None", period), bare, each)
    return Found(
        start, end, amount, text[start:end], approx=loose, ask=_question(text, figure, text[start:end])
    )


def _is_currency(text: str, figure: _Figure) -> bool:
    return text[figure.end - 1] in "元块圆钱整币" or text[figure.start] in "¥$"


def _may_be_money(text: str, figure: _Figure) -> bool:
    """A number with nothing that names it may be money, unless its neighbours make it something else."""
    said = text[figure.start : figure.end]
    digits = said.replace(",", "").partition(".")[0]
    if _CALENDAR.match(text, figure.end) and len(digits) <= 4:
        return False
    if len(digits) > _DIGITS_MAX or not ("0" <= said[0] <= "9" or "百" in said):
        return False
    joined = figure.low == figure.high and words.looks_back(_JOINED_BEFORE, text, figure.start)
    return not joined and not _JOINED_BEHIND.match(text, figure.end)


def _near(text: str, start: int, end: int) -> tuple[int, int, bool]:
    near = False
    if hit := words.APPROX_BEHIND.match(text, end):
        end, near = hit.end(), True
    if hit := words.looks_back(words.APPROX_BEFORE, text, start):
        start, near = start - len(hit.group()), True
    return start, end, near


def _bound(text: str, start: int, end: int) -> tuple[str, int, int]:
    for kind, before, behind in (
        ("at_most", words.AT_MOST_BEFORE, words.AT_MOST_BEHIND),
        ("at_least", words.AT_LEAST_BEFORE, words.AT_LEAST_BEHIND),
    ):
        back, ahead = words.looks_back(before, text, start), behind.match(text, end)
        if back or ahead:
            return kind, start - len(back.group()) if back else start, ahead.end() if ahead else end
    return "", start, end


def _question(text: str, figure: _Figure, said: str) -> str:
    if figure.foreign:
        return in_their_words(
            text, f"{said} 不是人民币，请折算成元再说一遍。", f"{said} is not in yuan; please convert it."
        )
    if figure.low > figure.high:
        return in_their_words(
            text,
            f"{said} 前大后小，请确认金额范围。",
            f"{said} runs from high to low; please confirm the range.",
        )
    return ""
