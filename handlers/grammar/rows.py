"""Several new records pasted in one message, one a line: never one merged record, never a guess."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handlers.grammar.declared import Declared, Word
from handlers.grammar.filling import fill
from handlers.grammar.forms import form_of
from handlers.grammar.kept import REMARK
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.parse import Guess, Parse
from handlers.grammar.scoring import scores_of
from handlers.grammar.spots import Spots
from handlers.language.fold import Channel, fold

SURE = 0.9
MOST = 30
"""Lines looked at in one message."""

_BULLET = re.compile(r"^\s*(?:[(（]?\d{1,2}[.、)）．:：]\s*|[-•·*]\s+)")
_BLOCKS = re.compile(r"\n\s*\n")
_INLINE = re.compile(r"[;；](?=[^=:：;；]*1[3-9]\d)")


def several(spots: Spots, lexicon: Lexicon) -> Parse | None:
    """The command that takes many, with a row for each; None for a message about one."""
    message = spots.folded.message
    if "\n" not in message.strip() and not _INLINE.search(message):
        return None
    for command in lexicon.commands.values():
        for one in command.parameters:
            if one.slot.rows_of in lexicon.commands:
                return _as_rows(spots, lexicon, command, one)
    return None


def _as_rows(spots: Spots, lexicon: Lexicon, command: Declared, one: Word) -> Parse | None:
    single = lexicon.commands[one.slot.rows_of]
    head = next((score for score in scores_of(spots, lexicon, spots.listener.context) if score.headed), None)
    if (head and head.intent not in (single.intent, command.intent)) or _is_one_form(spots, lexicon, single):
        return None
    for lines in _ways(spots.folded.message):
        rows = _rows(lines, spots, lexicon, single) if len(lines) > 1 else []
        if len(rows) > 1:
            return Parse(command.intent, {one.name: rows}, (), SURE, (Guess(command.intent, SURE),))
    return None


def _is_one_form(spots: Spots, lexicon: Lexicon, single: Declared) -> bool:
    """Whether the lines are the keys of one record: its company is named under its key once."""
    form = form_of(spots.text, lexicon)
    keys = {key.lower() for one in single.parameters if one.required for key in one.slot.keys}
    return form is not None and sum(pair.key in keys for pair in form.pairs) == 1


def _ways(message: str) -> Iterator[list[str]]:
    """How the message may be cut: at empty lines, at lines, at the first key of a form coming round again."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    blocks = [" ".join(block.split("\n")) for block in _BLOCKS.split(message) if block.strip()]
    yield blocks if len(blocks) > 1 else []
    yield lines
    key = next((line.replace("：", ":").partition(":")[0] for line in lines if re.search("[:：]", line)), "")
    round_: list[str] = []
    for line in lines:
        if key and line.replace("：", ":").startswith(f"{key}:"):
            round_.append(line)
        elif round_:
            round_[-1] += f" {line}"
    yield round_
    yield [part for part in re.split("[;；]", message) if part.strip()]


def _rows(lines: list[str], spots: Spots, lexicon: Lexicon, single: Declared) -> list[dict[str, Any]]:
    """A row for each line that names a company and something more; what follows such a line belongs to it."""
    rows: list[dict[str, Any]] = []
    for line in lines[:MOST]:
        row = _row(_BULLET.sub("", line), spots, lexicon, single)
        if row is not None:
            rows.append(row)
        elif rows:
            rows[-1]["note"] = "；".join(filter(None, (rows[-1].get("note", ""), line)))
    return rows


def _row(line: str, spots: Spots, lexicon: Lexicon, single: Declared) -> dict[str, Any] | None:
    own = Spots(fold(line), spots.listener)
    if own.folded.channel is Channel.FORWARD or not own.text:
        return None
    said = next((one for one in scores_of(own, lexicon, spots.listener.context) if one.headed), None)
    if said and said.intent != single.intent:
        return None
    filling = fill(single, own, said.spans if said else [], headed=True, form=form_of(own.text, lexicon))
    required = {one.name for one in single.parameters if one.required}
    if not required <= filling.slots.keys() or len(filling.slots) <= len(required):
        return None
    notes: Mapping[str, str] = filling.noted()
    note = "；".join(value if key == REMARK else f"{key}：{value}" for key, value in notes.items())
    return {**filling.slots, "note": note} if note else dict(filling.slots)
