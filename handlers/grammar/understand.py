"""What a person means: from a message and the conversation to one command with its slots. Pure, no state."""

import re
from collections.abc import Mapping
from dataclasses import replace

from handlers.grammar.answering import answered
from handlers.grammar.asking import missing_of, question_of
from handlers.grammar.declared import Declared
from handlers.grammar.filling import Filling, fill
from handlers.grammar.forms import Form, form_of
from handlers.grammar.lexicon import Lexicon, lexicon_of
from handlers.grammar.lonely import lonely, opened
from handlers.grammar.parse import EXTERNAL, REFUSED, UNKNOWN, Guess, Listener, Parse
from handlers.grammar.refusing import refused
from handlers.grammar.scoring import Score, scores_of
from handlers.grammar.spots import Spots
from handlers.language.fold import Channel, fold

KNOWN, UNSURE, NEAR, DOUBTFUL = 0.5, 0.7, 0.15, 0.78
"""Below KNOWN nothing is understood, below UNSURE bare values are looked at; guesses within NEAR of the best
are named; DOUBTFUL is shown back."""

_CLAIM = re.compile(r"我是(?P<claim>[^ ,。;!?]{2,20}?)(?:的|,|。| |$)")


def understand(text: str, listener: Listener, commands: Mapping[str, Declared]) -> Parse:
    """The parse of one message. Same input, same output; no side effects."""
    spots = Spots(fold(text), listener)
    if not listener.speaker:
        claim = _CLAIM.search(spots.text)
        slots = {"claim": spots.folded.original(*claim.span("claim"))} if claim else {}
        return Parse(EXTERNAL, slots, confidence=1.0, candidates=(Guess(EXTERNAL, 1.0),))
    forwarded = spots.folded.channel is Channel.FORWARD
    if not forwarded and (attempt := refused(spots.text)):
        return Parse(REFUSED, {"attempt": attempt}, confidence=0.9, candidates=(Guess(REFUSED, 0.9),))
    if forwarded or not spots.text:
        return Parse(UNKNOWN)
    lexicon = lexicon_of(commands)
    form = form_of(spots.text, lexicon)
    scores = _scores(spots, lexicon, form)
    if answer := answered(spots, lexicon, scores):
        return answer
    if not scores or scores[0].confidence < UNSURE:
        alone = [*lonely(spots, lexicon), *opened(spots, lexicon)]
        scores = sorted([*alone, *scores], key=lambda score: -score.confidence)
    return _decide(spots, lexicon, form, scores)


def _scores(spots: Spots, lexicon: Lexicon, form: Form | None) -> list[Score]:
    if form is None or not form.slash:
        return scores_of(spots, lexicon, spots.listener.context)
    # The noun and verb of the slash form announce the command; its values never do.
    words = Spots(fold(form.words), spots.listener)
    scores = scores_of(words, lexicon, spots.listener.context)
    for score in scores:
        score.spans = [(0, form.words_end)]
    return scores


def _decide(spots: Spots, lexicon: Lexicon, form: Form | None, scores: list[Score]) -> Parse:
    guesses = _guesses(scores)
    best = scores[0] if scores else None
    if best is None or best.later or best.confidence < KNOWN:
        capped = tuple(Guess(one.intent, min(one.confidence, 0.49)) for one in guesses)
        confidence = capped[0].confidence if capped else 0.0
        return Parse(UNKNOWN, confidence=confidence, candidates=capped)
    command = lexicon.commands[best.intent]
    filling = fill(command, spots, best.spans, headed=best.headed, form=form)
    return parsed(filling, best, guesses)


def _guesses(scores: list[Score]) -> tuple[Guess, ...]:
    if not scores:
        return ()
    floor = scores[0].confidence - NEAR
    near = [score for score in scores if score.confidence >= floor]
    return tuple(Guess(score.intent, round(score.confidence, 2)) for score in near)


def parsed(filling: Filling, score: Score, guesses: tuple[Guess, ...]) -> Parse:
    """The parse that a filling comes to."""
    missing = missing_of(filling)
    ask, options = question_of(filling, missing)
    confidence = round(score.confidence, 2)
    if filling.doubtful or score.slip:
        confidence = min(confidence, DOUBTFUL)
    guesses = tuple(replace(one, confidence=min(one.confidence, confidence)) for one in guesses)
    guesses = tuple(sorted(guesses, key=lambda one: (one.intent != score.intent, -one.confidence)))
    return Parse(
        score.intent,
        dict(filling.slots),
        missing,
        confidence,
        guesses,
        ask,
        options,
        dict(filling.notes),
        tuple(sorted(filling.used, key=lambda one: (one.start, one.end, one.slot))),
    )
