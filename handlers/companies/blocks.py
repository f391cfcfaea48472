"""Blocking: short strings that near names share, so that an index finds the few worth comparing.

The store keeps one row (block, record) per block of a name and asks with `probes` of the name that was said:
`… WHERE block IN (probes) GROUP BY record ORDER BY count(*) DESC LIMIT 60`. All blocks are made of loose
syllables, so homophones share them. Their first character says what they hold:

- `a` place and core in any order
- `b` the same with one piece missing, and the line of business: one character wrong, missing or added
- `c` core and line of business: place unsaid
- `f` core of a name that says more than its core; `s` a name that is only a core. A bare core asks for both,
  a fuller name only for `s`, so that a common brand does not bring all its namesakes
"""

from handlers.companies.names import Name, parts
from handlers.companies.sounds import loose_syllables

MOST = 12
_PIECES = 6  # longer names are told by their first pieces


def blocks(name: str | Name) -> tuple[str, ...]:
    """What the store keeps for a name: at most 12 strings."""
    it = name if isinstance(name, Name) else parts(name)
    found = _shared(it)
    cores = _cores(it)
    if it.place or it.lines or len(cores) > 1:
        found += [_text("f", core) for core in cores]
    if not it.place and not it.lines:
        found.append(_text("s", cores[0]))
    return tuple(dict.fromkeys(found))[:MOST] if it.core else ()


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
    found = [_text("a", sorted(sign))]
    head = _head(it)
    if head:
        found.append(_text("a", sorted(head)))
    if line:
        found += [_text("c", core) + line for core in _cores(it)]
    whole = sorted(sign)
    kind = "b" if line else "a"  # without a line of business the missing piece may be half a trade word
    found.append(_text(kind, whole) + line)
    if len(sign) > 2:
        found += [_text(kind, whole[:i] + whole[i + 1 :]) + line for i in range(len(whole))]
    return found


def _head(it: Name) -> tuple[str, ...]:
    """Place and core without its last two pieces, which may be a trade word that no table knows."""
    core = loose_syllables(it.core)
    if it.lines or len(core) < (4 if it.place else 6):
        return ()
    return (loose_syllables(it.place) + core[:-2])[:_PIECES]


def _cores(it: Name) -> list[tuple[str, ...]]:
    """The core, and what it may be when it begins with a place that no table knows."""
    core = loose_syllables(it.core)
    ends = (
        [core]
        if it.place or len(core) < 4
        else [core, core[2:], core[3:]]
        if len(core) > 4
        else [core, core[2:]]
    )
    return [end[:_PIECES] for end in ends]


def _text(kind: str, pieces: tuple[str, ...] | list[str]) -> str:
    return kind + "".join(pieces)[:60]
