"""Colleagues into the slots that take them."""

from typing import TYPE_CHECKING

from handlers.grammar.declared import Word
from handlers.grammar.marks import LABEL, VALUE
from handlers.grammar.parse import Colleague
from handlers.grammar.people import Named
from handlers.grammar.wording import worded
from handlers.language.found import Found
from handlers.slot_kinds import Type

if TYPE_CHECKING:
    from handlers.grammar.filling import Filling


def people(filling: "Filling") -> None:
    """Each slot's colleague; several at the nearest level, or an unknown name, are asked about."""
    for one in filling.open(Type.PERSON):
        found = filling.spots.people
        if one.slot.cued:
            found = [hit for hit in found if _cue_of(filling, one.slot.cues, hit.start)]
        if one.slot.many:
            names = [hit.value.fits[0].name for hit in found if len(hit.value.fits) == 1]
            if names:
                filling.put(one.name, names, found[0].start, found[-1].end)
            continue
        for hit in found:
            if not filling.marks.free(hit.start, hit.end) or (not one.slot.cued and not hit.value.fits):
                continue
            if cue := _cue_of(filling, one.slot.cues, hit.start):
                filling.marks.put(hit.start - len(cue), hit.start, LABEL)
            _take(filling, one.name, hit)
            break


def person_at(filling: "Filling", one: Word, start: int, end: int) -> None:
    """The colleague said at this very place."""
    for hit in filling.spots.people:
        if start <= hit.start and hit.end <= end:
            _take(filling, one.name, hit)
            return


def _cue_of(filling: "Filling", cues: tuple[str, ...], start: int) -> str:
    before = filling.before(start, 10)
    return next((before[before.rindex(cue) :] for cue in cues if before.rstrip().endswith(cue)), "")


def _take(filling: "Filling", name: str, hit: Found[Named]) -> None:
    fits = hit.value.fits
    said = filling.original(hit.start, hit.end)
    if len(fits) == 1:
        filling.put(name, fits[0].name, hit.start, hit.end, LABEL)
        filling.doubtful = filling.doubtful or hit.value.guessed
        return
    filling.marks.put(hit.start, hit.end, VALUE)
    filling.doubtful = True
    if not fits:
        filling.ask(
            name,
            worded(
                filling,
                f"通讯录里没有“{said}”，请说全名。",
                f"I know no colleague “{said}”. Please say the full name.",
            ),
        )
        return
    shown = "；".join(described(one) for one in fits[:5])
    filling.ask(
        name,
        worded(filling, f"“{said}”是哪一位？{shown}", f"Which “{said}”? {shown}"),
        tuple(one.name for one in fits[:5]),
    )


def described(one: Colleague) -> str:
    """`张伟（华北销售部 销售）`."""
    return f"{one.plain}（{one.unit} {one.title}）"
