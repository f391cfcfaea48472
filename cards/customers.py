"""How a customer looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cards.general import Open
from cards.model import Button, Card, Item, Line, Message, Tap, Text, card
from cards.words import joined, moment


@dataclass(frozen=True, slots=True)
class FollowCustomer(Tap):
    """【跟进】 asks what happened, then logs it on this customer."""

    name: ClassVar[str] = "customer.follow"
    customer_id: int


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer as one recipient may see it; what is hidden is empty."""

    id: int
    code: str
    name: str
    owner: str = ""
    unit: str = ""
    level: str = ""
    city: str = ""
    industry: str = ""
    address: str = ""
    contacts: tuple[str, ...] = ()
    followups: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    first_contact: datetime | None = None
    last_followup_at: datetime | None = None
    full: bool = True
    may_follow: bool = False


@card
def shown(customer: CustomerView) -> Message:
    """The card of a customer: the sections this recipient may see."""
    facts = (
        ("名称", customer.name),
        ("负责人", joined((customer.owner, customer.unit), " ")),
        ("级别", joined((customer.level, customer.industry, customer.city))),
        ("联系人", "；".join(customer.contacts)),
        ("成员", "、".join(customer.team)),
        ("地址", customer.address),
        ("首次接触", moment(customer.first_contact) if not customer.full else ""),
        ("最近跟进", moment(customer.last_followup_at)),
    )
    return Card(
        f"客户 {customer.code}",
        lines=tuple(Line(label, value) for label, value in facts if value),
        text="\n".join(customer.followups),
        buttons=(Button("跟进", FollowCustomer(customer.id)),) if customer.may_follow else (),
    )


@card
def listing(customers: Sequence[CustomerView], title: str, total: int) -> Message:
    """A numbered list with the count."""
    if not customers:
        return Text(f"{title}：没有找到。")
    items = tuple(
        Item(
            customer.name,
            hint=joined((customer.level, customer.owner), " "),
            tap=Open("customer", customer.id),
        )
        for customer in customers
    )
    return Card(f"{title} · {total} 家", items=items, text="回复序号看详情。")
