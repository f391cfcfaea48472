"""How two words differ, piece by piece and syllable by syllable, when they differ in one spot."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA, Indel

from handlers.companies.alike_table import counted, look_alike, slipped_in, tells_apart
from handlers.companies.names import Name
from handlers.companies.sounds import loose_syllables, syllables, units

Kind = Literal["equal", "sound", "near", "changed", "added", "turned", "before", "after", "between", "none"]
ALIKE = {
    "equal": 1.0,
    "sound": 0.94,
    "near": 0.86,
    "turned": 0.82,
    "changed": 0.78,
    "added": 0.74,
} | dict.fromkeys(("before", "after", "between", "none"), 0.0)
_MANY = 7  # from this many pieces on, two slips are still a slip
_ALIKE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Likeness:
    """The kind of difference, where it begins, how many pieces are extra, and what they are."""

    kind: Kind
    at: int = 0
    extra: int = 0
    exact: bool = True  # sounds equal also to careful ears
    looks: bool = False  # the differing characters look alike, or one of them belongs into no name
    telling: bool = False  # numbers, letters, opposites: never a slip
    doubled: bool = False  # the added piece is its neighbour once more
    longer: bool = False  # the second of the two has the added pieces
    alone: bool = True  # everything else is written the same, not only heard the same

    @property
    def reason(self) -> str:
        """The difference in the reader's words; nothing when there is none."""
        return "近音" if self.kind == "sound" and not self.exact else _REASONS.get(self.kind, "")


_REASONS = {"sound": "同音", "near": "近似", "changed": "差一字", "added": "差一字", "turned": "字序不同"}
NONE = Likeness("none")


@lru_cache(8192)
def likeness(one: str, other: str) -> Likeness:
    """What kind of difference there is between two folded words; symmetric."""
    if one == other:
        return Likeness("equal")
    left, right = loose_syllables(one), loose_syllables(other)
    if left == right:
        return _heard(one, other)
    if len(left) > len(right):
        return replace(_unlike(other, one, right, left), longer=False)
    return _unlike(one, other, left, right)


def _unlike(one: str, other: str, left: tuple[str, ...], right: tuple[str, ...]) -> Likeness:
    """The difference between two words that sound different, the shorter first."""
    short, long = len(left), len(right)
    head = 0 if left == right[long - short :] else _common(left, right)  # all of it at the end: led by more
    tail = _common(left[: head - short - 1 : -1], right[: head - long - 1 : -1]) if head < short else 0
    if head + tail >= short - (short == long):
        mine, yours = units(one), units(other)
        rest = long - short or 1
        alone = mine[:head] == yours[:head] and mine[head + (short == long) :] == yours[head + rest :]
        if short < long:
            doubled = yours[head : head + rest] in (mine[max(0, head - 1) : head], mine[head : head + 1])
            added = _added(yours[head : head + rest], head, len(mine), doubled)
            return replace(added, alone=alone, longer=True)
        return replace(_changed(mine[head], yours[head], head), alone=alone)
    if short >= 2 and sorted(units(one)) == sorted(units(other)):
        return Likeness("turned", head)
    if short >= _MANY and OSA.distance(left, right, score_cutoff=2) <= 2:
        alike = Indel.normalized_similarity(left, right) >= _ALIKE_ENOUGH
        numbers = any(counted(piece) for piece in set(one) ^ set(other))
        return Likeness("near", head) if alike and not numbers else NONE
    return NONE


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same


def _heard(one: str, other: str) -> Likeness:
    pairs = [(a, b) for a, b in zip(units(one), units(other), strict=True) if a != b]
    if any(counted(a) and counted(b) for a, b in pairs):
        return Likeness("none", telling=True)
    return Likeness("sound", exact=syllables(one) == syllables(other))


def _changed(one: str, other: str, at: int) -> Likeness:
    if len(one) > 4 and len(other) > 4 and one.isascii() and other.isascii():
        slip = OSA.distance(one, other, score_cutoff=1) <= 1 and not (set(one) ^ set(other)) & set(
            "0123456789"
        )
        return Likeness("changed", at, looks=slip, telling=not slip)
    return Likeness(
        "changed",
        at,
        looks=look_alike(one, other) or slipped_in(one) != slipped_in(other),
        telling=tells_apart(one, other),
    )


def _added(pieces: tuple[str, ...], at: int, short: int, doubled: bool) -> Likeness:
    extra = len(pieces)
    telling = any(counted(piece) or piece.isascii() for piece in pieces)
    if extra == 1:
        return Likeness("added", at, 1, telling=telling, doubled=doubled)
    if at == 0:
        return Likeness("before", 0, extra, telling=telling)
    return Likeness("after" if at == short else "between", at, extra, telling=telling)


def abbreviates(one: Name, other: Name) -> bool:
    """Whether one name is the other with each of its parts cut short: 西山隧建 of 西山|隧道|建设."""
    short, long = sorted((one, other), key=lambda name: (len(name.sign + name.trade), name.sign))
    said = short.sign + short.trade
    if len(said) < 3 or said.isascii() or len(said) == len(long.sign + long.trade):
        return False
    return _covers(said, (long.place, long.core, *_characters(long.trades)), core_at=1)


def _characters(trades: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word[i : i + 2] for word in trades for i in range(0, len(word), 2))


def _covers(said: str, words: tuple[str, ...], core_at: int) -> bool:
    """Each word in turn gives a beginning; place and trade words may give none, a core gives all of it."""
    at = 0
    for index, word in enumerate(words):
        given = 0
        while at + given < len(said) and given < len(word) and said[at + given] == word[given]:
            given += 1
        if index == core_at and given < len(word):
            return False
        at += given
    return at == len(said)
