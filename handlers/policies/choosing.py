"""From the top down, the first rule whose condition holds; an undecided one asks, it is not passed over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from handlers.policies.expressions import Condition


class Guarded(Protocol):
    """A rule with a condition."""

    @property
    def when(self) -> Condition:
        """When the rule applies."""


Rule = TypeVar("Rule", bound=Guarded)


@dataclass(frozen=True, slots=True)
class Choice(Generic[Rule]):
    """The rule that applies, or the fields to ask for first; neither when no rule applies."""

    rule: Rule | None = None
    missing: tuple[str, ...] = ()


def first_match(rules: Iterable[Rule], values: Mapping[str, object]) -> Choice[Rule]:
    """The first rule that holds for the values; stops at one that cannot be decided yet."""
    for rule in rules:
        verdict = rule.when.decide(values)
        if verdict is None:
            return Choice(missing=rule.when.missing(values))
        if verdict:
            return Choice(rule)
    return Choice()
