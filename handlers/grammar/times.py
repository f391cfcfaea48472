"""Days, times, lengths and periods into the slots that take them."""

import re
from typing import TYPE_CHECKING

from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL
from handlers.grammar.values import day_of, when
from handlers.grammar.wording import worded
from handlers.language.found import Found
from handlers.language.moments import Moment, find_moments
from handlers.language.recurring import starts_then
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
        if one.required and _again(filling, one):
            continue
        found = _opening(filling) if one.slot.opens_clause else _said(filling, one)
        for hit in found[:1]:
            _take(filling, one, hit)
    for one in filling.open(Type.TIME):
        for clock in filling.spots.clocks[:1]:
            filling.put(one.name, clock.value, clock.start, clock.end, LABEL)
    for one in filling.open(Type.PERIOD):
        for period in filling.spots.periods[:1]:
            filling.put(one.name, period.value.iso, period.start, period.end, LABEL)


def _again(filling: "Filling", one: Word) -> bool:
    """Asked for many, one is never made silently: it is said that only one can be, and asked which."""
    spots = filling.spots
    again = next((hit for hit in spots.recurrences if filling.marks.free(hit.start, hit.end)), None)
    dated = next((hit for hit in spots.plans if hit.value and hit.value.dated), None)
    if again is None or (dated is not None and not starts_then(filling.text)):
        return False
    first = dated or _first_of(filling, again)
    options = (f"{first.value.value:%m-%d %H:%M}".removesuffix(" 00:00"),) if first and first.value else ()
    filling.ask(
        one.name,
        worded(
            filling,
            f"还不能重复提醒（{again.text}），只能先记一次。第一次是什么时候？",
            f"I cannot repeat a reminder yet ({again.text}), only set one. When is the first?",
        ),
        options,
    )
    return True


def _first_of(filling: "Filling", again: Found[str]) -> Found[Moment | None] | None:
    """The next time it would come round: 周一 of 每周一, 明天 of 每天."""
    said = again.text.removeprefix("每个").removeprefix("每")
    said = "明" + said if said in ("天", "日") else said
    found = find_moments(
        said + filling.text[again.end :],
        filling.listener.now,
        is_working_day=filling.listener.is_working_day,
    )
    return next((hit for hit in found if hit.start == 0), None)


def time_at(filling: "Filling", one: Word, start: int, end: int) -> None:
    """The day or time said at this very place."""
    for hit in filling.spots.plans if one.slot.ahead else filling.spots.reports:
        if start <= hit.start and hit.end <= end:
            _take(filling, one, hit)
            return


def _length(filling: "Filling", one: Word) -> None:
    if one.slot.cues and not any(cue in filling.text for cue in one.slot.cues):
        return
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
    for start, end in filling.marks.phrases():
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
    only_day, start = one.slot.type is Type.DATE, one.slot.opens_clause
    said = when(hit.value, only_day=only_day, start=start) if hit.value else ""
    if hit.ask or not said:
        filling.ask(one.name, hit.ask, (said,) if said else ())
        return
    filling.put(one.name, said, hit.start, hit.end, LABEL)
    if hit.approx:
        filling.approx.append(one.name)
