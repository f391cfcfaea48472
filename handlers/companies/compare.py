"""Whether two names mean one company: same, near or different, with a score and the reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.companies import places
from handlers.companies.keys import settles
from handlers.companies.likeness import ALIKE, Likeness, abbreviates, likeness
from handlers.companies.names import Name

NEAR_FROM = 0.6  # scores below are different companies
_BRANCH_FACTOR = 0.8
_FORM_FACTOR = 0.9
_PLACE_ENDS = frozenset("州阳山江海城安宁河溪湖门口岭桥浦港泉川乡庄原水陵昌平湾屿堡屯")


class Same(StrEnum):
    """The three answers."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, how sure it is from 0 to 1, and why, in words a person of the company reads."""

    answer: Same
    score: float
    reason: str


def compare(said: Name, known: Name, aliases: Sequence[Name] = ()) -> Verdict:
    """Judges `said` against a known company and its other names; the best of them counts."""
    best = _pair(said, known)
    apart = _contradicts(said, known)
    for alias in aliases:
        if best.answer is Same.SAME:
            break
        other = _pair(said, alias)
        if other.score <= best.score or (apart and other.answer is not Same.SAME):
            continue
        if other.answer is Same.SAME and not settles(alias):
            other = Verdict(Same.NEAR, 0.96, "曾用名/别名")
        best = Verdict(other.answer, other.score, "曾用名/别名" if other.score >= 0.96 else other.reason)
    return best


def _contradicts(said: Name, known: Name) -> bool:
    """Whether place, number or trade speak against it, so that a shared brand (恒通) proves nothing."""
    ours, theirs = set(said.lines), set(known.lines)
    return (
        places.conflict(said.places, known.places)
        or bool(said.numbers and known.numbers and said.numbers != known.numbers)
        or bool(ours and theirs and not ours & theirs)
    )


def _pair(said: Name, known: Name) -> Verdict:
    if not said.core or not known.core:
        same = bool(said.full) and said.full == known.full
        return Verdict(Same.SAME, 1.0, "同名") if same else Verdict(Same.DIFFERENT, 0.0, "名称不同")
    if said.normal == known.normal:
        reason = "同名" if said.form == known.form else "仅组织形式不同"
        return Verdict(Same.SAME, 1.0, reason)
    if said.numbers and known.numbers and said.numbers != known.numbers:
        return Verdict(Same.DIFFERENT, 0.1, "编号不同")
    if places.conflict(said.places, known.places):
        return Verdict(Same.DIFFERENT, 0.2, "地区不同")
    score, reason = _whole(said, known)
    if score and said.branch != known.branch:
        score, reason = score * _BRANCH_FACTOR, "分支机构"
    elif said.kind != known.kind and score:
        score *= _FORM_FACTOR
        reason = "组织形式不同" if reason == "同名" else reason
    if score < NEAR_FROM:
        return Verdict(Same.DIFFERENT, round(score, 3), reason or "名称不同")
    return Verdict(Same.NEAR, round(score, 3), reason)


def _whole(said: Name, known: Name) -> tuple[float, str]:
    """Score and reason from place, core and trade, the legal form apart."""
    name = likeness(said.sign + said.trade, known.sign + known.trade)
    if name.kind in ("equal", "sound"):
        return (0.98, "同名") if name.kind == "equal" else (0.94 if name.exact else 0.88, name.reason)
    trade, trade_reason = _trade(said, known)
    short, long = sorted((said, known), key=lambda one: (len(one.sign), one.sign, one.full))
    if short.place and long.place and short.place != long.place and places.agree(short.places, long.places):
        core = likeness(short.core, long.core)
        allowed = _core_allows(core, short, long)
        return (0.95 * trade * ALIKE[core.kind] if allowed else 0.0), core.reason or "简称"
    core = likeness(said.sign, known.sign)
    score, reason = _sign(core, short, long)
    score *= trade * (1.0 if core.alone else 0.93)
    if score < NEAR_FROM and abbreviates(said, known):
        return 0.72, "简称"
    if score >= NEAR_FROM:
        return score, reason or trade_reason
    return max(score, _mistyped_trade(name, short, long)), reason or trade_reason


def _sign(core: Likeness, short: Name, long: Name) -> tuple[float, str]:
    """Score of place and core together."""
    if core.kind in ("before", "after", "between"):
        return _longer(core, short, long)
    if not _core_allows(core, short, long):
        return 0.3 * (core.kind != "none"), ""
    return ALIKE[core.kind], core.reason


def _longer(core: Likeness, short: Name, long: Name) -> tuple[float, str]:
    """One sign is the other with pieces added at one spot: a place, a district, an unknown trade."""
    extra = core.extra
    if core.telling and not (core.kind == "before" and extra == len(long.place)):
        return 0.66 if core.kind == "after" and not short.lines else 0.3, "简称"
    if core.kind == "before" and not short.place and extra <= 4:
        known_place = extra == len(long.place)
        return (0.9 if known_place else 0.84), "简称"
    if core.kind == "after" and not short.lines:
        return (0.86 if len(short.core) > 1 else 0.0), "简称"
    if core.kind == "between" and core.at == len(short.place) and core.at and extra <= 3:
        return 0.72, "简称"
    return 0.3, ""


def _core_allows(core: Likeness, short: Name, long: Name) -> bool:
    """Whether a difference of this kind may be a slip, in names as short as these."""
    shared = set(short.lines) & set(long.lines)
    if core.kind == "turned":
        return bool(shared) or not (short.lines or long.lines)
    if core.kind in ("equal", "sound", "near"):
        return True
    if core.kind not in ("changed", "added") or core.telling:
        return False
    least = min(len(short.core), len(long.core))
    if not core.alone:
        return core.looks and least >= 3
    if core.looks or core.at < min(len(short.place), len(long.place)):
        return True
    if not shared and (short.lines or long.lines or least < 4):
        return False
    placeless = not short.place and not long.place
    if core.kind == "changed" and placeless and core.at == 0 and long.core[1:2] in _PLACE_ENDS:
        return False  # 兰溪 and 慈溪 rather than one mistyped
    if core.kind == "added":
        return short.place == long.place != "" or len(short.sign) >= 3
    return not core.branded and (short.place == long.place != "" or least >= 4)


def _trade(said: Name, known: Name) -> tuple[float, str]:
    """How well the lines of business go together, as a factor."""
    ours, theirs = set(said.lines), set(known.lines)
    if ours == theirs:
        return (1.0, "") if said.trades == known.trades else (0.97, "行业词不同")
    if not ours or not theirs:
        filler_only = (not ours and said.trades) or (not theirs and known.trades)
        return (0.86 if filler_only else 0.9), "简称"
    if ours < theirs or theirs < ours:
        return 0.95, "简称"
    if ours & theirs:
        return 0.78, "行业词不同"
    return 0.45, "行业不同"


def _mistyped_trade(name: Likeness, short: Name, long: Name) -> float:
    """One slip behind the core, where only one side has a trade word that is known."""
    behind = min(len(short.sign), len(long.sign))
    slip = name.kind in ("changed", "added", "near") and not name.telling
    return 0.8 if slip and name.at >= behind and not (short.lines and long.lines) else 0.0
