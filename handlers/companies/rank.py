"""Which of the candidates that an index gave are worth showing for a name that was said."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.companies.compare import Same, Verdict, compare
from handlers.companies.names import Name, parts

AT_MOST = 5
WITHIN = 0.12  # what scores this much less than the best is not what was meant


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known company: its record, full name, short name and other names."""

    id: int
    full: str
    short: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """Short name and aliases, without blanks among them."""
        return tuple(name for name in (self.short, *self.aliases) if name)


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate that may be the company, and the verdict on it."""

    candidate: Candidate
    verdict: Verdict


def hits(said: str | Name, candidates: Iterable[Candidate], at_most: int = AT_MOST) -> list[Hit]:
    """The candidates that are the same or near, best first; weak likeness is dropped beside a strong one."""
    name = said if isinstance(said, Name) else parts(said)
    judged = (Hit(candidate, _verdict(name, candidate)) for candidate in candidates)
    found = [hit for hit in judged if hit.verdict.answer is not Same.DIFFERENT]
    found.sort(key=lambda hit: (-hit.verdict.score, hit.candidate.id))
    best = found[0].verdict.score if found else 0.0
    return [hit for hit in found if hit.verdict.score >= best - WITHIN][:at_most]


def _verdict(name: Name, candidate: Candidate) -> Verdict:
    return compare(name, parts(candidate.full), [parts(other) for other in candidate.others])
