"""Codes, phones, money, ratios and counts into the slots that take them."""

from typing import TYPE_CHECKING

from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL, VALUE
from handlers.grammar.values import number
from handlers.grammar.wording import worded
from handlers.language.amounts import Amount
from handlers.language.found import Found
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

SMALL = 10_000
"""Yuan: below this a figure without 万 or 元 is asked about."""

_NOUNS = {
    "L": "lead", "C": "customer", "O": "opp", "Q": "quote", "HT": "contract", "AP": "approval", "T": "ticket",
    "K": "task", "V": "visit", "KB": "article", "VOC": "voc",
}  # fmt: skip


def codes(filling: "Filling") -> None:
    """Each code into the slot of its noun."""
    for one in filling.open(Type.CODE):
        if not one.slot.code_of:
            continue
        for hit in filling.spots.codes:
            letters = "".join(char for char in hit.value.partition("-")[0] if char.isalpha())
            if _NOUNS.get(letters) == one.slot.code_of:
                filling.put(one.name, hit.value, hit.start, hit.end)
                break


def phones(filling: "Filling") -> None:
    """The number behind a correction's 是, else the first."""
    for one in filling.open(Type.PHONE):
        free = [hit for hit in filling.spots.phones if filling.marks.free(hit.start, hit.end)]
        told = [
            hit
            for hit in free
            if filling.before(hit.start).rstrip(" :").endswith(("应该是", "而是", "改成", "改为"))
        ]
        told = told or [
            hit
            for hit in free
            if filling.before(hit.start).rstrip(" :").endswith("是")
            and not filling.before(hit.start).rstrip(" :").endswith("不是")
        ]
        for hit in (told or free)[:1]:
            filling.put(one.name, hit.value, hit.start, hit.end)
            _label(filling, one, hit.start)
            if hit.ask:
                del filling.slots[one.name]
                filling.slots[one.name] = hit.value
                filling.ask(one.name, hit.ask)
        for hit in free:
            filling.marks.put(hit.start, hit.end, VALUE)


def _label(filling: "Filling", one: Word, start: int) -> None:
    """The cue just before a value is spoken for with it."""
    before = filling.before(start)
    link = before.rstrip(" :=是为改成到叫")
    for cue in one.slot.cues:
        if link.endswith(cue):
            width = len(before) - len(link) + len(cue)
            filling.marks.put(start - width, start, LABEL)
            return


def money(filling: "Filling") -> None:
    """Each amount into the slot whose cue stands before it; a price by the month is a unit price."""
    for hit in filling.spots.amounts:
        if not filling.marks.free(hit.start, hit.end):
            continue
        slot = _slot_for(filling, hit)
        if slot is not None:
            _put_amount(filling, slot, hit)
    for one in filling.open(Type.PERCENT):
        for ratio in filling.spots.ratios:
            if filling.marks.free(ratio.start, ratio.end) and not ratio.value.denied:
                filling.put(one.name, number(ratio.value.value), ratio.start, ratio.end)
                break


def _slot_for(filling: "Filling", hit: Found[Amount]) -> Word | None:
    ends = {one.name for one in filling.command.parameters if one.name.endswith(("_min", "_max"))}
    slots = [one for one in filling.open(Type.MONEY) if one.name not in ends]
    before = filling.before(hit.start, 10)
    near = [(before.rfind(cue), one) for one in slots for cue in one.slot.cues if cue in before]
    priced = [one for one in slots if one.name == "unit_price"]
    if hit.value.each:
        return priced[0] if priced else None
    if near:
        return max(near, key=lambda pair: pair[0])[1]
    if hit.value.bare:
        return None
    if hit.value.period and priced:
        return priced[0]
    plain = [one for one in slots if one.name != "unit_price"]
    return plain[0] if plain else None


def _put_amount(filling: "Filling", one: Word, hit: Found[Amount]) -> None:
    names = {other.name for other in filling.command.parameters}
    amount = hit.value
    if hit.ask:
        filling.ask(one.name, hit.ask)
    elif amount.bare and amount.exact is not None and 0 < amount.exact < SMALL:
        filling.marks.put(hit.start, hit.end, LABEL)
        _ask_the_unit(filling, one, number(amount.exact))
    elif amount.exact is not None:
        filling.put(one.name, number(amount.exact), hit.start, hit.end)
        if hit.approx:
            filling.approx.append(one.name)
        if amount.period and "price_period" in names and one.name == "unit_price":
            filling.slots["price_period"] = amount.period
    elif f"{one.name}_min" in names and amount.low is not None and amount.high is not None:
        filling.put(f"{one.name}_min", number(amount.low), hit.start, hit.end)
        filling.put(f"{one.name}_max", number(amount.high), hit.start, hit.end)
    else:
        filling.marks.put(hit.start, hit.end, VALUE)
        label = one.slot.label
        filling.ask(
            one.name,
            worded(filling, f"{label}请说一个数。", f"Please give one figure for the {one.slot.english}."),
        )
    _label(filling, one, hit.start)


def _ask_the_unit(filling: "Filling", one: Word, said: int | float) -> None:
    """预算35: nobody buys a machine for 35 yuan, and nothing is multiplied by a guess."""
    label = one.slot.label
    filling.ask(
        one.name,
        worded(
            filling,
            f"{label} {said} 是 {said}万 还是 {said}元？",
            f"Is the {one.slot.english} {said} yuan, or {said} times 10,000?",
        ),
        (f"{label}{said}万", f"{label}{said}元"),
    )


def money_at(filling: "Filling", one: Word, start: int, end: int) -> None:
    """The amount said at this very place, also a bare number."""
    for hit in filling.spots.amounts:
        if start <= hit.start and hit.end <= end:
            _put_amount(filling, one, hit)
            return


def counts(filling: "Filling") -> None:
    """Positions into ordinal slots, counts into the others."""
    for one in filling.open(Type.QUANTITY):
        if one.slot.ordinal:
            for place in filling.spots.ordinals:
                if filling.marks.free(place.start, place.end):
                    filling.put(one.name, place.value, place.start, place.end)
                    break
            continue
        for hit in filling.spots.quantities:
            if filling.marks.untouched(hit.start, hit.end) and hit.value.unit not in (
                "家",
                "人",
                "位",
                "名",
                "次",
            ):
                filling.put(one.name, number(hit.value.value), hit.start, hit.end)
                if hit.approx:
                    filling.approx.append(one.name)
                _counted(filling, hit.start, hit.end)
                break


def count_at(filling: "Filling", one: Word, start: int, end: int) -> None:
    """The count said at this very place, also without a measure."""
    for hit in filling.spots.quantities:
        if start <= hit.start and hit.end <= end:
            filling.put(one.name, number(hit.value.value), hit.start, hit.end)
            return
    from handlers.language.numerals import read_number

    value = read_number(filling.text[start:end].strip())
    if value is not None:
        filling.put(one.name, number(value), start, end)


def _counted(filling: "Filling", start: int, end: int) -> None:
    from handlers.grammar.texts import noun_beside

    for one in filling.open(Type.TEXT):
        if one.slot.counted and (span := noun_beside(filling, start, end)):
            filling.put(one.name, filling.original(*span), *span)
