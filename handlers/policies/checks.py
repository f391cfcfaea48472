"""What one entry of a policy file says about another: names that must exist, be unique, not go in circles.

Works on the raw tables, so that a mistake in one entry does not hide those in the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handlers.policies.approvers import BadApprover, parse_approver
from handlers.policies.expressions import nearest
from handlers.policies.places import Place
from handlers.policies.pools import Strategy

_NAMED_BY = {
    "calendar": "code",
    "flow": "name",
    "flow_addon": "name",
    "sla": "level",
    "pool": "code",
    "stage": "name",
    "product_line": "name",
}
_USUAL_CALENDARS = ("office", "always")


def check(file: Place) -> None:
    """Note every reference between entries that does not hold."""
    for table, key in _NAMED_BY.items():
        _unique(at.inner(key) for at in _entries(file, table) if key in at.value)
    for calendar in _entries(file, "calendar"):
        _unique(at.inner("date") for at in _entries(calendar, "override") if "date" in at.value)
    _unique(role for at in _entries(file, "visibility") for role in _elements(at, "roles"))
    _flows(file)
    _addons(file)
    _calendars(file)
    _targets(file)


def _unique(places: Iterable[Place]) -> None:
    seen: set[str] = set()
    for at in places:
        name = str(at.value)
        if name in seen:
            at.refuse(f"“{name[:60]}”重复了", name)
        seen.add(name)


def _flows(file: Place) -> None:
    extends = {_word(at, "name"): _word(at, "extends") for at in _entries(file, "flow")}
    for at in _entries(file, "flow"):
        name, inherited = _word(at, "name"), _word(at, "extends")
        if inherited and inherited not in extends:
            at.inner("extends").refuse(f"没有名为“{inherited}”的 flow{_did_you_mean(inherited, extends)}")
        elif inherited and _goes_round(name, extends):
            at.inner("extends").refuse(f"“{name}”的 extends 绕成了圈")
        if not inherited and not at.value.get("step"):
            at.refuse(f"“{name}”没有步骤，也没有 extends")


def _goes_round(name: str, extends: Mapping[str, str]) -> bool:
    """Whether following `extends` from this flow comes back to it."""
    seen: set[str] = set()
    following = extends[name]
    while following and following not in seen:
        if following == name:
            return True
        seen.add(following)
        following = extends.get(following, "")
    return False


def _addons(file: Place) -> None:
    """`after` names a step that some flow has."""
    steps = {
        _spelled(who.value)
        for flow in _entries(file, "flow")
        for step in _entries(flow, "step")
        for who in _elements(step, "who")
    }
    for at in _entries(file, "flow_addon"):
        after = _word(at, "after")
        if after and _spelled(after) not in steps:
            at.inner("after").refuse(f"没有哪条 flow 有“{after}”这一步")


def _calendars(file: Place) -> None:
    known: dict[str, None] = dict.fromkeys(_word(at, "code") for at in _entries(file, "calendar"))
    if "calendar" not in file.value:
        known = dict.fromkeys(_USUAL_CALENDARS)
    users = [(at, "calendar") for table in ("sla", "lead_sla") for at in _entries(file, table)]
    users += [(at, "escalate_calendar") for at in _tables(file, "approval_rules")]
    for override in _entries(file, "unit_override"):
        users += [(at, "approval_rules.escalate_calendar") for at in _tables(override, "set")]
    for at, key in users:
        code = _word(at, key)
        if code and code not in known:
            at.inner(key).refuse(f"没有日历“{code}”{_did_you_mean(code, known)}", code)


def _targets(file: Place) -> None:
    """A lead goes into a pool that exists, or to a unit, which the organisation will check."""
    pools = dict.fromkeys(_word(at, "code") for at in _entries(file, "pool"))
    for at in _entries(file, "assignment"):
        target = _word(at, "to")
        if target and at.value.get("strategy") != Strategy.POOL:
            file.notes.units.append(at.inner("to").reference(target))
        elif target and target not in pools:
            at.inner("to").refuse(f"没有公海“{target}”{_did_you_mean(target, pools)}")


def _entries(at: Place, table: str) -> Iterator[Place]:
    """The tables of an array of tables, whatever else may be wrong with it."""
    return (each for each in _elements(at, table) if isinstance(each.value, dict))


def _tables(at: Place, key: str) -> list[Place]:
    return [at.inner(key)] if isinstance(at.value.get(key), dict) else []


def _elements(at: Place, key: str) -> Iterator[Place]:
    values: Any = at.value.get(key)
    if isinstance(values, list):
        listed = at.inner(key)
        yield from (listed.inner(index) for index in range(len(values)))


def _word(at: Place, key: str) -> str:
    value = at.value.get(key)
    return value if isinstance(value, str) else ""


def _spelled(approver: object) -> str:
    try:
        return str(parse_approver(str(approver)))
    except BadApprover:
        return str(approver)


def _did_you_mean(name: str, known: Mapping[str, object]) -> str:
    near = nearest(name, known)
    return f"，是不是“{near}”？" if near else ""
