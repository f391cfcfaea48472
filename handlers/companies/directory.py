"""A prepared list of the companies a person may see: looks names up, and finds them inside sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from handlers.companies.fold import MOST, folded, folded_in_place
from handlers.companies.names import Name, parts
from handlers.companies.places import conflict
from handlers.companies.rank import AT_MOST, Candidate, hits
from handlers.companies.sounds import initials, loose_syllables, pinyins, units
from handlers.language.found import Found

How = Literal["name", "alias", "core", "pinyin", "initials", "sound", "near", ""]
_SHOWN_BACK: frozenset[How] = frozenset(("initials", "sound", "near"))
LONGEST_TEXT = 2000  # characters of a message that are searched
_SLICE = 50_000  # names in one C call, which holds the event loop
_ALIKE = 66.0
_LATIN = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
_Index = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name means: one record, several (at most five, to be asked about) or none, and by which rule."""

    kind: Literal["one", "several", "none"]
    picks: tuple[Candidate, ...] = ()
    how: How = ""
    shown_back: bool = False  # read only with some guessing: say what was understood before using it


@dataclass(frozen=True, slots=True)
class Mention:
    """Records that the words in a sentence may mean, in the directory's order."""

    ids: tuple[int, ...]
    how: How
    shown_back: bool = False


