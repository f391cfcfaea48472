"""Two deeds in one message: 录一条线索 … 然后明天10点提醒我回访. The first is done, the second is offered."""

import re
from collections.abc import Sequence

from handlers.grammar.lexicon import Lexicon
from handlers.grammar.scoring import HEAD_SHORT, Score, scores_of
from handlers.grammar.spots import Spots
from handlers.language.fold import fold

THEN = "接着"
"""The key under which the words of the second deed stand among the notes."""

LOUD, CUTS = 0.7, 12
"""How loudly both must speak, and how many places are tried for the cut."""

_CUT = re.compile(
    r"(?:[ ,;。、!?]|(?=然后|接着|顺便|同时|另外|并且|再帮我|and then|then ))+"
    r"(?:然后|接着|顺便|同时|另外|并且|还有|完了|再|也|并|and then |and |then |also )?[ ,]*"
)


def second_deed(spots: Spots, lexicon: Lexicon, scores: Sequence[Score]) -> tuple[int, int] | None:
    """Where the first deed ends and the second begins; None where one is the other's text."""
    loud = [score for score in scores if score.confidence >= LOUD and not score.slip]
    if sum(_writes(lexicon, score) for score in loud) < 2:
        return None
    text = spots.text
    cuts = [hit.span() for hit in _CUT.finditer(text) if 0 < hit.start() < hit.end() < len(text)][-CUTS:]
    # The last cut behind which a whole deed stands: before it are the words of the first.
    for at in range(len(cuts) - 1, -1, -1):
        second = _deed(text[cuts[at][1] :], spots, lexicon)
        if not second:
            continue
        timed = at > 0 and _is_time(spots, cuts[at - 1][1], cuts[at][0])
        cut = cuts[at - 1] if timed else cuts[at]
        first = _deed(text[: cut[0]], spots, lexicon)
        return cut if first and first != second and not _takes_text(lexicon, first) else None
    return None


def _is_time(spots: Spots, start: int, end: int) -> bool:
    """明天10点 before 提醒我回访 belongs to it."""
    return any(one.start == start and one.end == end for one in spots.plans)


def _deed(words: str, spots: Spots, lexicon: Lexicon) -> str:
    """The writing command that these words alone are; empty when they are none."""
    best = next(iter(scores_of(Spots(fold(words), spots.listener), lexicon, spots.listener.context)), None)
    if best is None or best.confidence < HEAD_SHORT or best.denied or not _writes(lexicon, best):
        return ""
    return best.intent


def _writes(lexicon: Lexicon, score: Score) -> bool:
    command = lexicon.commands.get(score.intent)
    return command is not None and not command.reads and bool(command.parameters)


def _takes_text(lexicon: Lexicon, intent: str) -> bool:
    """Whether the rest of the sentence is that command's own text."""
    command = lexicon.commands[intent]
    return any(one.slot.leftover or one.slot.opens_clause for one in command.parameters)
