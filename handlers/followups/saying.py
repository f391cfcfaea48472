"""What of a message is the follow-up itself: all that was said, and nothing that stands elsewhere. Pure."""

import re
from collections.abc import Iterable, Sequence

from handlers.companies.sounds import loose_syllables
from handlers.language.fold import fold

Span = tuple[int, int]
# A form says for itself which of its words are the content.
_FORM = re.compile(r"^\s*[/／]|(内容|情况|content)\s*[=＝:：]", re.I)
_BREAK = " \t\n,，;；。、:：!！?？"
_PLAN = re.compile(r"(?:下一?步|next step|next)\s*(?:是|就是|计划)?\s*[:：]?\s*$", re.I)
_DOUBLED = re.compile(r"([,，;；。、:：])(?:\s*[,，;；。、:：])+")


def whole_of(text: str, used: Sequence[tuple[str, int, int]], words: Iterable[str]) -> str:
    """The message without its words of command, a company that stands apart, and the next step.

    `used` tells which slot took which place of the text; `words` announce the command. Empty for a form.
    """
    folded = fold(text)
    if not folded.places or _FORM.search(text):
        return ""
    start = _behind_command(text, folded.places[0], words)
    gaps = [span for span in _companies(text, used, start) if span[0] >= start]
    gaps += _next_step(text, used)
    return _joined(text, start, sorted(gaps))


def _behind_command(text: str, start: int, words: Iterable[str]) -> int:
    for word in sorted(words, key=len, reverse=True):
        end = start + len(word)
        said, behind = text[start:end].lower(), text[end : end + 1] in ("", *_BREAK)
        if said == word.lower() and (behind or not word.isascii()):
            return end
        if behind and _sounds_like(said, word):
            return end
    return start


def _sounds_like(said: str, word: str) -> bool:
    """A slip of the input method: 跟近 is 跟进."""
    if len(said) != len(word) or not all("一" <= char <= "鿿" for char in said + word):
        return False
    return all(loose_syllables(one) == loose_syllables(other) for one, other in zip(said, word, strict=True))


def _companies(text: str, used: Sequence[tuple[str, int, int]], start: int) -> list[Span]:
    """The customer's name where it is a word of its own; inside a clause it is part of what was said."""
    return [
        (first, last)
        for slot, first, last in used
        if slot == "customer" and first < last and _apart(text, first, last, start)
    ]


def _apart(text: str, first: int, last: int, start: int) -> bool:
    before = first <= start or text[first - 1] in _BREAK
    return before and (last >= len(text) or text[last] in _BREAK)


def _next_step(text: str, used: Sequence[tuple[str, int, int]]) -> list[Span]:
    """When and what comes next, if both were said: it stands in fields of its own."""
    found = {slot: (first, last) for slot, first, last in used if slot in ("next_at", "next_action")}
    if len(found) < 2:
        return []
    (first, end), (second, last) = sorted(found.values())
    spans = [(first, last)] if not set(text[end:second]) & set(_BREAK[3:]) else [(first, end), (second, last)]
    label = _PLAN.search(text, 0, first)
    return [(label.start(), spans[0][1]), *spans[1:]] if label else spans


def _joined(text: str, start: int, gaps: Sequence[Span]) -> str:
    kept, at = [], start
    for first, last in gaps:
        kept.append(text[at : max(at, first)])
        at = max(at, last)
    words = re.sub(r"[ \u3000]+", " ", "".join([*kept, text[at:]]))
    return _DOUBLED.sub(r"\1", words).strip(_BREAK)
