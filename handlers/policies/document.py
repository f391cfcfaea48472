"""From the text of a policy file to a company's rules: everything read and checked at once."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from handlers.policies import checks
from handlers.policies.places import Notes, Place, Problem, Reference, Unreadable
from handlers.policies.positions import scan
from handlers.policies.reading import table
from handlers.policies.rulebook import Policies
from handlers.policies.times import usual_calendars

__all__ = ["BadPolicies", "Policies", "Problem", "Reference", "load_policies"]

MAX_CHARACTERS = 500_000
_AT = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)|\(at end of document\)")


class BadPolicies(ValueError):
    """A policy file that cannot be used; every problem found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (each.line or 0, each.column or 0)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load_policies(text: str) -> Policies:
    """The text of a policy file as a value; raises BadPolicies with everything that is wrong."""
    notes = Notes(scan(text[:MAX_CHARACTERS]))
    file = Place(_toml(text), (), notes)
    checks.check(file)
    try:
        policies = table(Policies)(file)
    except Unreadable:
        raise BadPolicies(notes.problems) from None
    if notes.problems:
        raise BadPolicies(notes.problems)
    zone = policies.zone
    calendars = {each.code: each.calendar(zone) for each in policies.calendar_tables}
    return replace(
        policies,
        calendars=calendars or usual_calendars(zone),
        units_named=tuple(notes.units),
        people_named=tuple(notes.people),
    )


def _toml(text: str) -> Mapping[str, object]:
    if len(text) > MAX_CHARACTERS:
        raise BadPolicies([Problem(None, None, "", f"文件超过 {MAX_CHARACTERS} 个字")])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        raise BadPolicies([Problem(None, None, "", "括号套得太深")]) from None
    except ValueError as bad:
        raise BadPolicies([_syntax(text, str(bad))]) from None


def _syntax(text: str, said: str) -> Problem:
    """What tomllib said, with its place moved out of the words."""
    found = _AT.search(said)
    words = _AT.sub("", said).strip()
    if found is None:
        return Problem(None, None, "", f"不是有效的 TOML：{words}")
    last = (text.count("\n") + 1, len(text) - text.rfind("\n"))
    line, column = (int(found[1]), int(found[2])) if found[1] else last
    return Problem(line, column, "", f"不是有效的 TOML：{words}")
