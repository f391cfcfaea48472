"""How good answers are: precision, recall, F1, by kind, and the threshold that suits scores best."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.cases import Case
from benchmarks.sayings import CHANGES

# Companies by their place in the list, each with a score.
Answer = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Marks:
    """Counted strictly: a case is found once however many fit; every wrong company that is named counts."""

    asked: int
    found: int
    wrong: int

    @property
    def recall(self) -> float:
        """Of the companies that are there, how many were found."""
        return self.found / self.asked if self.asked else 0.0

    @property
    def precision(self) -> float:
        """Of what was named, how much was right."""
        return self.found / (self.found + self.wrong) if self.found else 0.0

    @property
    def f1(self) -> float:
        """Both in one."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def wrong_ones(case: Case, answer: Answer, threshold: float = 0.0) -> list[int]:
    """Companies that were named though what was said does not fit them."""
    right = case.fits | case.likely
    return [at for at, score in answer if score >= threshold and at not in right]


def is_found(case: Case, answer: Answer, threshold: float = 0.0) -> bool:
    """Whether one that fits was named."""
    return any(score >= threshold and at in case.fits for at, score in answer)


def mark(cases: Sequence[Case], answers: Sequence[Answer], threshold: float = 0.0) -> Marks:
    """The marks of these answers; scores below the threshold are not named."""
    pairs = list(zip(cases, answers, strict=True))
    return Marks(
        sum(bool(case.fits) for case in cases),
        sum(is_found(case, answer, threshold) for case, answer in pairs),
        sum(len(wrong_ones(case, answer, threshold)) for case, answer in pairs),
    )


def best_threshold(cases: Sequence[Case], answers: Sequence[Answer]) -> float:
    """The one with the highest F1; to be chosen on cases that are not the ones to be marked."""
    scores = sorted({round(score, 2) for answer in answers for _, score in answer})
    few = scores[:: max(1, len(scores) // 200)] or [0.0]
    return max(few, key=lambda threshold: mark(cases, answers, threshold).f1)


def shares(cases: Sequence[Case], answers: Sequence[Answer], threshold: float = 0.0) -> Mapping[str, float]:
    """By kind: of the changes how many were found, of the strangers how many were taken for somebody."""
    met: dict[str, list[bool]] = defaultdict(list)
    for case, answer in zip(cases, answers, strict=True):
        changed = case.kind in CHANGES
        hit = is_found(case, answer, threshold) if changed else bool(wrong_ones(case, answer, threshold))
        met[case.kind].append(hit)
    return {kind: sum(hits) / len(hits) for kind, hits in met.items()}
