"""The policy file beside the organisation: whether it is right, and whether whom it names is there."""

from collections.abc import Collection, Mapping

from handlers.org.findings import Findings, meant
from handlers.org.names import Names, UnknownName
from handlers.org.rules import ROLES
from handlers.policies.document import BadPolicies, Policies, load_policies

FILE = "policies.toml"


def read_policies(text: str, findings: Findings) -> Policies | None:
    """The policies, or None and everything that is wrong with them in `findings`."""
    try:
        return load_policies(text)
    except BadPolicies as bad:
        for problem in bad.problems:
            findings.wrong(FILE, problem.line, problem.path, problem.message)
        return None


def check_named(policies: Policies, units: Mapping[str, str], names: Names, findings: Findings) -> None:
    """Complain about units and people that do not exist. `units`: code → name; either may be written."""
    there = {*units, *units.values()}
    for unit in policies.units_named:
        if unit.name not in there:
            findings.wrong(FILE, unit.line, unit.path, f"没有单元 {unit.name}{meant(unit.name, units)}")
    for person in policies.people_named:
        try:
            names.find(person.name)
        except UnknownName as unknown:
            findings.wrong(FILE, person.line, person.path, str(unknown))


def known_roles(policies: Policies | None) -> Collection[str]:
    """The roles that mean something: ours, and those the policies speak of."""
    named = {role for rule in policies.visibility for role in rule.roles} if policies else set()
    return ROLES | named
