"""Text slots with a shape of their own, contacts, places; and the words of a closed choice."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL
from handlers.language.names import looks_like_person
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

_TO_ME = frozenset("帮给跟让替教对叫")
SPELT = frozenset({"pinyin", "initials"})
_JOINING = frozenset("和于同从向对让给找跟与")
_LINK = re.compile(r"应该是|是|叫|改成|改为|换成")
_NOUN = re.compile(
    r" ?(?:[0-9.]+(?:kw|kva|kv|mm|cm|hz|mpa|吨级?))? ?(?:的)?(?P<noun>[一-鿿a-z0-9][一-鿿a-z0-9.\-]{0,15})"
)
_WANTING = re.compile(r"想看看|想看|想买|想要|想换|要买|需要|想租|要租|求购|采购|要")
_NOUN_ENDS = re.compile(
    r"预算|左右|以内|单价|价格|电话|手机|联系人|来源|租期|月租|交期|要求|马上|尽快|和|及|的|,| "
)
_NOUN_BEFORE = re.compile(r"(?P<noun>[一-鿿a-z0-9.\-]{2,12}) ?$")
_NOT_NOUNS = re.compile(
    r"^(?:来自|左右|以上|以下|大概|多少|就|要|是|有|能|可以|吗|呢|吧|给|了)|(?:要|买|订|看|租|需要|采购"
    r"|一共|共|约)$"
)


@lru_cache(256)
def _compiled(shape: str) -> re.Pattern[str]:
    return re.compile(shape, re.I)


def shaped(filling: "Filling") -> None:
    """Slots whose declaration says what they look like."""
    for one in filling.open(Type.TEXT):
        for shape in one.slot.shapes:
            for hit in _compiled(shape).finditer(filling.text):
                if filling.marks.free(*hit.span("v")) and hit["v"]:
                    filling.put(one.name, filling.original(*hit.span("v")), *hit.span("v"))
                    break
            if one.name in filling.slots:
                break


def spotted(filling: "Filling") -> None:
    """Slots that a spotter finds."""
    for one in filling.open(Type.TEXT):
        if one.slot.spot == "contact":
            _contact(filling, one)
        elif one.slot.spot == "place":
            for place in filling.spots.places:
                if "地址" in filling.before(place.start, 5):
                    continue  # an address is kept whole
                if filling.marks.untouched(place.start, place.end) and not _is_company(filling, place.text):
                    filling.put(one.name, filling.original(place.start, place.end), place.start, place.end)
                    break
        elif one.slot.spot == "latin":
            _latin(filling, one)


def _is_company(filling: "Filling", said: str) -> bool:
    """Whether a place that stands alone is short for a record the speaker knows: 衢江 of 衢江供电."""
    alone = all(
        said not in filling.text[start:end] or filling.text[start:end] == said
        for start, end in filling.marks.pieces()
    )
    return alone and bool(filling.open(Type.COMPANY)) and bool(filling.listener.company_named(said))


def _contact(filling: "Filling", one: Word) -> None:
    free = [hit for hit in filling.spots.contacts if filling.marks.untouched(hit.start, hit.end)]
    firm = [hit for hit in free if not hit.approx] or free
    for hit in firm[:1]:
        start = hit.start
        if hit.text[0] in _JOINING and looks_like_person(hit.text[1:]):
            start += 1  # 和张科长 is 张科长
        value = hit.value if hit.value != hit.text else filling.original(start, hit.end)
        filling.put(one.name, value, start, hit.end)
        return
    for start, end in filling.marks.pieces():
        if link := _LINK.match(filling.text, start, end):
            start = link.end()
        if looks_like_person(filling.text[start:end]) and filling.text[end : end + 1] in ("的", ""):
            filling.put(one.name, filling.original(start, end), start, end)
            return


def _latin(filling: "Filling", one: Word) -> None:
    """A search whose only words are pinyin or initials is kept as typed."""
    words = [hit for hit in filling.spots.latin if filling.marks.of[hit.start] < LABEL]
    others = [span for span in filling.marks.pieces() if not filling.text[slice(*span)].isascii()]
    known = words and any(hit.how in SPELT for hit in filling.spots.known)
    if len(words) == 1 and not others and (known or filling.headed):
        hit = words[0]
        filling.slots.pop("customer", None)
        filling.questions[:] = [asked for asked in filling.questions if asked.slot != "customer"]
        filling.put(one.name, filling.original(hit.start, hit.end), hit.start, hit.end)


def choices(filling: "Filling") -> None:
    """The longest word of a closed choice that is not part of another value."""
    for one in filling.open(Type.CHOICE):
        words = [(word.lower(), value) for value, said in one.slot.choices.items() for word in said]
        hits = [
            (len(word), -at, value, word)
            for word, value in words
            if (at := filling.text.find(word)) >= 0
            and filling.marks.free(at, at + len(word))
            and _whole(filling, at, word)
        ]
        if hits:
            length, at, value, _ = max(hits)
            filling.put(one.name, value, -at, length - at)
    for one in filling.open(Type.UNIT):
        for name in sorted(filling.listener.units.values(), key=len, reverse=True):
            if (at := filling.text.find(name.lower())) >= 0:
                filling.put(one.name, name, at, at + len(name))
                break
    for one in filling.open(Type.FLAG):
        if any(cue in filling.text for cue in one.slot.cues):
            filling.slots[one.name] = True


def _whole(filling: "Filling", at: int, word: str) -> bool:
    if not word.isascii():
        return len(word) > 1 or filling.text[at - 1 : at] not in _TO_ME
    before, after = filling.text[at - 1 : at] if at else "", filling.text[at + len(word) : at + len(word) + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def noun_beside(filling: "Filling", start: int, end: int) -> tuple[int, int] | None:
    """What is counted: the noun behind a count (两台摊铺机), else the one before it (摊铺机2台)."""
    behind, ahead = _noun_behind(filling, end), _noun_ahead(filling, start)
    touches = ahead is not None and ahead[1] == start and filling.text[end : end + 1] in ("", " ", ",")
    return ahead if touches else behind or ahead


def _noun_behind(filling: "Filling", end: int) -> tuple[int, int] | None:
    hit = _NOUN.match(filling.text, end)
    if hit is None:
        return None
    first, last = hit.span("noun")
    if stop := _NOUN_ENDS.search(filling.text, first, last):
        last = stop.start()
    while last > first and not filling.marks.untouched(first, last):
        last -= 1
    return _noun(filling, first, last)


def _noun_ahead(filling: "Filling", start: int) -> tuple[int, int] | None:
    hit = _NOUN_BEFORE.search(filling.text, max(0, start - 14), start)
    if hit is None:
        return None
    first, last = hit.span("noun")
    while first < last and not filling.marks.untouched(first, last):
        first += 1
    first, last = filling.marks.trimmed(first, last)
    for cue in _WANTING.finditer(filling.text, first, last):
        first = cue.end()
    return _noun(filling, first, last)


def _noun(filling: "Filling", first: int, last: int) -> tuple[int, int] | None:
    fits = last - first >= 2 and not _NOT_NOUNS.search(filling.text[first:last])
    return (first, last) if fits and not _is_key(filling, first, last) else None


def _is_key(filling: "Filling", start: int, end: int) -> bool:
    """Whether the words only name a slot: 数量3台."""
    said = re.sub(r"(?:改成|改为|改到|改|是|为|到|成)$", "", filling.text[start:end])
    return any(said.endswith(key) for one in filling.command.parameters for key in one.slot.keys)
