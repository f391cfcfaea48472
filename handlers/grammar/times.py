"""Days, times, lengths and periods into the slots that take them."""

import re
from typing import TYPE_CHECKING

from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL
from handlers.grammar.values import day_of, when
from handlers.language.found import Found
from handlers.language.moments import Moment
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling

_LEAD_IN = re.compile(
    r"(?:约了?(?:在|定)?|定在|定于|计划|准备|打算|下次|下一步|下步|我们?|再|然后|请|安排|说好|提醒我|记得|让我们?|and|then"
    r"|next|will|i|we|to|:| |,|的|是|在)*"
)
_PAST = re.compile(r".{0,6}[了过]")


def times(filling: "Filling") -> None:
    """Fill the open slots of time."""
    for one in filling.open(Type.DURATION):
        _length(filling, one)
    for one in filling.open(Type.DATE, Type.DATETIME):
        found = _opening(filling) if one.slot.opens_clause else _said(filling, one)
        for hit in found[:1]:
            _take(filling, one, hit)
    for one in filling.open(Type.TIME):
        for clock in filling.spots.clocks[:1]:
            filling.put(one.name, clock.value, clock.start, clock.end, LABEL)
    for one in filling.open(Type.PERIOD):
        for period in filling.spots.periods[:1]:
            filling.put(one.name, period.value.iso, period.start, period.end, LABEL)


def time_at(filling: "Filling", one: Word, start: int, end: int) -> None:
    """The day or time said at this very place."""
    for hit in filling.spots.plans if one.slot.ahead else filling.spots.reports:
        if start <= hit.start and hit.end <= end:
            _take(filling, one, hit)
            return


def _length(filling: "Filling", one: Word) -> None:
    for hit in filling.spots.durations:
        before = filling.before(hit.start).rstrip(" :")
        if before.endswith(one.slot.cues) or not one.slot.cues:
            filling.put(one.name, hit.value.iso(), hit.start, hit.end, LABEL)
            return


def _said(filling: "Filling", one: Word) -> list[Found[Moment | None]]:
    found = filling.spots.plans if one.slot.ahead else filling.spots.reports
    return [hit for hit in found if filling.marks.free(hit.start, hit.end)]


def _opening(filling: "Filling") -> list[Found[Moment | None]]:
    """The last plan that opens a clause: 下周三下午3点去演示; what was done (周一见了) is none."""
    found = []
    today = filling.listener.now.date()
    plans = filling.spots.plans
    for start, end in filling.marks.clauses():
        for hit in plans:
            if not (start <= hit.start and hit.end <= end):
                continue
            ahead = hit.value is None or day_of(hit.value) > today or hit.value.clock is not None
            lead = filling.text[start : hit.start]
            rest = filling.text[hit.end : end].strip()
            if (
                len(rest) > 1
                and ahead
                and _free_lead(filling, start, lead)
                and not _PAST.match(filling.text, hit.end, end)
            ):
                found.append(hit)
            break
    return found[-1:]


def _free_lead(filling: "Filling", start: int, lead: str) -> bool:
    bare = "".join(char for at, char in enumerate(lead, start) if not filling.marks.of[at])
    return _LEAD_IN.fullmatch(bare) is not None


def _take(filling: "Filling", one: Word, hit: Found[Moment | None]) -> None:
    filling.marks.put(hit.start, hit.end, LABEL)
    if hit.ask or hit.value is None:
        guess = (when(hit.value, only_day=one.slot.type is Type.DATE),) if hit.value else ()
        filling.ask(one.name, hit.ask, guess)
        return
    filling.put(one.name, when(hit.value, only_day=one.slot.type is Type.DATE), hit.start, hit.end, LABEL)
    if hit.approx:
        filling.approx.append(one.name)
