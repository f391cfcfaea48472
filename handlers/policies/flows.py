"""Approval flows, steps added to them, and the rules that hold for all."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from handlers.policies.approvers import Approver
from handlers.policies.expressions import Condition
from handlers.policies.fields import APPROVAL
from handlers.policies.kinds import approver, condition, some
from handlers.policies.places import Named
from handlers.worktime.rules import Duration, parse_duration

_W4H, _W8H, _W16H, _MONTH = (parse_duration(text) for text in ("w4h", "w8h", "w16h", "30d"))


class Mode(StrEnum):
    """How several approvers of one step decide."""

    ANY = "any"  # 或签
    ALL = "all"  # 会签
    SEQUENCE = "sequence"  # 依次


class EmptyApprover(StrEnum):
    """What to do when nobody is found for a step."""

    NEXT_UP = "next_up"
    WAVE_THROUGH = "auto_pass"
    ADMIN = "admin"


class OwnRequest(StrEnum):
    """What to do when the submitter would approve."""

    SKIP_AND_NOTE = "skip_and_note"
    NEXT_UP = "next_up"


class SamePerson(StrEnum):
    """What to do when somebody approves a second time."""

    FIRST_ONLY = "first_only"
    CONSECUTIVE_ONLY = "consecutive_only"
    EVERY_TIME = "every_time"


class ConditionMeans(StrEnum):
    """What "agreed, but …" is."""

    RETURN = "return"
    REJECT = "reject"


class AmountChange(StrEnum):
    """What an amount that crosses into another flow does to a running approval."""

    RESTART = "restart"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who is asked at one point of a flow; `fields` limits what they see, empty is the usual."""

    who: Annotated[tuple[Approver, ...], some(approver)]
    mode: Mode = Mode.ANY
    fields: tuple[str, ...] = ()
    veto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Steps for the documents its condition picks; those of `extends` go first."""

    name: str
    when: Annotated[Condition, condition(APPROVAL)]
    extends: str = ""
    steps: Annotated[tuple[Step, ...], Named("step")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowAddon:
    """A step put into the chosen flow while a condition holds; `aside` does not hold up the others."""

    name: str
    when: Annotated[Condition, condition(APPROVAL)]
    who: Annotated[tuple[Approver, ...], some(approver)]
    mode: Mode = Mode.ANY
    after: Approver | None = None
    aside: bool = False
    fields: tuple[str, ...] = ()
    veto: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRules:
    """What holds for every approval; amounts are yuan."""

    empty_approver: EmptyApprover = EmptyApprover.NEXT_UP
    submitter_is_approver: OwnRequest = OwnRequest.SKIP_AND_NOTE
    same_person_again: SamePerson = SamePerson.FIRST_ONLY
    deputy_recuses_own: bool = True
    delegate_chain_max: int = 2
    reject_needs_reason: bool = True
    nudge_every: Duration = _W4H
    remind_up_after: Duration = _W8H
    escalate_after: Duration = _W16H
    escalate_calendar: str = ""  # empty: the usual calendar
    condition_means: ConditionMeans = ConditionMeans.RETURN
    batch_alone_at: Decimal = Decimal(3_000_000)
    group_words_never_approve: bool = True
    split_window: Duration = _MONTH
    amount_change_across_tier: AmountChange = AmountChange.RESTART
