"""A plain answer to the question of an unfinished draft; a new command never is one."""

import re

from handlers.grammar.asking import question_of
from handlers.grammar.declared import Declared, Word
from handlers.grammar.filling import Filling, fill
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.marks import LABEL, WORD, Marks
from handlers.grammar.parse import Guess, Parse
from handlers.grammar.scoring import HEAD, Score
from handlers.grammar.spots import Spots
from handlers.slot_kinds import Type

NEW = 0.7
"""What speaks this loudly for another command is that command, not an answer."""

_NOTHING = re.compile(r"(?:没有|没|无|暂无|不知道|不清楚|跳过|先不填|none|no|skip|n/a)[。.!！]?")
_AROUND = re.compile(r"^(?:那就|就|改成|应该是|是|叫|在|嗯|哦|好|就是|it's|it is|is)+")


def answered(spots: Spots, lexicon: Lexicon, scores: list[Score]) -> Parse | None:
    """The pending command with what the message adds to it; None when the message is something new."""
    context = spots.listener.context
    command = lexicon.commands.get(context.pending)
    if command is None:
        return None
    asked = next((one for one in command.parameters if one.name == context.asked), None)
    if any(_is_new(score, command, asked, spots.text) for score in scores[:2]):
        return None
    if any(_is_whole(score, lexicon, spots.text) for score in scores[:2]):
        return None
    if _NOTHING.fullmatch(spots.text) and context.asked:
        nothing = Filling(command, spots, Marks(spots.text, ()), headed=False)
        nothing.marks.put(0, len(spots.text), WORD)
        return _parse(command, nothing)
    placed = asked is None or asked.slot.type is Type.COMPANY
    filling = fill(
        command, spots, [], headed=placed, guessing=placed, rest=asked is None or asked.slot.leftover > 0
    )
    if asked is not None and asked.name not in filling.slots and not filling.questions:
        _whole_text(filling, asked)
    fits = asked is None or asked.name in filling.slots or bool(filling.questions)
    if not filling.slots and not filling.questions:
        return None
    if not fits and not _mostly_taken(filling):
        return None
    return _parse(command, filling)


def _is_new(score: Score, command: Declared, asked: Word | None, text: str) -> bool:
    """Whether the message is a command of its own. Free text may hold any word: there only a head counts."""
    if score.confidence < NEW or (score.intent == command.intent and not score.headed):
        return False
    if asked is None or not asked.slot.leftover:
        return True
    covered = sum(end - start for start, end in score.spans)
    return covered + 1 >= len(text) if score.later else score.headed and score.confidence >= HEAD


def _is_whole(score: Score, lexicon: Lexicon, text: str) -> bool:
    """Whether the message is nothing but one of the words that are never guessed: 算了, 继续, 撤销."""
    command = lexicon.commands.get(score.intent)
    covered = max((end - start for start, end in score.spans), default=0)
    return command is not None and command.exact and score.confidence >= NEW and covered + 1 >= len(text)


def _whole_text(filling: Filling, asked: Word) -> None:
    """Free text that was asked for is the whole message."""
    if asked.slot.type not in (Type.TEXT, Type.COMPANY) or asked.slot.choices:
        return
    start, end = filling.marks.trimmed(0, len(filling.text))
    if around := _AROUND.match(filling.text[start:end]):
        start += around.end()
    limit = 500 if asked.slot.leftover else 40
    if 0 < end - start <= limit:
        filling.put(asked.name, filling.original(start, end), start, end, LABEL)


def _mostly_taken(filling: Filling) -> bool:
    left = sum(end - start for start, end in filling.marks.pieces())
    return left * 2 <= len(filling.text)


def _parse(command: Declared, filling: Filling) -> Parse:
    # What the draft holds already is not known here, so nothing is called missing.
    ask, options = question_of(filling, ())
    confidence = 0.78 if filling.doubtful else 0.9
    return Parse(
        command.intent, dict(filling.slots), (), confidence, (Guess(command.intent, confidence),),
        ask, options, filling.noted(), tuple(filling.used), answers=True,
    )  # fmt: skip
