"""Words beside the record, read again when a message is delivered: only what the recipient may still be told.

A card shows its own record as it is by then. What it says of *other* records lies in its words, and those are
older: each card that says such things has its reading here. Words that tell of other records say their codes,
and begin with them; whom to talk to is told as unit and channel.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.desk import Desk
from handlers.permissions.rules import Can, may
from storage.schema import Customer, Lead, Task

Words = dict[str, Any]
Reading = Callable[[Desk, Words], Words | None]

CODE = re.compile(r"([A-Z]{1,3}-?\d+)(?= |$)")
CHANNEL = "，联系渠道："
LEFT_OUT = "没有录"
TAKEN = re.compile(LEFT_OUT + "：(.+)已有人跟")


def reread(desk: Desk, draw: str, words: Words) -> Words | None:
    """The words of a card as the desk's actor may read them now. None: nothing of the message may be told."""
    reading = READINGS.get(draw)
    return words if reading is None else reading(desk, words)


def _options(desk: Desk, words: Words) -> Words | None:
    """What one may choose from. An option without a code names a colleague or a command."""
    options = [one for one in words["options"] if not CODE.match(one[0]) or _sees(desk, one[0])]
    return {**words, "options": options} if options else None


def _beside(desk: Desk, words: Words) -> Words:
    """A new lead: near names, and near ones of others as one line."""
    hidden = "；".join(part for part in _parts(words.get("hidden")) if _tells(desk, part.split(CHANNEL)[0]))
    return {**words, "near": _seen(desk, words.get("near")), "hidden": hidden}


def _checked(desk: Desk, words: Words) -> Words:
    """The answer to a duplicate check. What is left out reads as if nobody were on it."""
    told = {name: [pair for pair in words[name] if _tells(desk, pair[0])] for name in ("found", "hidden")}
    return {**words, **told, "near": _seen(desk, words["near"])}


def _taken(desk: Desk, words: Words) -> Words | None:
    return words if _tells(desk, words["unit"]) else None


def _imported(desk: Desk, words: Words) -> Words:
    """What became of a pasted list: that a row was left out is told; who is on it, by the rule."""
    return {**words, "results": [_became(desk, *one) for one in words["results"]]}


def _became(desk: Desk, company: str, result: str, stored: str) -> list[str]:
    taken = TAKEN.match(result)
    told = bool(stored) or (taken is not None and _tells(desk, taken[1]))
    return [company, result if told else LEFT_OUT, stored]


READINGS: Mapping[str, Reading] = {
    "general.choose": _options,
    "leads.created": _beside,
    "leads.checked": _checked,
    "leads.imported": _imported,
    "leads.taken": _taken,
}


def _parts(text: str | None) -> Sequence[str]:
    return text.split("；") if text else ()


def _seen(desk: Desk, lines: Sequence[str] | None) -> list[str]:
    """The lines whose record is in sight; one that does not say which it is, is not."""
    return [line for line in lines or () if _sees(desk, line)]


def _sees(desk: Desk, line: str) -> bool:
    """Whether the record that a line begins with is in sight, at least by name."""
    said = CODE.match(line)
    if said is None:
        return False
    code = said[1]
    return bool(
        desk.leads.where(Lead.code == code, limit=1, names=True)
        or desk.customers.where(Customer.code == code, limit=1, names=True)
        or desk.tasks.where(Task.code == code, limit=1)
    )


def _tells(desk: Desk, unit: str) -> bool:
    """Whether somebody may be told that this unit is on a company: they may ask, and share its zone."""
    if not any(may(can, desk.actor.roles) for can in (Can.CREATE_LEAD, Can.CHECK_DUPLICATES)):
        return False
    zone = desk.org.zone(desk.actor.person.unit_id)
    named = (one.id for one in desk.org.units.values() if unit.endswith(one.name))
    return any(desk.org.place(one) == unit and desk.org.zone(one) == zone for one in named)
