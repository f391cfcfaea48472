"""The records a company brings along, as values: what of `records.json` can be stored so far."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """A person at a customer."""

    name: str
    title: str = ""
    phone: str | None = None
    status: str = "在任"


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """A customer with its contacts. `unit` is a code, `owner` and `team` are keys of people."""

    code: str
    name: str
    unit: str
    owner: str | None
    created_at: datetime
    short: str = ""
    aliases: tuple[str, ...] = ()
    registration: str = ""
    level: str = "普通"
    city: str = ""
    region: str = ""
    industry: str = ""
    address: str = ""
    status: str = ""
    pool: str = ""
    last_followup_at: datetime | None = None
    contacts: tuple[ContactPlan, ...] = ()
    team: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadPlan:
    """A lead. Money in 分."""

    code: str
    company: str
    unit: str
    owner: str | None
    created_at: datetime
    contact: str = ""
    phone: str | None = None
    registration: str = ""
    product: str = ""
    product_line: str = ""
    qty: int | None = None
    spec: str = ""
    budget_min: int | None = None
    budget_max: int | None = None
    industry: str = ""
    region: str = ""
    province: str = ""
    source: str = ""
    note: str = ""
    status: str = "跟进中"
    pool: str = ""
    last_followup_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FollowupPlan:
    """A follow-up about a customer or a lead, named by noun and code."""

    about: tuple[str, str]
    author: str
    created_at: datetime
    content: str
    contact: str = ""
    competitor: str = ""
    next_action: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """A task of one person. `due_at`: the last moment; `due_day` when only a day was given."""

    code: str
    owner: str
    content: str
    due_at: datetime
    created_at: datetime
    due_day: date | None = None
    set_by: str = ""
    customer: str = ""
    lead: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Records of a kind that cannot be stored yet."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class RecordsPlan:
    """What shall be stored, what is left out, and the next number of each kind."""

    customers: tuple[CustomerPlan, ...] = ()
    leads: tuple[LeadPlan, ...] = ()
    followups: tuple[FollowupPlan, ...] = ()
    tasks: tuple[TaskPlan, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    later: int = 0  # records that belong to a later story
    next_numbers: tuple[tuple[str, int], ...] = ()
