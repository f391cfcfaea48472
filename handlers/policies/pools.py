"""Who gets what: pools, the assignment of leads, and colliding claims."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from handlers.policies.approvers import Approver, RoleAt, Where
from handlers.policies.customs import Compared
from handlers.policies.expressions import Condition
from handlers.policies.fields import LEAD, POOL
from handlers.policies.kinds import condition, some, unit
from handlers.policies.places import each
from handlers.worktime.rules import Duration, parse_duration

_COORDINATOR = RoleAt("coordinator", Where.GROUP)
_WORKING_DAY = parse_duration("w1d")


class Per(StrEnum):
    """The time a limit counts over."""

    DAY = "day"
    WEEK = "week"


class CrossCompany(StrEnum):
    """What a claim across companies needs."""

    NOTIFY_COORDINATOR = "notify_coordinator"
    ALLOW = "allow"
    REFUSE = "refuse"


class Strategy(StrEnum):
    """How a lead finds its person."""

    ROUND_ROBIN = "round_robin"
    LOAD = "load"
    POOL = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many in a day or week."""

    per: Per
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recycle:
    """When a private customer or lead falls back into the pool."""

    when: Annotated[Condition, condition(POOL)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A pool of the branches in `members`, without those in `exclude`; None means no limit."""

    code: str
    members: Annotated[tuple[str, ...], some(unit)]
    exclude: Annotated[tuple[str, ...], each(unit)] = ()
    claim_limit: Limit | None = None
    view_limit: Limit | None = None
    own_limit: int | None = None
    own_limit_counts_won: bool = True
    claim_confirm: Approver | None = None
    former_owner_cooldown: Duration | None = None
    new_entry_hold: Duration | None = None
    warn_before: tuple[Duration, ...] = ()
    cross_company_claim: CrossCompany = CrossCompany.ALLOW
    recycle: tuple[Recycle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a new lead goes: a unit, or with strategy `pool` a pool."""

    name: str
    when: Annotated[Condition, condition(LEAD)]
    to: str
    strategy: Strategy
    capacity: int | None = None
    accept_within: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What is compared, what a stranger is told, and who decides when two units meet at one customer."""

    compare: tuple[Compared, ...] = tuple(Compared)
    show_to_stranger: tuple[str, ...] = ("有人跟进", "单元", "联系渠道")
    arbiter: Approver = _COORDINATOR
    decide_needs_reason: bool = True
    appeals_allowed: int = 1
    appeal_within: Duration = _WORKING_DAY
    appeal_to: Approver | None = None
