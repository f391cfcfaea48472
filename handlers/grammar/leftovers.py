"""What is left of a sentence: unlabelled words in order, the rest of a clause, and free text."""

import re
from typing import TYPE_CHECKING

from handlers.grammar import companies
from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL, SEPARATORS, VALUE, WORD
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

_NO_NAME = re.compile(
    r"最近|近期|进来|状态|备注|新增|录入|过来|所有|全部|哪些|有哪|[我你他她它吗呢吧啊呀哦嘛谁哪怎什么没不想]|这|那|给|把|被"
    r"|让|跟我|帮|请|电话|手机|回头|明天|今天|昨天|微信|名片|老板$|预算"
    r"|联系人|来源|有人|有没|多少|一下|还是|已经|可以|需要|\d{5}|^姓.?$|^(?:show|me|list|all|my|in|at|on"
    r"|of|for|to)\b|^(?:的|了|在|是|有|和|个|新|看|查|客户|公司|线索|待办|跟进|展会|上|下)"
    r"|(?:的|了|是|在|有|上|下|过|着|客户|线索|联系方式)$"
)
_NO_PRODUCT = re.compile(
    r"^姓|^问|价格$|要求|嫌|[贵急快]$|便宜|招标|投标|开标|交货|发货|付款|希望|考虑|已经|正在|比较|打算|计划|准备|认可|满意|尽快|抓紧"
    r"|排放|地址|邮箱|(?:经理|主任|部长|科长|总监|工程师|部|处|科)$|现在|目前|竞品|用[的过着]|换[成掉]?|[我你他她它吗呢吧啊呀哦嘛谁哪怎什么没不给把被让请帮]|电话|手机|回头|微信|名片|预算"
    r"|联系人|来源|客户|老板|左右|大概|急|今天|明天|的$|^的|了$"
)
_FUNCTION = re.compile(r"[的了和跟与在去到就也都又还我们咱俩一起已经已刚才刚今天上午下午昨晚前 .:、，。!]*")
_HEAD_WORDS = re.compile(r"^(?:的时候|之前|以前|请|要|去|来)?(?:记得|别忘了|别忘|记着|帮我|to )?")
_TAILS = re.compile(r"(?:别忘了?|谢谢|哈|吧|啊|呀|哦|please|thanks)$")
_POINTER = re.compile(r"(?:这一?[家个]|那一?[家个])(?:公司|客户|单位|号码)?$")
_PREPOSITION = re.compile(r"(?:for|at|with|of|on|about|from|the|called|named) |(?:查|看|问)(?:一下|下|查|看)")
_LATIN_GAP = re.compile(r"[a-z0-9]")


def tokens(filling: "Filling") -> None:
    """Words between blanks that nothing else took: the company first, then what else takes one."""
    if not filling.guessing:
        return
    pieces = [_bare_name(filling, *span) for span in filling.marks.pieces() if _may_stand(filling, span)]
    labels = {word for one in filling.command.parameters for word in (*one.slot.keys, *one.slot.cues)}
    waiting = filling.open(Type.COMPANY)
    if filling.command.makes:
        waiting += sorted(
            (one for one in filling.open(Type.TEXT) if one.slot.token), key=lambda one: one.slot.token
        )
    for one in waiting:
        refused = _NO_NAME if one.slot.type is Type.COMPANY else _NO_PRODUCT
        for span in pieces:
            word = filling.text[slice(*span)]
            if not 2 <= len(word) <= (40 if word.isascii() else 24) or refused.search(word) or word in labels:
                continue
            if one.slot.type is Type.COMPANY:
                if not _in_its_place(filling, one, span):
                    continue
                companies.name_at(filling, one, *span, VALUE)
            elif _is_something_else(filling, span):
                continue
            else:
                filling.put(one.name, filling.original(*span), *span)
            pieces.remove(span)
            break


def _is_something_else(filling: "Filling", span: tuple[int, int]) -> bool:
    """Whether a word that might be a thing names a company, a person, a day or money."""
    spots = filling.spots
    others = (spots.known, spots.company_words, spots.contacts, spots.plans, spots.amounts, spots.phones)
    return any(one.start < span[1] and span[0] < one.end for found in others for one in found)


def _bare_name(filling: "Filling", start: int, end: int) -> tuple[int, int]:
    """`for Golden Bridge` is Golden Bridge, 宏达这家 is 宏达."""
    if before := _PREPOSITION.match(filling.text, start, end):
        filling.marks.put(start, before.end(), WORD)
        start = before.end()
    behind = _POINTER.search(filling.text, start, end)
    if behind and behind.start() - start > 1 and not _NO_NAME.search(filling.text[start : behind.start()]):
        filling.marks.put(behind.start(), end, WORD)
        end = behind.start()
    return start, end


def _in_its_place(filling: "Filling", one: Word, span: tuple[int, int]) -> bool:
    """Anywhere for something new; else beside the words of command, and apart from a text that follows."""
    texts = any(other.slot.leftover for other in filling.command.parameters)
    if filling.command.makes and not texts:
        return True
    start, end = span
    before = filling.marks.trimmed(0, start)[1]
    behind = len(filling.text) - len(filling.text[end:].lstrip(" "))
    follows = before > 0 and filling.marks.of[before - 1] == WORD
    if texts:
        return (
            one.required and follows and filling.headed and filling.text[end : end + 1] in ("", " ", ":", ",")
        )
    return follows or (behind < len(filling.text) and filling.marks.of[behind] == WORD)


