"""Which command a message may be: the words and shapes that speak for each, and how loudly."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from handlers.grammar.denying import denied_at
from handlers.grammar.later import AT_HEAD, LOUD
from handlers.grammar.lexicon import Hit, Lexicon
from handlers.grammar.parse import Context
from handlers.grammar.spots import Spots
from handlers.grammar.typos import slips

Span = tuple[int, int]

HEAD, HEAD_SHORT, SHAPE, WHOLE, CONTEXT, INSIDE, SLIP, WEAK, FAINT = (
    0.95, 0.82, 0.88, 0.86, 0.86, 0.75, 0.72, 0.66, 0.42,
)  # fmt: skip
"""How sure a word makes us: at the head of the message, as a whole part of it, inside, misspelt, weak."""

MOST = 80
"""Words of command looked at in one message: the first and the last ones."""

_BEFORE_HEAD = re.compile(
    r"(?:请问?|教我|教教我|告诉我|我想知道|想问下?|问下|请教|补充一?下?|帮我|帮忙|帮|麻烦|劳驾|给我"
    r"|我想要?|我要|我|想要?|要|再|先|快|来|刚才?|刚刚|小二|you"
    r"|please|pls|can you"
    r"|could you|i want to|i'd like to|i need to|let me|hey|hi|ok|okay|好的?|嗯|呃|啊|那|哦|喂|/| |,|。"
    r"|!|:|~|、)*"
)
_EDGE = frozenset(' ,。;、:!?~()"“”「」')


@dataclass(slots=True)
class Score:
    """How much speaks for one intent. `spans` are the words that spoke, `slip` what was meant by a typo.

    `denied`: somebody asks not to do it.
    """

    intent: str
    confidence: float = 0.0
    spans: list[Span] = field(default_factory=list)
    later: bool = False
    slip: str = ""
    headed: bool = False
    denied: bool = False

    def speak(self, confidence: float, spans: tuple[Span, ...]) -> None:
        """One more thing speaks for it: the strongest decides, a second adds a little."""
        self.spans.extend(spans)
        first, second = max(self.confidence, confidence), min(self.confidence, confidence)
        self.confidence = min(0.98, first + (0.02 if second >= FAINT else 0.0))


def scores_of(spots: Spots, lexicon: Lexicon, context: Context) -> list[Score]:
    """Every intent that anything speaks for or against, strongest first."""
    text = spots.text
    found: dict[str, Score] = {}
    head = _head(spots)
    hits = list(lexicon.find(text))
    if len(hits) > MOST:
        hits = [*hits[: MOST - 20], *hits[-20:]]
    shapes = _shapes(text, head, lexicon)
    wide = [(hit.start, hit.end, hit.entry.intent) for hit in hits]
    wide += [(start, end, intent) for intent, (start, end), _ in shapes]
    for hit in hits:
        if _inside_wider(hit, wide):
            continue
        confidence = _confidence(text, hit, head, _at_hand(lexicon, hit.entry.intent, context))
        if confidence:
            score = found.setdefault(hit.entry.intent, Score(hit.entry.intent))
            if _denied(lexicon, hit.entry.intent, text, hit.start):
                score.denied = score.denied or hit.entry.kind != "weak"
                continue
            score.later = hit.entry.kind == "later"
            score.headed = score.headed or (hit.start <= head and hit.entry.kind != "weak")
            score.speak(confidence, () if hit.entry.kind == "weak" else ((hit.start, hit.end),))
    for intent, whole, words in shapes:
        if _denied(lexicon, intent, text, whole[0]):
            found.setdefault(intent, Score(intent)).denied = True
            continue
        confidence = SHAPE if _may_shape(lexicon, intent, context) else 0.6
        found.setdefault(intent, Score(intent)).speak(confidence, (words,))
    if not any(score.confidence >= WHOLE for score in found.values()):
        for slip in slips(text, head, lexicon):
            if slip.intent in found and found[slip.intent].denied:
                continue  # 别建线索 is no slip of 新建线索
            for other in found.values():
                # The one character that is right on its own (查 of 查虫) was part of the misspelt word.
                other.confidence = min(other.confidence, WEAK)
            score = found.setdefault(slip.intent, Score(slip.intent))
            score.slip, score.headed = slip.word, True
            score.speak(SLIP, ((slip.start, slip.end),))
            score.confidence = min(score.confidence, 0.78)
    return sorted(found.values(), key=lambda score: (-score.confidence, score.later, score.intent))


def _shapes(text: str, head: int, lexicon: Lexicon) -> list[tuple[str, Span, Span]]:
    """The shapes that fit, behind courtesy or with it: intent, the whole, and its words of command.

    These are its group `w`, else all of it.
    """
    ways = ((text[head:], head), (text, 0)) if head else ((text, 0),)
    found = []
    for intent, shape in lexicon.shapes:
        for said, ahead in ways:
            hit = shape(said)
            if hit:
                start, end = hit.span("w") if hit.groupdict().get("w") is not None else hit.span()
                whole = (hit.start() + ahead, hit.end() + ahead)
                found.append((intent, whole, (start + ahead, end + ahead)))
                break
    return found


def _head(spots: Spots) -> int:
    """Where the message really begins: behind fillers and courtesy."""
    text, at = spots.text, 0
    while True:
        courtesy = _BEFORE_HEAD.match(text, at)
        end = courtesy.end() if courtesy else at
        for start, stop in spots.fillers:
            if start == end:
                end = stop
        if end == at:
            return at
        at = end


def _confidence(text: str, hit: Hit, head: int, at_hand: bool | None) -> float:
    entry, length = hit.entry, hit.end - hit.start
    if entry.kind == "weak":
        apart = hit.start > head and length < 3
        return CONTEXT if at_hand else (FAINT if at_hand is False or apart else WEAK)
    whole = _edge(text, hit.start - 1) and _edge(text, hit.end)
    if hit.start <= head:
        short = length == 1 and not entry.latin
        confidence = (WEAK if entry.kind == "later" and not whole else HEAD_SHORT) if short else HEAD
    elif entry.word in AT_HEAD:
        confidence = 0.0
    elif (whole and length > 1) or entry.word in LOUD:
        confidence = WHOLE
    elif length > 2 or (entry.kind == "later" and length > 1):
        confidence = INSIDE if length > 2 else 0.55
    else:
        confidence = FAINT if length > 1 else 0.0
    return confidence - 0.02 if entry.kind == "later" else confidence


def _edge(text: str, at: int) -> bool:
    return at < 0 or at >= len(text) or text[at] in _EDGE


def _inside_wider(hit: Hit, wide: Iterable[tuple[int, int, str]]) -> bool:
    """待办 inside 我的待办 says nothing of its own; a command's own shape takes nothing from its words."""
    return any(
        start <= hit.start and hit.end <= end and end - start > hit.end - hit.start
        for start, end, intent in wide
        if intent != hit.entry.intent
    )


def _denied(lexicon: Lexicon, intent: str, text: str, start: int) -> bool:
    command = lexicon.commands.get(intent)
    return denied_at(text, start, reads=command is None or command.reads)


def nouns_at_hand(context: Context) -> set[str]:
    """What the conversation is about."""
    said = (context.pending, context.focus, context.push, context.last, context.list)
    nouns = {one.partition(".")[0] for one in said if one}
    return nouns | ({"list"} if context.list else set())


def _at_hand(lexicon: Lexicon, intent: str, context: Context) -> bool | None:
    """Whether the conversation holds what the command is about; None when it is about nothing."""
    command = lexicon.commands.get(intent)
    if command is None or not command.about:
        return None
    return not nouns_at_hand(context).isdisjoint(command.about)


def _may_shape(lexicon: Lexicon, intent: str, context: Context) -> bool:
    command = lexicon.commands[intent]
    return "list" not in command.about or bool(context.list)
