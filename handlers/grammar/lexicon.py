"""The declarations made ready for matching, once per set of commands."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from handlers.grammar.declared import Declared
from handlers.grammar.later import LATER
from handlers.slot_kinds import Type

Finder = Callable[[str], re.Match[str] | None]
Kind = Literal["word", "english", "weak", "later"]
NOTE_KEYS = ("备注", "日期", "原因", "note", "reason", "date")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word, and the command it announces."""

    word: str
    intent: str
    kind: Kind

    @property
    def latin(self) -> bool:
        """Whether it must stand between blanks."""
        return self.word.isascii()


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found at `[start, end)`."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by their first character, shapes by command, keys of the 键=值 form by their first character."""

    commands: Mapping[str, Declared]
    entries: Mapping[str, tuple[Entry, ...]]
    shapes: tuple[tuple[str, Finder], ...]
    pair: re.Pattern[str]
    code_keys: frozenset[str]

    def find(self, text: str) -> Iterator[Hit]:
        """Every word in the text, also one inside another."""
        for start, char in enumerate(text):
            for entry in self.entries.get(char, ()):
                if text.startswith(entry.word, start):
                    end = start + len(entry.word)
                    if not entry.latin or _apart(text, start, end):
                        yield Hit(entry, start, end)


def _apart(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_letter(before) and _letter(text[start])) and not (_letter(after) and _letter(text[end - 1]))


def _letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


_ready: dict[int, tuple[Mapping[str, Declared], int, Lexicon]] = {}


def lexicon_of(commands: Mapping[str, Declared]) -> Lexicon:
    """The lexicon of these commands; kept, because a router never changes once all nouns are loaded."""
    kept = _ready.get(id(commands))
    if kept is None or kept[0] is not commands or kept[1] != len(commands):
        if len(_ready) > 8:
            _ready.clear()
        kept = (commands, len(commands), _build(commands))
        _ready[id(commands)] = kept
    return kept[2]


def _build(commands: Mapping[str, Declared]) -> Lexicon:
    entries: dict[str, list[Entry]] = {}

    def learn(words: tuple[str, ...], intent: str, kind: Kind) -> None:
        for word in words:
            entries.setdefault(word[0].lower(), []).append(Entry(word.lower(), intent, kind))

    for command in commands.values():
        learn(command.words, command.intent, "word")
        learn(command.english, command.intent, "english")
        learn(command.weak, command.intent, "weak")
    for intent, words in LATER.items():
        if intent not in commands:
            learn(words, intent, "later")
    return Lexicon(
        commands,
        {char: tuple(sorted(found, key=lambda one: -len(one.word))) for char, found in entries.items()},
        tuple((command.intent, _finder(shape)) for command in commands.values() for shape in command.shapes),
        _pair_pattern(commands),
        frozenset(
            key
            for command in commands.values()
            for one in command.parameters
            if one.slot.type is Type.CODE
            for key in one.slot.keys
        ),
    )


def _finder(shape: str) -> Finder:
    """How a shape is looked for: one that must begin the message is tried there and nowhere else."""
    pattern = re.compile(shape, re.I)
    return pattern.match if shape.startswith("^") and not _has_ways(shape) else pattern.search


def _has_ways(shape: str) -> bool:
    """Whether there is a | outside all brackets, so that what stands behind it need not begin the message."""
    depth = 0
    bare = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", shape)
    for char in bare:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and depth == 0:
            return True
    return False


def _pair_pattern(commands: Mapping[str, Declared]) -> re.Pattern[str]:
    keys = {key for command in commands.values() for one in command.parameters for key in one.slot.keys}
    known = "|".join(
        sorted((re.escape(key) for key in {*keys, *NOTE_KEYS}), key=lambda key: (-len(key), key))
    )
    return re.compile(rf"(?:(?<=^)|(?<=[ ,;，；、]))(?P<key>{known}) ?[=:] ?", re.I)
