"""Command words that are off by a homophone or one character: 跟近 → 跟进, 工但 → 工单."""

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.companies.sounds import loose_syllables
from handlers.grammar.lexicon import Entry, Lexicon


@dataclass(frozen=True, slots=True)
class Slip:
    """What was meant by the misspelt word at `[start, end)`."""

    intent: str
    word: str
    start: int
    end: int


def slips(text: str, head: int, lexicon: Lexicon) -> Iterator[Slip]:
    """The command words that the head of the message nearly is. Words that must be exact are left out."""
    best: Slip | None = None
    for entries in lexicon.entries.values():
        for entry in entries:
            if entry.kind not in ("word", "english") or lexicon.commands[entry.intent].exact:
                continue
            for start in {0, head}:
                end = _nearly(text, start, entry)
                if end and (best is None or len(entry.word) > len(best.word)):
                    best = Slip(entry.intent, entry.word, start, end)
    if best:
        yield best


def _nearly(text: str, start: int, entry: Entry) -> int:
    """Where the misspelt word ends, 0 when it is another word."""
    word, length = entry.word, len(entry.word)
    if entry.latin:
        return _latin(text, start, word)
    said = text[start : start + length]
    if length < 2 or len(said) < length:
        return 0
    off = [at for at in range(length) if said[at] != word[at]]
    if len(off) != 1:
        return start + length if _swapped(said, word) else 0
    at = off[0]
    if said[at] in "这那哪每":
        return 0  # 这个线索 points at one, and is no slip of 录个线索
    if not "一" <= said[at] <= "鿿":
        return 0
    if loose_syllables(said[at]) == loose_syllables(word[at]):
        return start + length
    # Any other character may only be wrong where enough of the word is right.
    return start + length if length >= 4 or (length == 3 and at > 0) else 0


def _swapped(said: str, word: str) -> bool:
    """Two neighbours changed places in a word of three or more."""
    return len(word) > 2 and sorted(said) == sorted(word) and said != word and said[0] == word[0]


def _latin(text: str, start: int, word: str) -> int:
    """One letter too many, too few, wrong or swapped, in a word of five letters or more."""
    if len(word) < 5:
        return 0
    for length in (len(word), len(word) + 1, len(word) - 1):
        said, behind = text[start : start + length], text[start + length : start + length + 1]
        if len(said) == length and not behind.isalpha() and said[0] == word[0] and _one_off(said, word):
            return start + length
    return 0


def _one_off(said: str, word: str) -> bool:
    if len(said) == len(word):
        off = [at for at in range(len(word)) if said[at] != word[at]]
        swapped = len(off) == 2 and off[1] == off[0] + 1 and said[off[0]] == word[off[1]]
        return len(off) == 1 or (swapped and said[off[1]] == word[off[0]])
    short, long = sorted((said, word), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
