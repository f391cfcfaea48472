"""A company's rules as one value, whole or as they hold in one unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Annotated

from handlers.policies.customs import Digest, Export, Payment, ProductLine, Push, Stage, Undo
from handlers.policies.deadlines import LeadSla, Sla, SlaRules
from handlers.policies.flows import ApprovalRules, Flow, FlowAddon, Step
from handlers.policies.masks import Mask
from handlers.policies.overrides import UnitOverride
from handlers.policies.places import Named, Reference
from handlers.policies.pools import Assignment, Conflict, Pool
from handlers.policies.times import CalendarTable, Meta, Roster
from handlers.policies.visibility import Visibility, VisibilityRules
from handlers.worktime.rules import Calendar

_USUAL = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """A company's rules, or those of one unit (see `for_unit`)."""

    meta: Meta = field(default_factory=Meta)
    calendar_tables: Annotated[tuple[CalendarTable, ...], Named("calendar")] = ()
    rosters: Annotated[tuple[Roster, ...], Named("roster")] = ()
    visibility: tuple[Visibility, ...] = ()
    visibility_rules: VisibilityRules = field(default_factory=VisibilityRules)
    masks: Annotated[tuple[Mask, ...], Named("mask")] = ()
    flows: Annotated[tuple[Flow, ...], Named("flow")] = ()
    flow_addons: Annotated[tuple[FlowAddon, ...], Named("flow_addon")] = ()
    approval_rules: ApprovalRules = field(default_factory=ApprovalRules)
    slas: Annotated[tuple[Sla, ...], Named("sla")] = ()
    sla_rules: SlaRules = field(default_factory=SlaRules)
    pools: Annotated[tuple[Pool, ...], Named("pool")] = ()
    assignments: Annotated[tuple[Assignment, ...], Named("assignment")] = ()
    lead_slas: Annotated[tuple[LeadSla, ...], Named("lead_sla")] = ()
    conflict: Conflict = field(default_factory=Conflict)
    product_lines: Annotated[tuple[ProductLine, ...], Named("product_line")] = ()
    stages: Annotated[tuple[Stage, ...], Named("stage")] = ()
    push: Push = field(default_factory=Push)
    digest: Digest = field(default_factory=Digest)
    undo: Undo = field(default_factory=Undo)
    export: Export = field(default_factory=Export)
    payment: Payment = field(default_factory=Payment)
    unit_overrides: Annotated[tuple[UnitOverride, ...], Named("unit_override")] = ()

    calendars: Mapping[str, Calendar] = field(default_factory=dict, metadata={"derived": True}, hash=False)
    units_named: tuple[Reference, ...] = field(default=(), metadata={"derived": True})
    people_named: tuple[Reference, ...] = field(default=(), metadata={"derived": True})
    switched_off: frozenset[str] = field(default=frozenset(), metadata={"derived": True})

    @property
    def zone(self) -> tzinfo:
        """The company's time zone."""
        return self.meta.timezone

    def calendar(self, code: str = "") -> Calendar:
        """The calendar of that code; without one the usual: `office`, else the first."""
        usual = _USUAL if _USUAL in self.calendars else next(iter(self.calendars))
        return self.calendars[code or usual]

    def enabled(self, name: str) -> bool:
        """Whether assignment, pool, … is in use here; off only where a unit switched it off."""
        return name not in self.switched_off

    def steps_of(self, flow: Flow) -> tuple[Step, ...]:
        """The steps of a flow, those it inherits first."""
        by_name = {each.name: each for each in self.flows}
        line = [flow]
        while line[-1].extends:
            line.append(by_name[line[-1].extends])
        return tuple(step for each in reversed(line) for step in each.steps)

    def for_unit(self, path: Sequence[str]) -> "Policies":
        """These rules as they hold in a unit; `path` is its branch from the root, itself last."""
        policies = self
        for code in path:
            for override in self.unit_overrides:
                if override.unit == code:
                    policies = _changed(policies, override)
        return policies


def _changed(policies: Policies, override: UnitOverride) -> Policies:
    for change in override.changes:
        if change.section == "enabled":
            off = policies.switched_off - {change.attribute}
            policies = replace(policies, switched_off=off if change.value else off | {change.attribute})
        else:
            section = replace(getattr(policies, change.section), **{change.attribute: change.value})
            policies = replace(policies, **{change.section: section})
    return policies
