"""What stands where a company is wanted: a code names its record, and an unknown name is nobody else's."""

import re
from dataclasses import replace

from handlers.grammar.parse import Parse, Used
from handlers.language.codes import find_codes
from handlers.language.fold import fold
from handlers.routing import Command

COMPANY = "customer"
CODE = re.compile(r"[LC]-\d{1,9}")
_IDLE = re.compile(
    r"(帮我|帮忙|帮|请|麻烦|看看|看|查一下|查下|查|问|一下|下|有没有人|谁|在|跟|进|的|是|就|关于|一?个|我|把)*"
)


def meant(parse: Parse, command: Command | None, text: str) -> Parse:
    """The parse with the company that the message names in these two ways."""
    return coded(_unknown_name(parse, command, text), command, text)


def _unknown_name(parse: Parse, command: Command | None, text: str) -> Parse:
    """`查重 完全没有这家公司` names a company, be it none: 这家公司 inside a word points at nothing."""
    free = command is None or any(one.slot.leftover for one in command.parameters)
    span = next(((one.start, one.end) for one in parse.used if one.slot == COMPANY), (0, 0))
    if command is None or free or parse.slots.get(COMPANY) != "@focus" or span[0] == span[1]:
        return parse
    head, _, said = text.strip().rpartition(" ")
    before = text[: span[0]].rpartition(" ")[2]
    whole = head.strip().lower() in (*command.words, *command.english) and text.strip().endswith(said)
    if not whole or text[span[0] : span[1]] not in said or _IDLE.fullmatch(before):
        return parse
    return replace(parse, slots={**parse.slots, COMPANY: said})


def coded(parse: Parse, command: Command | None, text: str) -> Parse:
    """The parse with the lead or customer that the message names by its code, where no company was named.

    What is made anew never is a record that exists.
    """
    names = {one.name for one in command.parameters} if command else set()
    told = parse.slots.get(COMPANY, "@focus") != "@focus" or not names.isdisjoint({"lead", "task"})
    if command is None or command.makes or COMPANY not in names or told:
        return parse
    folded = fold(text)
    found = next((one for one in find_codes(folded.text) if CODE.fullmatch(one.value)), None)
    if found is None:
        return parse
    used = Used(COMPANY, folded.places[found.start], folded.ends[found.end - 1])
    asked = None if COMPANY in parse.missing else parse.ask
    return replace(
        parse,
        slots={**parse.slots, COMPANY: found.value},
        missing=tuple(name for name in parse.missing if name != COMPANY),
        ask=asked,
        options=parse.options if asked else (),
        used=(*(one for one in parse.used if one.slot != COMPANY), used),
    )
