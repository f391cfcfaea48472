"""What a person means: from a message and the conversation to one command with its slots. Pure, no state."""

import re
from collections.abc import Mapping
from dataclasses import replace

from handlers.grammar.answering import answered
from handlers.grammar.asking import missing_of, question_of
from handlers.grammar.declared import Declared
from handlers.grammar.denying import denial, denies
from handlers.grammar.filling import Filling, fill
from handlers.grammar.forms import Form, form_of, formed
from handlers.grammar.lexicon import Lexicon, lexicon_of
from handlers.grammar.lonely import lonely, opened
from handlers.grammar.parse import EXTERNAL, REFUSED, UNKNOWN, Guess, Listener, Parse
from handlers.grammar.promised import not_yet
from handlers.grammar.refusing import refused
from handlers.grammar.rows import several
from handlers.grammar.scoring import Score, scores_of
from handlers.grammar.spots import Spots
from handlers.grammar.two import THEN, second_deed
from handlers.language.fold import Channel, fold

FORMED = 0.9
KNOWN, UNSURE, NEAR, DOUBTFUL, LOW = 0.5, 0.7, 0.15, 0.78, 0.49
"""Below KNOWN nothing is understood, below UNSURE bare values are looked at; guesses within NEAR of the best
are named; DOUBTFUL is shown back; a guess that is not acted on has at most LOW."""

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
    if rows := several(spots, lexicon):
        return rows
    form = form_of(spots.text, lexicon)
    scores = _scores(spots, lexicon, form)
    against = [score for score in scores if score.denied and not score.headed]
    scores = [score for score in scores if score.confidence and score not in against]
    if refusal := _denied(spots, lexicon, against, scores):
        return refusal
    if cut := second_deed(spots, lexicon, scores):
        return _both(spots, cut, listener, commands)
    if answer := answered(spots, lexicon, scores):
        return answer
    if not scores or scores[0].confidence < UNSURE:
        alone = [*lonely(spots, lexicon), *opened(spots, lexicon)]
        scores = sorted([*alone, *scores], key=lambda score: -score.confidence)
    return _decide(spots, lexicon, form, scores)


def _both(spots: Spots, cut: tuple[int, int], listener: Listener, commands: Mapping[str, Declared]) -> Parse:
    """The first of two deeds; the second is kept word by word, to be offered."""
    folded = spots.folded
    first = understand(folded.message[: folded.places[cut[0]]], listener, commands)
    then = folded.original(cut[1], len(folded.text)).strip()
    return replace(first, notes={**first.notes, THEN: then})


def _scores(spots: Spots, lexicon: Lexicon, form: Form | None) -> list[Score]:
    if form is None:
        return scores_of(spots, lexicon, spots.listener.context)
    if not form.slash:
        scores = scores_of(spots, lexicon, spots.listener.context)
        new = formed(form, lexicon)
        if new and not spots.codes and not any(score.headed for score in scores):
            # Its keys make it new; the word 电话 at its head would only change something at hand.
            scores = [Score(new, FORMED), *(score for score in scores if score.confidence < UNSURE)]
        return scores
    # The noun and verb of the slash form announce the command; its values never do.
    words = Spots(fold(form.words), spots.listener)
    scores = scores_of(words, lexicon, spots.listener.context)
    for score in scores:
        score.spans = [(0, form.words_end)]
    return scores


def _denied(spots: Spots, lexicon: Lexicon, against: list[Score], scores: list[Score]) -> Parse | None:
    """Nothing is done that somebody asks not to do; None when the message asks for something else."""
    commands = [lexicon.commands[one.intent] for one in against if one.intent in lexicon.commands]
    command = next((one for one in commands if not one.reads), None)
    if command is None and not denies(spots.text):
        return None
    best = scores[0] if scores else None
    if (
        best
        and best.confidence >= UNSURE
        and (best.headed or best.later or not lexicon.commands[best.intent].reads)
    ):
        return None
    ask = denial(command, spots.folded, english=spots.listener.english)
    guesses = (Guess(command.intent, LOW),) if command else ()
    return Parse(UNKNOWN, {}, (), LOW if command else 0.0, guesses, ask, command.words[:1] if command else ())


def _decide(spots: Spots, lexicon: Lexicon, form: Form | None, scores: list[Score]) -> Parse:
    guesses = _guesses(scores)
    best = scores[0] if scores else None
    if best is None or best.later or best.confidence < KNOWN:
        capped = tuple(Guess(one.intent, min(one.confidence, LOW)) for one in guesses)
        confidence = capped[0].confidence if capped else 0.0
        asked_for = best.intent if best and best.confidence >= KNOWN else ""
        ask = not_yet(asked_for, spots.text, english=spots.listener.english)
        return Parse(UNKNOWN, confidence=confidence, candidates=capped, ask=ask)
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
        filling.noted(),
        tuple(sorted(filling.used, key=lambda one: (one.start, one.end, one.slot))),
    )