def _may_stand(filling: "Filling", span: tuple[int, int]) -> bool:
    """A whole word, or one that stands beside a word of command."""
    start, end = span
    before, after = _neighbour(filling, start, -1), _neighbour(filling, end, 1)
    return before != VALUE and after != VALUE


def _neighbour(filling: "Filling", at: int, way: int) -> int:
    place = at - 1 if way < 0 else at
    return filling.marks.of[place] if 0 <= place < len(filling.text) else 0


def beside(filling: "Filling") -> None:
    """The rest of the clause that a plan opens: 去他们工地演示."""
    for one in filling.open(Type.TEXT):
        if not one.slot.beside:
            continue
        used = next((used for used in filling.used if used.slot == one.slot.beside), None)
        if used is None:
            continue
        at = next((i for i, place in enumerate(filling.spots.folded.places) if place >= used.start), 0)
        for start, end in filling.marks.phrases():
            if start <= at < end:
                rest = max((i + 1 for i in range(start, end) if filling.marks.of[i] >= LABEL), default=start)
                first, last = filling.marks.trimmed(rest, end)
                if last - first > 1:
                    filling.put(one.name, filling.original(first, last), first, last, LABEL)
                    filling.marks.put(start, end, LABEL)


def leftover(filling: "Filling") -> None:
    """Free text: what was said, without words of command and without what other slots took whole."""
    told = any(
        one.name in filling.slots and (one.slot.type is Type.CODE or one.slot.ordinal)
        for one in filling.command.parameters
    )
    for one in filling.open(Type.TEXT) if filling.rest else ():
        if not one.slot.leftover or (one.slot.leftover > 1 and told):
            continue
        runs = _kept(filling)
        if runs:
            filling.put(one.name, _quoted(filling, runs), runs[0][0], runs[-1][1], VALUE)
        return


def _kept(filling: "Filling") -> list[tuple[int, int]]:
    """The runs worth quoting: whole clauses first, those that only repeat other slots as a last resort."""
    worth: list[tuple[int, int]] = []
    spare: list[tuple[int, int]] = []
    for start, end in filling.marks.clauses():
        runs = _runs(filling, start, end)
        if not runs:
            continue
        told = "".join(
            filling.text[at] for first, last in runs for at in range(first, last) if not filling.marks.of[at]
        )
        people = (one.text for one in filling.spots.contacts)
        for word in (*people, *filling.command.weak, *_VERBS):
            told = told.replace(word, "")
        # While something is still asked, nothing is known to be said elsewhere.
        (spare if _FUNCTION.fullmatch(told) and not filling.questions else worth).extend(runs)
    return worth or spare


_VERBS = (
    "见了",
    "见到",
    "拜访了",
    "聊了",
    "沟通了",
    "碰了面",
    "通了电话",
    "打了电话",
    "见",
    "met with",
    "met",
    "today",
    "with",
    "at",
)


def _runs(filling: "Filling", start: int, end: int) -> list[tuple[int, int]]:
    """A clause without labels, and without values that stand apart at its edges."""
    marks = filling.marks
    first, last = marks.trimmed(start, end)
    changed = True
    while changed and first < last:
        changed = False
        if marks.of[first] >= LABEL or (marks.of[first] == VALUE and _apart(filling, first, last)):
            kind = marks.of[first]
            while first < last and marks.of[first] == kind:
                first += 1
            changed = True
        elif marks.of[last - 1] >= LABEL:
            kind = marks.of[last - 1]
            while first < last and marks.of[last - 1] == kind:
                last -= 1
            changed = True
        trimmed = marks.trimmed(first, last)
        changed = changed or trimmed != (first, last)
        first, last = trimmed
    runs: list[tuple[int, int]] = []
    at = first
    while at < last:
        stop = at
        while stop < last and marks.of[stop] < LABEL:
            stop += 1
        if stop > at:
            runs.append((at, stop))
        at = stop + 1 if stop == at else stop
        while at < last and marks.of[at] >= LABEL:
            at += 1
    return _bare(filling, runs)


def _apart(filling: "Filling", first: int, last: int) -> bool:
    """Whether the value that opens a clause is a word of its own: 恒通 of “跟进 恒通 今天…”."""
    at = first
    while at < last and filling.marks.of[at] == VALUE:
        at += 1
    return at == last or filling.text[at] in f" {SEPARATORS}:" or filling.marks.of[at] >= LABEL


def _bare(filling: "Filling", runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not runs:
        return runs
    start, end = runs[0]
    if head := _HEAD_WORDS.match(filling.text[start:end]):
        start += head.end()
    runs[0] = (start, end)
    start, end = runs[-1]
    if tail := _TAILS.search(filling.text, start, end):
        runs[-1] = (start, tail.start())
    trimmed = [filling.marks.trimmed(*run) for run in runs]
    return [run for run in trimmed if run[0] < run[1]]


def _quoted(filling: "Filling", runs: list[tuple[int, int]]) -> str:
    said = [filling.original(*run) for run in runs]
    out = said[0]
    for (_, before), (after, _), words in zip(runs, runs[1:], said[1:], strict=False):
        gap = filling.text[before:after]
        stops = [char for char in gap if char in SEPARATORS]
        if stops:
            place = before + gap.index(stops[0])
            between = filling.original(place, place + 1)
        else:
            latin = _LATIN_GAP.match(filling.text[after]) or " " in gap
            between = " " if latin else ""
        out += between + words
    return out
