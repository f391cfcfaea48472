"""What a unit changes for its own branch: `set = { "push.quiet" = "none" }`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from handlers.policies.customs import Digest, Export, Payment, Push, Undo
from handlers.policies.deadlines import SlaRules
from handlers.policies.expressions import nearest
from handlers.policies.flows import ApprovalRules
from handlers.policies.kinds import flag, unit
from handlers.policies.places import Named, Place, Unreadable
from handlers.policies.pools import Conflict
from handlers.policies.reading import keys_of
from handlers.policies.visibility import VisibilityRules

# The sections a unit can change, by their name in the file (and in Policies).
SECTIONS: Mapping[str, type[Any]] = {
    "visibility_rules": VisibilityRules,
    "approval_rules": ApprovalRules,
    "sla_rules": SlaRules,
    "conflict": Conflict,
    "push": Push,
    "digest": Digest,
    "undo": Undo,
    "export": Export,
    "payment": Payment,
}
# What a unit can switch off altogether: "assignment.enabled" = false.
SWITCHES = ("assignment", "pool", "lead_sla", "sla", "flow_addon")


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute of one section; the section `enabled` holds the switches."""

    section: str
    attribute: str
    value: Any


def read_changes(at: Place) -> tuple[Change, ...]:
    """The table of `section.key = value`, each value read as its section reads it."""
    if not isinstance(at.value, dict):
        raise at.refuse('这里应是 { "表名.字段" = 值 }')
    read, sound = [], True
    for name in at.value:
        try:
            read.append(_change(name, at.inner(name)))
        except Unreadable:
            sound = False
    if not sound:
        raise Unreadable
    return tuple(read)


def _change(name: str, at: Place) -> Change:
    section, _, key = name.partition(".")
    if key == "enabled" and section in SWITCHES:
        return Change("enabled", section, flag(at))
    keys = keys_of(SECTIONS[section]) if section in SECTIONS else {}
    if key in keys:
        return Change(section, keys[key].attribute, keys[key].read(at))
    everything = {f"{table}.{each}": None for table, kind in SECTIONS.items() for each in keys_of(kind)}
    near = nearest(name, everything | {f"{switch}.enabled": None for switch in SWITCHES})
    raise at.refuse(f"单元不能改“{name[:60]}”" + (f"，是不是“{near}”？" if near else ""), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOverride:
    """The changes of one unit; they hold for its branch until a unit nearer by changes them again."""

    unit: Annotated[str, unit]
    note: str = ""
    changes: Annotated[tuple[Change, ...], read_changes, Named("set")] = ()
