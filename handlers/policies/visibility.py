"""Which rows a role sees, and the rules around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from handlers.policies.kinds import some, text


class Rows(StrEnum):
    """What a role reaches, from the unit it is held at."""

    OWN = "own"  # one's own rows only; everyone has this
    UNIT = "unit"  # the branch of the role's unit
    COMPANY = "company"  # the branch of the nearest company at or above it
    BUSINESS_GROUP = "business_group"
    GROUP = "group"
    SUMMARY = "summary"  # sums over the branch, no rows
    COMPANY_NAMES = "company_names"  # all rows, only who is in touch
    PAYMENTS = "payments"  # all contracts and receipts, only the money
    NONE = "none"


class Logs(StrEnum):
    """Which logs a role reads."""

    NONE = "none"
    ALL = "all"


COMPANY_NAMES_FIELDS = ("名称", "单元", "负责人", "首次接触")
PAYMENTS_FIELDS = ("金额", "回款计划", "到账")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What some roles see."""

    roles: Annotated[tuple[str, ...], some(text)]
    rows: Rows
    logs: Logs = Logs.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibilityRules:
    """What approvers, service staff and isolated units see besides."""

    approver_sees: tuple[str, ...] = ("客户", "金额", "条款", "毛利", "附件", "审批意见")
    service_staff_see: tuple[str, ...] = ("客户", "联系人", "联系电话", "产品", "工单")
    isolated_units_see_group_price: bool = False
    isolated_units_see_other_units: bool = False
    not_visible_and_not_existing_read_the_same: bool = True


def reach_of(role: str, visibility: Iterable[Visibility]) -> Rows:
    """The rows a role sees; an unknown role sees its own, like everyone."""
    return next((entry.rows for entry in visibility if role in entry.roles), Rows.OWN)


def reads_logs(role: str, visibility: Iterable[Visibility]) -> bool:
    """Whether the role reads the logs of everyone."""
    return any(entry.logs is Logs.ALL for entry in visibility if role in entry.roles)