class Directory:
    """Indexes over candidates; about 0.15 ms per candidate to prepare, microseconds to ask."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._all = tuple(candidates)
        self._exact: _Index = {}
        self._alias: _Index = {}
        self._core: _Index = {}
        self._pinyin: _Index = {}
        self._initials: _Index = {}
        self._sound: _Index = {}
        self._surfaces: dict[str, tuple[How, list[int]]] = {}
        names = [parts(candidate.full) for candidate in self._all]
        for number, (candidate, full) in enumerate(zip(self._all, names, strict=True)):
            self._learn(number, full, [parts(other) for other in candidate.others])
        self._places = [name.places for name in names]
        self._names = [_said_name(name) for name in names]
        self._lengths = _lengths((surface[:2], len(surface)) for surface in self._surfaces)
        self._sound_lengths = _lengths(
            ("|".join(key.split("|")[:2]), key.count("|") + 1) for key in self._sound if key.count("|") >= 2
        )

    def _learn(self, number: int, full: Name, others: list[Name]) -> None:
        for text in {full.full, full.normal, _said_name(full)}:
            _put(self._exact, text, number)
            self._surface(text, "name", number)
        for alias in others:
            for text in {alias.full, alias.normal}:
                _put(self._alias, text, number)
            self._surface(alias.full, "alias", number)
        for text in _cores(full):
            _put(self._core, text, number)
            if text != full.core or len(text) >= 3:  # a brand of two characters stands in too many words
                self._surface(text, "core", number)
        for text in {*_cores(full), *(_said_name(name) for name in (full, *others))}:
            self._learn_sound(number, text)

    def _learn_sound(self, number: int, text: str) -> None:
        if text.isascii():
            _put(self._pinyin, text.replace(" ", ""), number)
            return
        for spelling in pinyins(text):
            _put(self._pinyin, spelling, number)
        if len(text) >= 2:
            _put(self._initials, initials(text), number)
            _put(self._sound, "|".join(loose_syllables(text)), number)

    def _surface(self, text: str, how: How, number: int) -> None:
        if len(text) < 2:
            return
        _, numbers = self._surfaces.setdefault(text, (how, []))
        if number not in numbers:
            numbers.append(number)

    def resolve(self, said: str, *, guess: bool = True) -> Resolution:
        """What a name means, by the first rule that gives anything.

        Exact name, short name or alias, core, pinyin, initials, near-homophone; with `guess` also a slip
        (some milliseconds at 50 000 names).
        """
        name = parts(said)
        if not name.core:
            return Resolution("none")
        for how, found in self._rules(name):
            fitting = [n for n in dict.fromkeys(found) if not conflict(name.places, self._places[n])]
            if fitting:
                picks = tuple(self._all[n] for n in fitting[:AT_MOST])
                return Resolution("one" if len(fitting) == 1 else "several", picks, how, how in _SHOWN_BACK)
        return self._near(name) if guess else Resolution("none")

    def _rules(self, name: Name) -> Iterator[tuple[How, list[int]]]:
        plain = _said_name(name)
        yield "name", [*self._exact.get(name.full, ()), *self._exact.get(name.normal, ())]
        yield "alias", [*self._alias.get(name.full, ()), *self._alias.get(name.normal, ())]
        yield "core", self._core.get(plain, []) or (self._core.get(name.stem, []) if name.place else [])
        if plain.isascii():
            letters = re.sub(r"[^a-z0-9]", "", name.full)
            yield "pinyin", self._pinyin.get(letters, [])
            yield "initials", self._initials.get(letters, []) if len(letters) >= 2 else []
        else:
            yield "sound", self._sound.get("|".join(loose_syllables(plain)), [])

    def _near(self, name: Name) -> Resolution:
        plain = _said_name(name)
        if len(units(plain)) < 3:
            return Resolution("none")
        near: list[Candidate] = []
        for start in range(0, len(self._names), _SLICE):
            names = self._names[start : start + _SLICE]
            found = process.extract(plain, names, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=20)
            near += [self._all[start + index] for _, _, index in found]
        picks = tuple(hit.candidate for hit in hits(name, near))
        if not picks:
            return Resolution("none")
        return Resolution("one" if len(picks) == 1 else "several", picks, "near", shown_back=True)

    def find_in(self, text: str) -> list[Found[Mention]]:
        """Known companies in a sentence, left to right, the longest at each spot; linear in the text."""
        plain = folded_in_place(text[:LONGEST_TEXT])
        written, heard = list(self._written(plain, text)), list(self._heard(plain, text))
        heard = [one for one in heard if all(_apart(one, other) or _wider(one, other) for other in written)]
        found = heard + [one for one in written if all(_apart(one, other) for other in heard)]
        taken = {at for one in found for at in range(one.start, one.end)}
        found += [one for one in self._spelled(plain, text) if taken.isdisjoint(range(one.start, one.end))]
        return sorted(found, key=lambda one: one.start)

    def _written(self, plain: str, text: str) -> Iterator[Found[Mention]]:
        at = 0
        while at < len(plain) - 1:
            for length in self._lengths.get(plain[at : at + 2], ()):
                word = plain[at : at + length]
                if len(word) < length:  # at the end of the text a longer name reads like a shorter one
                    continue
                if word in self._surfaces and _whole(plain, at, at + length):
                    how, numbers = self._surfaces[word]
                    yield self._found(at, at + length, text, numbers, how)
                    at += length
                    break
            else:
                at += 1

    def _spelled(self, plain: str, text: str) -> Iterator[Found[Mention]]:
        for run in _LATIN.finditer(plain):
            letters = re.sub(r"[ ']", "", run.group())
            if not 3 <= len(letters) <= MOST:
                continue
            if len(letters) >= 4 and letters in self._pinyin:
                yield self._found(run.start(), run.end(), text, self._pinyin[letters], "pinyin")
            elif letters in self._initials and letters == run.group():
                yield self._found(run.start(), run.end(), text, self._initials[letters], "initials")

    def _heard(self, plain: str, text: str) -> Iterator[Found[Mention]]:
        sounds = [loose_syllables(char)[0] if "一" <= char <= "鿿" else "" for char in plain]
        at = 0
        while at < len(plain) - 2:
            for length in self._sound_lengths.get(f"{sounds[at]}|{sounds[at + 1]}", ()):
                heard = sounds[at : at + length]
                numbers = self._sound.get("|".join(heard)) if len(heard) == length else None
                if numbers:
                    yield self._found(at, at + length, text, numbers, "sound")
                    at += length - 1
                    break
            at += 1

    def _found(self, start: int, end: int, text: str, numbers: list[int], how: How) -> Found[Mention]:
        ids = tuple(self._all[n].id for n in numbers)
        guessed = how in _SHOWN_BACK
        return Found(start, end, Mention(ids, how, guessed), text[start:end], approx=guessed)


def _said_name(name: Name) -> str:
    """Place, core, trade and branch: the name without its legal form."""
    return name.sign + name.trade + name.branch


def _cores(name: Name) -> set[str]:
    """The shorter names people use: 恒通, 恒通路桥, 徐州恒通, 徐州恒通路桥, each with its branch."""
    stems = {name.core + "".join(name.trades[:n]) for n in range(len(name.trades) + 1)}
    return {place + stem + name.branch for place in {"", name.place} for stem in stems}


def _put(index: _Index, text: str, number: int) -> None:
    numbers = index.setdefault(text, [])
    if number not in numbers[-1:]:
        numbers.append(number)


def _lengths(pairs: Iterator[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for start, length in pairs:
        found.setdefault(start, set()).add(length)
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def _apart(one: Found[Mention], other: Found[Mention]) -> bool:
    return one.end <= other.start or other.end <= one.start


def _wider(one: Found[Mention], other: Found[Mention]) -> bool:
    """Whether `one` holds `other` in a longer word: 甬江港物 is no 甬江港."""
    return one.start <= other.start and other.end <= one.end and one.end - one.start > other.end - other.start


def _whole(plain: str, start: int, end: int) -> bool:
    """Latin words are found whole only: `abc` not inside `abcd`."""
    cut_before = start > 0 and plain[start].isascii() and plain[start].isalnum() and _letter(plain[start - 1])
    cut_after = (
        end < len(plain) and plain[end - 1].isascii() and plain[end - 1].isalnum() and _letter(plain[end])
    )
    return not cut_before and not cut_after


def _letter(char: str) -> bool:
    return char.isascii() and char.isalnum()


def resolve(said: str, candidates: Sequence[Candidate]) -> Resolution:
    """What a name means among a few candidates; for many questions keep a `Directory`."""
    return Directory(candidates).resolve(folded(said))
