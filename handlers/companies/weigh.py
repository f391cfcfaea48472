"""How far two names agree in place, brand and trade, the legal form apart.

Each part counts by how much it distinguishes. Many companies share a place or a trade, and people are free
with both; a brand is chosen to differ. So a wrong character is a slip in the trade, in the brand only when
it sounds or looks like the right one; and people leave pieces out, but they do not think any up.
"""

from handlers.companies import places
from handlers.companies.likeness import ALIKE, Likeness, abbreviates, likeness
from handlers.companies.names import Name
from handlers.companies.sounds import loose_syllables
from handlers.companies.trade_table import trades

ENOUGH = 0.6  # scores below are different companies
_BRAND = 3  # pieces after the place that may be the brand
_UNKNOWN_PLACES = (2, 3)  # how long a place may be that no table knows
_PLACE_AND_BRAND = 5  # pieces that may be both, when no table knows the place
_SLIP, _SHORTENED, _TOLD_APART = 0.8, 0.72, 0.3
_HEARD = 0.93  # the rest is not written the same, only heard the same
_PLACE_UNSAID, _TRADE_UNSAID, _BOTH_UNSAID = 0.9, 0.86, 0.82
_TWO_UNKNOWN = 0.84  # two pieces left out before a brand: a place, though no table knows it
_THREE_UNKNOWN = 0.7  # three: a place, or one of two characters and another brand
_OTHER_WORD, _ELSEWHERE = 0.97, 0.7  # another word for one line; the same when the place is unsaid


def whole(said: Name, known: Name) -> tuple[float, str]:
    """Score and reason from place, core and trade."""
    name = likeness(said.sign + said.trade, known.sign + known.trade)
    if name.kind in ("equal", "sound"):
        return (0.98, "同名") if name.kind == "equal" else (0.94 if name.exact else 0.88, name.reason)
    trade, trade_reason = _trade(said, known)
    if said.place and known.place and said.place != known.place and places.agree(said.places, known.places):
        core = likeness(said.core, known.core)
        return 0.95 * trade * _alike(core, said, known), core.reason or "简称"
    core = likeness(said.sign, known.sign)
    score = _sign(core, said, known) * trade * (1.0 if core.alone else _HEARD)
    reason = core.reason or ("简称" if core.kind in ("before", "after", "between") else "") or trade_reason
    if score >= ENOUGH:
        return score, reason
    comparable = trade >= _ELSEWHERE or not (said.lines and known.lines)
    if comparable and (inside := _inside(said, known)):
        return inside, "简称"
    if slip := _slip(name, said, known):
        return slip, name.reason
    return (_SHORTENED, "简称") if abbreviates(said, known) else (score, core.reason or trade_reason)


def _sign(core: Likeness, said: Name, known: Name) -> float:
    """Score of place and core together."""
    if core.kind in ("before", "after", "between"):
        short, long = sorted((said, known), key=lambda one: (len(one.sign), one.sign, one.full))
        return _longer(core, short, long)
    return _alike(core, said, known)


def _longer(core: Likeness, short: Name, long: Name) -> float:
    """One sign is the other with pieces added at one spot: a place, a district, an unknown trade."""
    place = len(loose_syllables(long.place))
    if core.telling and not (core.kind == "before" and core.extra == place):
        return _SHORTENED if core.kind == "after" and not short.lines else _TOLD_APART
    if core.kind == "before" and not short.place and core.extra <= 4:
        if place:
            return _PLACE_UNSAID if core.extra == place else _TOLD_APART
        return _TWO_UNKNOWN if core.extra == _UNKNOWN_PLACES[0] else _THREE_UNKNOWN
    if core.kind == "after" and not short.lines:
        return _TRADE_UNSAID if len(short.core) > 1 else 0.0
    if core.kind == "between" and core.at == len(short.place) and core.at and core.extra <= 3:
        return _SHORTENED
    return _TOLD_APART


