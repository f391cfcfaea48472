"""A message made easy to match: one width, script, case and blank, and the way back to what was said."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

LIMIT = 2000
"""Characters read of one message, before and after folding (one sign may unfold into eighteen)."""

_MARKS_MAX = 8
"""Combining marks kept on one letter: more is a flood, and ordering them costs its square."""

_PLAIN = re.compile(r"[ -~。、“”‘’《》【】「」¥·—\u3007\u4e00-\u9fff]*")
_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
"""Full width to half, sign for sign: all that most Chinese sentences need of NFKC, at a tenth of the cost."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_BLANK = frozenset({"Cc", "Cs", "Zl", "Zp", "Zs"})
_HAN_BLANK = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


class Channel(StrEnum):
    """How the words reached us, told by a leading mark. Forwarded words are data, never a command."""

    PLAIN = ""
    MENTION = "mention"
    VOICE = "voice"
    FORWARD = "forward"


_LEADS = (
    (Channel.FORWARD, re.compile(r"[\[【(](?:转发)?的?聊天记录[\]】)][ :]*")),
    (Channel.VOICE, re.compile(r"[\[【(]语音(?:转文字)?[\]】)][ :]*")),
    (Channel.MENTION, re.compile(r"@ ?小二[ ,:、]*")),
)


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _simplifier() -> _Converter:
    """Traditional to simplified. Loaded at the first message (3 ms); only read afterwards, by any thread."""
    from opencc import OpenCC

    converter: _Converter = OpenCC("t2s")
    return converter


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded message. `text` is lower-case; `cased` is the same place by place, capitals as written (1.5M).

    Character i of `text` was `message[places[i]:ends[i]]`.
    """

    message: str
    text: str
    cased: str
    channel: Channel
    places: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> str:
        """What the person wrote for `text[start:end]`."""
        places, ends = self.places[start:end], self.ends[start:end]
        return self.message[places[0] : ends[-1]] if places else ""


def fold(text: str) -> Folded:
    """Fold one message; a leading `@小二`, `（语音转文字）` or `[转发聊天记录]` becomes its channel."""
    message = text[:LIMIT]
    places: Sequence[int] = range(len(message))
    ends: Sequence[int] = range(1, len(message) + 1)
    flat = message.translate(_WIDTH)
    if not _PLAIN.fullmatch(flat):
        flat, places, ends = _normalise(flat)
    if "  " in flat or flat[:1] == " " or flat[-1:] == " ":
        flat, places, ends = _squeeze(flat, places, ends)
    cased = _simplify(flat)
    channel, skip = _lead(cased)
    cased = cased[skip:]
    return Folded(message, _lower(cased), cased, channel, places[skip:], ends[skip:])


def same_text(one: str, other: str) -> bool:
    """Whether two texts are equal after folding; blanks beside Chinese characters do not count."""
    return _comparable(one) == _comparable(other)


def _comparable(text: str) -> str:
    return _HAN_BLANK.sub("", fold(text).text)


def _normalise(message: str) -> tuple[str, list[int], list[int]]:
    out: list[str] = []
    places: list[int] = []
    ends: list[int] = []
    for start, end, letters in _clusters(message):
        for char in unicodedata.normalize("NFKC", letters)[: LIMIT - len(out)]:
            if not _INVISIBLE.match(char):
                out.append(" " if unicodedata.category(char) in _BLANK else char)
                places.append(start)
                ends.append(end)
    return "".join(out), places, ends


def _clusters(message: str) -> list[tuple[int, int, str]]:
    """Letters with the marks that belong to them: where they stand, and what to fold."""
    found: list[tuple[int, int, list[str]]] = []
    for at, char in enumerate(message):
        if _INVISIBLE.match(char):
            continue
        if found and unicodedata.combining(char):
            start, _, letters = found[-1]
            if len(letters) <= _MARKS_MAX:
                letters.append(char)
            found[-1] = (start, at + 1, letters)
        else:
            found.append((at, at + 1, [char]))
    return [(start, end, "".join(letters)) for start, end, letters in found]


def _squeeze(text: str, places: Sequence[int], ends: Sequence[int]) -> tuple[str, list[int], list[int]]:
    """Runs of blanks become one, none is left at either end."""
    first = len(text) - len(text.lstrip(" "))
    last = len(text.rstrip(" "))
    keep = [at for at in range(first, last) if text[at] != " " or text[at - 1] != " "]
    return "".join(text[at] for at in keep), [places[at] for at in keep], [ends[at] for at in keep]


def _simplify(text: str) -> str:
    """Traditional to simplified, never changing the length: places must stay."""
    if text.isascii():
        return text
    simple = _simplifier().convert(text)
    return simple if len(simple) == len(text) else text


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def _lead(text: str) -> tuple[Channel, int]:
    """The channel of the leading marks (the most guarded of several), and their length."""
    channels = {Channel.PLAIN}
    at = 0
    for _ in range(4):
        for channel, mark in _LEADS:
            if found := mark.match(text, at):
                channels.add(channel)
                at = found.end()
    order = (Channel.FORWARD, Channel.VOICE, Channel.MENTION, Channel.PLAIN)
    return next(channel for channel in order if channel in channels), at
