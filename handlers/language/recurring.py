"""What shall happen again and again: 每周一, 每天早上9点, 每月5号, every Monday."""

import re

from handlers.language.fold import LIMIT
from handlers.language.found import Found

_AGAIN = re.compile(
    r"(?:每|逢)(?:个|隔)?(?:[一二两三四五六七八九十0-9]{0,2}(?:个)?)"
    r"(?:工作日|天|日|(?:周|星期|礼拜)[一二三四五六日天1-7]?|月(?:[底初中]|[0-9一二三四五六七八九十]{1,3}[号日])?|季度?|年|小时)"
    r"(?!的)|(?:天天|周周|月月)(?=提醒|都)"
    r"|\b(?:every|each) (?:other )?(?:day|week|month|year|quarter|workday|weekday|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|morning|evening)\b|\b(?:daily|weekly|monthly)\b"
)
_STARTING = re.compile(r"从.{1,12}(?:开始|起)|starting|from .{1,12} on")


def find_recurrences(text: str) -> list[Found[str]]:
    """The words that make one reminder many; 每天的报表 is a thing, not a time."""
    return [Found(*hit.span(), hit.group(), hit.group()) for hit in _AGAIN.finditer(text[:LIMIT])]


def starts_then(text: str) -> bool:
    """Whether the day that was said is only the first of them: 从下周一开始每周一."""
    return _STARTING.search(text) is not None
