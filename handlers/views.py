"""From a row to what one recipient may see of it: fields the roles open, masks the policies set.

The only place that fills a view model; a card never sees a row.
"""

from collections.abc import Callable, Sequence
from typing import Any

from cards.customers import CustomerView
from cards.followups import FollowupView
from cards.leads import LeadView
from cards.model import Message, find_card
from cards.tasks import TaskView
from cards.words import cut
from handlers.desk import Desk
from handlers.permissions.rules import Can, may
from storage.base import Owned
from storage.schema import Contact, Customer, Followup, Lead, Task

IN_A_LIST = 40  # characters of a follow-up under its customer
View = LeadView | CustomerView | FollowupView | TaskView


def lead_view(desk: Desk, lead: Lead) -> LeadView:
    """A lead: in full within reach, else name, unit, owner and first contact."""
    common: dict[str, Any] = {
        "id": lead.id,
        "code": lead.code,
        "company": lead.company,
        "owner": desk.name(lead.owner_id),
        "unit": desk.org.units[lead.unit_id].name,
        "entered_at": desk.local(lead.created_at),
    }
    if desk.leads.find(lead.id) is None:
        return LeadView(**common, full=False)
    return LeadView(
        **common,
        contact=lead.contact,
        phone=desk.rules.shown_phone(lead.phone, in_pool=lead.status == "公海"),
        product=lead.product,
        qty=lead.qty,
        spec=lead.spec,
        budget_min=lead.budget_min,
        budget_max=lead.budget_max,
        unit_price=lead.unit_price,
        price_period=lead.price_period,
        term=lead.term,
        industry=lead.industry,
        region=lead.region or lead.province,
        source=lead.source,
        note=lead.note,
        status=lead.status,
        suspect=lead.suspect,
        approx=tuple(lead.approx),
        last_followup_at=desk.local(lead.last_followup_at),
        may_follow=may(Can.LOG_FOLLOWUP, desk.actor.roles) and works_on(desk, lead),
    )


def customer_view(desk: Desk, customer: Customer) -> CustomerView:
    """A customer with its people and last follow-ups, as far as the recipient reaches."""
    common: dict[str, Any] = {
        "id": customer.id,
        "code": customer.code,
        "name": customer.name,
        "owner": desk.name(customer.owner_id),
        "unit": desk.org.units[customer.unit_id].name,
        "first_contact": desk.local(customer.created_at),
    }
    if desk.customers.find(customer.id) is None:
        return CustomerView(**common, full=False)
    return CustomerView(
        **common,
        level=customer.level,
        city=customer.city,
        industry=customer.industry,
        address=customer.address,
        contacts=tuple(_contact(desk, one, customer) for one in desk.customers.contacts(customer)),
        followups=tuple(_followup(desk, one) for one in desk.followups.latest(customer)),
        last_followup_at=desk.local(customer.last_followup_at),
        may_follow=may(Can.LOG_FOLLOWUP, desk.actor.roles) and works_on(desk, customer),
    )


def _contact(desk: Desk, contact: Contact, customer: Customer) -> str:
    phone = desk.rules.shown_phone(contact.phone, in_pool=bool(customer.pool))
    gone = "" if contact.status == "在任" else f"（{contact.status}）"
    return " ".join(part for part in (contact.name, contact.title, phone) if part) + gone


def _followup(desk: Desk, followup: Followup) -> str:
    at = desk.local(followup.created_at)
    return f"{at:%m-%d} {desk.name(followup.author_id)}：{cut(followup.content, IN_A_LIST)}"


def followup_view(desk: Desk, followup: Followup) -> FollowupView:
    """A follow-up under the name of what it is about."""
    about = (
        desk.leads.find(followup.about_id)
        if followup.about_noun == Lead.noun
        else desk.customers.find(followup.about_id)
    )
    name = about.company if isinstance(about, Lead) else about.name if about else ""
    return FollowupView(
        followup.id, name, desk.name(followup.author_id), followup.content, followup.created_at,
        followup.contact, followup.competitor, followup.next_action, desk.local(followup.next_at),
        followup.effective,
    )  # fmt: skip


def task_view(desk: Desk, task: Task) -> TaskView:
    """A task; 【改到…】 offers the next working day."""
    due = task.due_at.astimezone(desk.zone)
    return TaskView(
        # What a card shows changes with the due moment; that an alert was claimed is on no card.
        task.id, task.due_version, task.code, task.content, desk.name(task.owner_id), due, task.due_day,
        task.company, desk.name(task.set_by_id), desk.local(task.done_at),
        late=task.done_at is None and task.due_at <= desk.now,
        mine=desk.actor.id in (task.owner_id, task.set_by_id),
        next_day=desk.rules.calendar.next_working_day(desk.local_now.date()),
    )  # fmt: skip


def works_on(desk: Desk, row: Owned) -> bool:
    """Owner, team, or a superior whose branch covers it: those who see it in full may act on it."""
    return (
        desk.leads.find(row.id) is not None if row.noun == "lead" else desk.customers.find(row.id) is not None
    )


BUILDERS: dict[str, Callable[[Desk, Any], View]] = {
    Lead.noun: lead_view,
    Customer.noun: customer_view,
    Followup.noun: followup_view,
    Task.noun: task_view,
}


def row_of(desk: Desk, noun: str, record_id: int) -> Owned | None:
    """The row the recipient may still see, at least by name."""
    if noun == Lead.noun:
        return desk.leads.find(record_id, names=True)
    if noun == Customer.noun:
        return desk.customers.find(record_id, names=True)
    if noun == Followup.noun:
        return desk.followups.find(record_id)
    return desk.tasks.find(record_id) if noun == Task.noun else None


def drawn(
    desk: Desk, draw: str, noun: str, ids: Sequence[int], words: dict[str, Any], *, many: bool
) -> Message | None:
    """The message as its recipient may see it now. None when nothing of it may be seen any more."""
    rows = [row_of(desk, noun, record_id) for record_id in ids]
    views = [BUILDERS[noun](desk, row) for row in rows if row is not None]
    if ids and not views:
        return None
    paint = find_card(draw)
    if many:
        return paint(views, **words)
    return paint(*views, **words)
