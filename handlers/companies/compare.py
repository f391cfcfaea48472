"""Whether two names mean one company: same, near or different, with a score and the reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.companies import places
from handlers.companies.keys import settles
from handlers.companies.names import Name
from handlers.companies.weigh import whole

NEAR_FROM = 0.6  # scores below are different companies
_BRANCH_FACTOR = 0.8
_FORM_FACTOR = 0.9


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
    score, reason = whole(said, known)
    if score and said.branch != known.branch:
        score, reason = score * _BRANCH_FACTOR, "分支机构"
    elif said.kind != known.kind and said.form and known.form and score:
        score *= _FORM_FACTOR
        reason = "组织形式不同" if reason == "同名" else reason
    if score < NEAR_FROM:
        return Verdict(Same.DIFFERENT, round(score, 3), reason or "名称不同")
    return Verdict(Same.NEAR, round(score, 3), reason)
