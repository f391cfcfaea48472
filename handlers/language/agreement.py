"""A day said twice (下周一, 23号那天) is one day when both agree, and a question when they do not."""

import re
from dataclasses import replace
from datetime import timedelta

from handlers.language import steps
from handlers.language.asking import in_their_words
from handlers.language.days import Day
from handlers.language.found import Found

_BETWEEN = re.compile(r" ?[,、(]? ?(?:也?就是|即)? ?", re.I)
_TO = re.compile(r" ?(?:到|至|~|-|—) ?")
_THAT_DAY = re.compile(r"那一?天|当天|\)")


def settle(text: str, days: list[Found[Day]]) -> list[Found[Day]]:
    """Longest expressions first where they overlap; then two that name one day become one."""
    kept: list[Found[Day]] = []
    for day in sorted(days, key=lambda day: (day.start, -day.end, day.value.kind == "named")):
        if kept and day.start < kept[-1].end:
            continue
        if kept and _TO.fullmatch(text, kept[-1].end, day.start):
            day = _same_week(kept[-1], day)
        if kept and _means_the_same(text, kept[-1], day):
            kept[-1] = _both(text, kept[-1], day)
        else:
            kept.append(day)
    return kept


def _same_week(one: Found[Day], other: Found[Day]) -> Found[Day]:
    """下周一到周三 ends in the week it begins in."""
    first, last = one.value, other.value
    if (
        first.kind != "weekday"
        or first.any_week
        or not last.any_week
        or first.day is None
        or last.day is None
    ):
        return other
    day = steps.monday(first.day) + timedelta(days=last.day.weekday())
    return replace(other, value=replace(last, day=day, any_week=False), ask="")


def _means_the_same(text: str, one: Found[Day], other: Found[Day]) -> bool:
    between = text[one.end : other.start]
    if len(between) > 5 or not _BETWEEN.fullmatch(between) or one.value.kind == other.value.kind:
        return False
    if "unknown" in (one.value.kind, other.value.kind) or "offset" in (one.value.kind, other.value.kind):
        return False
    if "," in between or "、" in between:
        return (other.text.isascii() and one.text.isascii()) or _THAT_DAY.match(text, other.end) is not None
    return True


def _both(text: str, one: Found[Day], other: Found[Day]) -> Found[Day]:
    end = other.end
    if closed := re.match(r"那一?天|当天|\)", text[end : end + 3]):
        end += len(closed.group()) if "(" in text[one.end : other.start] or closed.group() != ")" else 0
    firm = other if one.value.any_week else one
    agreed = one.value.day is not None and other.value.day is not None and _agree(one.value, other.value)
    said = text[one.start : end]
    if agreed:
        return Found(one.start, end, firm.value, said, ask=firm.ask)
    ask = in_their_words(
        text,
        f"{one.text} 是 {one.value.day}，{other.text} 是 {other.value.day}，以哪个为准？",
        f"{one.text} is {one.value.day} but {other.text} is {other.value.day}; which one?",
    )
    return Found(one.start, end, Day(None, "unknown"), said, ask=ask)


def _agree(one: Day, other: Day) -> bool:
    if one.day is None or other.day is None:
        return False
    if one.any_week or other.any_week:
        return one.day.weekday() == other.day.weekday()
    return one.day == other.day
