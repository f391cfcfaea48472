"""What holds for a lead. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from handlers.grammar.kept import REMARK
from handlers.grammar.two import THEN
from handlers.refusal import Refusal

CHECKS_A_DAY = 30
LEAST_WORDS = 10  # A follow-up of fewer characters says nothing.
PASTED_WITHIN = timedelta(days=90)


MOST_YUAN = Decimal(10**12)
MOST_PIECES = 10**6


class TooMuch(Refusal):
    """{said} 太大了，像是多打了几位，没有录。请重新说一遍，例如：预算120万 两台。"""


def fen(yuan: Decimal | None) -> int | None:
    """Yuan as an exact count of 分. Raises `TooMuch` for what no lead is worth."""
    if yuan is not None and abs(yuan) > MOST_YUAN:
        raise TooMuch(said="金额")
    return None if yuan is None else int((yuan * 100).to_integral_value())


def counted(qty: int | None) -> int | None:
    """A number of pieces. Raises `TooMuch`."""
    if qty is not None and abs(qty) > MOST_PIECES:
        raise TooMuch(said="数量")
    return qty


def budget_of(
    budget: Decimal | None, low: Decimal | None, high: Decimal | None
) -> tuple[int | None, int | None]:
    """The lower and upper end: one figure is both."""
    if budget is not None:
        return fen(budget), fen(budget)
    return fen(low), fen(high)


def effective(content: str, *, said_before: bool) -> bool:
    """Whether a follow-up counts: long enough and not the same words again."""
    return len(content.strip()) >= LEAST_WORDS and not said_before


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that differ, in the order of `after`."""
    return tuple(name for name, value in after.items() if before.get(name) != value)


def fresh(since: datetime, now: datetime, life: timedelta) -> bool:
    """Whether something from `since` still counts at `now`."""
    return timedelta(0) <= now - since <= life


class StatusByDeed(Refusal):
    """线索状态跟着分配和跟进走，不能直接改成“{status}”。
    先把原因记下来，例如：跟进 {company} 客户已定别家；刚录错的，说“撤销”。"""


def remark_of(note: str) -> tuple[str, str]:
    """What was said beside the slots: the remark to keep, and the words of a second thing to do."""
    remark, _, then = f"；{note}".partition(f"；{THEN}：")
    parts = (part.removeprefix(f"{REMARK}：") for part in remark.split("；"))
    return "；".join(part for part in parts if part), then


def added(before: str, remark: str) -> str:
    """The remark with something more; said twice, it stands there once."""
    if not remark or remark in before:
        return before
    return f"{before}；{remark}" if before else remark
