"""Names that a sentence holds only by their sound: typed in pinyin or initials, or with other characters.

What is found here is a guess, to be shown back before it is used.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from handlers.companies.names import Name
from handlers.companies.sounds import initials, loose_syllables, pinyin

Way = Literal["pinyin", "initials", "sound"]
_WORD = re.compile("[a-z]+")
_HAN = re.compile("[一-鿿]+")
_SPELLED, _INITIALS = range(6, 60), range(3, 12)  # how many letters may be pinyin or initials
_WINDOW = 4  # syllables of a block `h`
_WORDS, _JOINED = 60, 8  # Latin words of one message; syllables typed apart
_MOST = 300  # keys of one message
# Syllables that a phone's dictation takes for each other, though careless ears hear them apart.
_TAKEN = (
    (re.compile("ian$"), "in"),
    (re.compile("in$"), "ian"),
    (re.compile("^f"), "h"),
    (re.compile("^h"), "f"),
)


def keys_heard(text: str) -> list[str]:
    """The keys of records whose name may sound in this folded text."""
    found = []
    for _, letters, alone in _spelled(text):
        found += [f"pinyin:{letters}"] * (len(letters) in _SPELLED)
        found += [f"initials:{letters}"] * (alone and len(letters) in _INITIALS)
    for run in _HAN.finditer(text):
        sounds = loose_syllables(run.group())
        for at in range(len(sounds) - _WINDOW + 1):
            found += [f"b:h{''.join(heard)}" for heard in _variants(sounds[at : at + _WINDOW])]
            if len(found) >= _MOST:
                return found[:_MOST]
    return found[:_MOST]


def heard_at(text: str, name: Name) -> tuple[int, int, Way] | None:
    """Where the name sounds in the folded text, and in which way; the longest form of it first."""
    forms = sorted({name.sign + name.trade, name.stem, name.sign}, key=lambda form: (-len(form), form))
    for span, letters, alone in _spelled(text):
        if len(letters) in _SPELLED and letters in {pinyin(form) for form in forms}:
            return *span, "pinyin"
        short = alone and len(letters) in _INITIALS
        if short and letters in {initials(form) for form in forms if not form.isascii()}:
            return *span, "initials"
    for form in forms:
        wanted = loose_syllables(form)
        if len(wanted) < _WINDOW or not _HAN.fullmatch(form):
            continue
        for run in _HAN.finditer(text):
            sounds = loose_syllables(run.group())
            for at in range(len(sounds) - len(wanted) + 1):
                if _sounds(sounds[at : at + len(wanted)], wanted):
                    return run.start() + at, run.start() + at + len(wanted), "sound"
    return None


def _spelled(text: str) -> Iterator[tuple[tuple[int, int], str, bool]]:
    """Latin words, alone and joined with those right after them: where, their letters, and whether alone."""
    words = list(_WORD.finditer(text))[:_WORDS]
    for at, first in enumerate(words):
        end, letters = first.start(), ""
        for word in words[at : at + _JOINED]:
            if letters and text[end : word.start()] not in (" ", "'"):
                break
            end, letters = word.end(), letters + word.group()
            yield (first.start(), end), letters, letters == first.group()


def _variants(sounds: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The syllables as heard, and with one of them taken for another."""
    yield sounds
    for at, sound in enumerate(sounds):
        for taken in _others(sound):
            yield (*sounds[:at], taken, *sounds[at + 1 :])


@lru_cache(1024)  # there are some four hundred syllables
def _others(sound: str) -> set[str]:
    return {pattern.sub(other, sound) for pattern, other in _TAKEN} - {sound}


def _sounds(heard: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether it is the name by sound, at most one syllable of it taken for another."""
    apart = [(one, other) for one, other in zip(heard, wanted, strict=True) if one != other]
    return not apart or (len(apart) == 1 and apart[0][1] in _others(apart[0][0]))
