"""The company's customs: products, stages, pushes, digests, undo, exports, payments."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from handlers.policies.kinds import Quiet, quiet_hours, unit
from handlers.worktime.rules import Duration, parse_duration

_NIGHT = Quiet(time(21), time(8))
_AN_HOUR, _A_QUARTER, _THREE_DAYS = (parse_duration(text) for text in ("60m", "15m", "3d"))


class Compared(StrEnum):
    """What `[conflict] compare` may name: an equal one settles that two records are one company."""

    REGISTRATION = "统一社会信用代码"
    NAME = "规范名称"
    MOBILE = "手机"
    LANDLINE = "固话"


class BrokenPromise(StrEnum):
    """What an open promise does when its time has come."""

    ESCALATE_ONE = "escalate_one"
    REMIND = "remind"


class DigestDays(StrEnum):
    """On which days digests go out."""

    WORKDAYS = "workdays"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLine:
    """Products and the company they belong to."""

    name: str
    company: Annotated[str, unit]
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of an opportunity, and what must be known to enter it."""

    name: str
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """When and how often somebody is told something; `quiet` None means no quiet hours."""

    per_person_daily_max: int = 12
    same_object_every: Duration = _AN_HOUR
    quiet: Annotated[Quiet | None, quiet_hours] = _NIGHT
    first_private_then_group: bool = True
    ack_promise_broken: BrokenPromise = BrokenPromise.ESCALATE_ONE
    mute_needs: tuple[str, ...] = ("until", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """When digests go out, in the person's zone."""

    personal_at: time = time(8, 45)
    manager_at: time = time(18)
    executive_at: time = time(8, 15)
    days: DigestDays = DigestDays.WORKDAYS
    daily_report_due: time = time(18, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How long, and by whom, something can be undone."""

    window: Duration = _A_QUARTER
    own_actions_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What may leave as a file."""

    row_limit_without_approval: int = 200
    block_days_before_leaving: int = 7
    log_every_export: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How receipts meet instalments; the tolerance is a share of the instalment."""

    match_tolerance: Decimal = Decimal("0.005")
    not_goods: tuple[str, ...] = ()
    overdue_task_after: Duration = _THREE_DAYS
