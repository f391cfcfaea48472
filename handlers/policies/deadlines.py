"""Deadlines of tickets and leads: levels, escalation, and the rules around them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from handlers.policies.approvers import Approver
from handlers.policies.expressions import Condition
from handlers.policies.fields import LEAD, TICKET
from handlers.policies.kinds import condition
from handlers.worktime.rules import Duration, parse_duration

_WORKING_DAY, _WEEK = parse_duration("w1d"), parse_duration("7d")


class NobodyOnDuty(StrEnum):
    """What happens to a ticket nobody is there for."""

    NEXT_SPAN = "next_span"
    NEXT_UP = "next_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Whom to tell, how long after the ticket was opened, unless somebody took it."""

    at: Duration
    to: Approver


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """One level: respond 首响, arrive 到场或方案, resolve 解决; None where nothing is promised."""

    level: str
    when: Annotated[Condition, condition(TICKET)]
    calendar: str = ""  # empty: the usual calendar
    respond: Duration | None = None
    arrive: Duration | None = None
    resolve: Duration | None = None
    warn_before: Duration | None = None
    ignores_quiet: bool = False
    escalate: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaRules:
    """What holds for every ticket."""

    warn_only_if_longer_than_warning: bool = True
    vip_respond_factor: Decimal = Decimal(1)
    pause_only_for: tuple[str, ...] = ("客户",)
    pause_needs: tuple[str, ...] = ("reason", "until")
    claimed_stops_escalation: bool = True
    confirm_after_claim: Duration | None = None
    revoke_after_silence: Duration | None = None
    no_one_on_duty: NobodyOnDuty = NobodyOnDuty.NEXT_SPAN
    callback_within: Duration = _WORKING_DAY
    survey_scale: int = 5
    low_score: int = 3
    recurrence_window: Duration = _WEEK
    recalculate_on_calendar_change: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadSla:
    """How soon a new lead must be answered, counted from its assignment."""

    when: Annotated[Condition, condition(LEAD)]
    respond: Duration
    calendar: str = ""
