"""Words that follow a cue: 想看…, 联系人…, 公司叫…."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from handlers.grammar import companies
from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL, VALUE
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

_NOT = frozenset("不没未")  # 不需要摊铺机 wants none.
_LINK = re.compile(r" ?(?:应该是|换成|改成|改为|改到|变成|就是|叫做|是|叫|为|:|=|is|to)? ?")
_END = re.compile(r"[,，;；。、!！?？\n|]| (?![a-z])|(?<![a-z]) ")
_VAGUE = re.compile(
    r"(?:回头|以后|稍后|待会|晚点|下次|暂时|还)?(?:给我|再说|再给|没有|没给|未知|不知道|不清楚|补上?|告诉)"
)
_AROUND = re.compile(r"^(?:的|了|一下|大概|大约|一批|一些|几)+|(?:的|了|吧|啊|呢|吗|呀)+$")


def cues(filling: "Filling", words: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where these cues stand, the longest at each place, outside values."""
    text = filling.text
    found = sorted(
        ((at, at + len(word)) for word in words for at in _all(text, word.lower())),
        key=lambda span: (span[0], -span[1]),
    )
    last = -1
    for start, end in found:
        if start >= last and filling.marks.free(start, end) and text[start - 1 : start] not in _NOT:
            yield start, end
            last = end


def _all(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def cued(filling: "Filling") -> None:
    """Fill the open text and company slots whose cue is said."""
    for one in filling.open(Type.COMPANY, Type.TEXT):
        if one.slot.reference or not one.slot.cues:
            continue
        for start, end in cues(filling, one.slot.cues):
            if _take(filling, one, start, end):
                break


def _take(filling: "Filling", one: Word, start: int, end: int) -> bool:
    text = filling.text
    link = _LINK.match(text, end)
    begin = link.end() if link else end
    stop = _END.search(text, begin)
    close = stop.start() if stop else len(text)
    runs = _free_runs(filling, begin, close)
    if not runs or _VAGUE.match(text, runs[0][0]):
        return False
    first, last = runs[0]
    if one.slot.type is Type.COMPANY:
        filling.marks.put(start, begin, LABEL)
        companies.name_at(filling, one, first, last, VALUE)
        return True
    said = filling.original(first, last)
    first, last = _tidy(text, first, last)
    said = filling.original(first, last)
    if not said or len(said) > 40 or said.isdigit():
        return False
    filling.marks.put(start, begin, LABEL)
    filling.put(one.name, said, first, last)
    return True


def _free_runs(filling: "Filling", start: int, end: int) -> list[tuple[int, int]]:
    runs, at = [], start
    while at < end:
        if filling.marks.of[at]:
            at += 1
            continue
        stop = at
        while stop < end and not filling.marks.of[stop]:
            stop += 1
        first, last = filling.marks.trimmed(at, stop)
        if first < last and not _AROUND.fullmatch(filling.text[first:last]):
            runs.append((first, last))
        at = stop
    return runs


def _tidy(text: str, start: int, end: int) -> tuple[int, int]:
    if ahead := _AROUND.match(text[start:end]):
        start += ahead.end()
    behind = re.search(r"(?:的|了|吧|啊|呢|吗|呀)+$", text[start:end])
    return start, start + behind.start() if behind else end