def _alike(core: Likeness, said: Name, known: Name) -> float:
    """Score of a difference in one spot of place or brand."""
    if core.kind in ("equal", "sound"):
        return ALIKE[core.kind]
    shared = bool(set(said.lines) & set(known.lines))
    long_enough = core.alone or min(len(said.core), len(known.core)) >= 3
    allowed = {
        "turned": shared or not (said.lines or known.lines),
        "near": core.at >= _brand_end(said, known),
        "changed": core.looks and not core.telling and long_enough,
        "added": core.doubled or (core.longer and not core.telling and _left_out(core, said, known, shared)),
    }
    return ALIKE[core.kind] if allowed.get(core.kind, False) else _TOLD_APART * (core.kind != "none")


def _left_out(core: Likeness, said: Name, known: Name, shared: bool) -> bool:
    """Whether `said` may lack a piece that was meant, in names as short as these."""
    if not core.alone or not (shared or (not (said.lines or known.lines) and len(said.core) >= 4)):
        return False
    return said.place == known.place != "" or len(said.sign) >= 3


def _brand_end(said: Name, known: Name) -> int:
    """Where the brand has ended at the latest, when no trade word says so."""
    if said.place and said.place == known.place:
        return len(loose_syllables(said.place)) + _BRAND
    return _PLACE_AND_BRAND


def _slip(name: Likeness, said: Name, known: Name) -> float:
    """One piece wrong, missing or too many behind the brand: the trade word is known on one side at most."""
    if name.kind not in ("changed", "added", "near") or name.telling:
        return 0.0
    if name.doubled:
        return _SLIP
    ends = [_told_until(one) for one in (said, known)]
    more = name.kind == "added"  # at the end of a brand it may be more brand: 恒达 and 恒达通
    behind = name.at >= min(ends) + more or name.at >= _brand_end(said, known) + more
    return _SLIP if behind and name.at < max(ends) else 0.0


def _told_until(it: Name) -> int:
    """Where the first trade word begins that is written as a table has it."""
    mistyped = any(word not in trades() for word in it.trades)
    return len(loose_syllables(it.sign + it.trade if mistyped else it.sign))


def _inside(said: Name, known: Name) -> float:
    """One name stands in the other, with a place before it, more trade after it, or both."""
    lesser, fuller = sorted((said, known), key=lambda one: (len(_pieces(one)), one.full))
    short, long = _pieces(lesser), _pieces(fuller)
    begins = (0,) if lesser.place else (0, len(fuller.place)) if fuller.place else (0, *_UNKNOWN_PLACES)
    for begin in begins:
        rest = len(long) - begin - len(short)
        if len(short) >= 4 and rest >= 0 and rest != 1 and long[begin : begin + len(short)] == short:
            if begin == _UNKNOWN_PLACES[-1] and not fuller.place:
                return _THREE_UNKNOWN
            return _BOTH_UNSAID if begin and rest else _TRADE_UNSAID if rest else _PLACE_UNSAID
    return 0.0


def _pieces(it: Name) -> tuple[str, ...]:
    return loose_syllables(it.sign + it.trade)


def _trade(said: Name, known: Name) -> tuple[float, str]:
    """How well the lines of business go together, as a factor."""
    ours, theirs = set(said.lines), set(known.lines)
    if said.trades == known.trades:
        return 1.0, ""
    if not ours or not theirs:
        filler_only = (not ours and said.trades) or (not theirs and known.trades)
        return (0.86 if filler_only else 0.9), "简称"
    # Two words for one line are one trade at one place; when no place is said they hardly tell anything.
    sure = bool(said.place and known.place) or _share_a_word(said.trades, known.trades)
    far = 1.0 if sure else _ELSEWHERE
    if ours == theirs:
        return _OTHER_WORD * far, "行业词不同"
    if ours < theirs or theirs < ours:
        return 0.95 * far, "简称"
    if ours & theirs:
        return 0.78 * far, "行业词不同"
    return 0.45, "行业不同"


def _share_a_word(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """隧道 and 隧道工程 are one word, 网络 and 软件 are two for one line."""
    return any(one.startswith(other) or other.startswith(one) for one in ours for other in theirs)
