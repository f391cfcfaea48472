"""Blocking: short strings that near names share, so that an index finds the few worth comparing.

The store keeps one row (block, record) per block of a name and asks with `probes` of the name that was said.
All blocks are made of loose syllables, so homophones share them. Their first character says what they hold:

- `a` place and core in any order
- `b` the same with one piece missing, and the line of business: one character wrong, missing or added
- `c` core and line of business: place unsaid, the trade said in other words
- `f` core of a name that says more than its core; `s` a name that is only a core. A bare core asks for both,
  a fuller name only for `s`, so that a common brand does not bring all its namesakes
- `h` the first four or five pieces of the name, and of what follows its place: whatever the trade word is,
  known to a table or not, mistyped or left out, place and brand stand before it
"""

from handlers.companies.names import Name, parts
from handlers.companies.sounds import loose_syllables

MOST = 16
_PIECES = 6  # longer names are told by their first pieces
_HEAD = 4  # place and brand, or brand and trade
_PLACES = (2, 3)  # how long a place may be that no table knows

Pieces = tuple[str, ...]


def blocks(name: str | Name) -> tuple[str, ...]:
    """What the store keeps for a name: at most 16 strings."""
    it = name if isinstance(name, Name) else parts(name)
    if not it.core:
        return ()
    cores = _cores(it)
    found = _shared(it)
    if it.place or it.lines or len(cores) > 1:
        found += [_text("f", core) for core in cores]
    if not it.place and not it.lines:
        found.append(_text("s", cores[0]))
    return tuple(dict.fromkeys(found))[:MOST]


def probes(name: str | Name) -> tuple[str, ...]:
    """What to look for when a name is said: its blocks, but bare brands only when it is one or they are."""
    it = name if isinstance(name, Name) else parts(name)
    if not it.core:
        return ()
    cores = _cores(it)
    found = _shared(it) + [_text("s", core) for core in cores]
    if not it.place and not it.lines:
        found.append(_text("f", cores[0]))
    return tuple(dict.fromkeys(found))[: MOST + 2]


def _shared(it: Name) -> list[str]:
    sign = loose_syllables(it.sign)[:_PIECES]
    line = f"~{it.lines[0]}" if it.lines else ""
    whole = sorted(sign)
    found = [_text("a", whole), *_heads(it)]
    if line:
        found.append(_text("c", loose_syllables(it.core)[:_PIECES]) + line)
    kind = "b" if line else "a"  # without a line of business the missing piece may be half a trade word
    found.append(_text(kind, whole) + line)
    if len(sign) > 2:
        found += [_text(kind, whole[:i] + whole[i + 1 :]) + line for i in range(len(whole))]
    return found


def _heads(it: Name) -> list[str]:
    whole = loose_syllables(it.sign + it.trade)
    begins = [len(loose_syllables(it.place))] if it.place else list(_PLACES)
    found = [_text("h", whole[:size]) for size in (_HEAD, _HEAD + 1) if len(whole) >= size]
    behind = [whole[begin : begin + _HEAD] for begin in begins]
    return found + [_text("h", pieces) for pieces in behind if len(pieces) == _HEAD]


def _cores(it: Name) -> list[Pieces]:
    """The core, and what it may be when it begins with a place that no table knows."""
    core = loose_syllables(it.core)
    ends = [core]
    if not it.place:
        ends += [core[begin:] for begin in _PLACES if len(core) >= begin + 2]
    return [end[:_PIECES] for end in ends]


def _text(kind: str, pieces: Pieces | list[str]) -> str:
    return kind + "".join(pieces)[:60]
