"""Storing the records a company brings along: what has a code already is left alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.companies.index import phone_key
from handlers.leads.rules import effective
from handlers.org.record_values import CustomerPlan, FollowupPlan, LeadPlan, RecordsPlan, TaskPlan
from storage.base import Owned
from storage.codes import begin_at
from storage.counted import Counted
from storage.org import Person
from storage.schema import Collaborator, Contact, Customer, Followup, Lead, Task
from storage.types import keys_of

SLICE = 50  # records a transaction: each brings its contacts and match keys along
# Opens a session for one slice, with the right to write every row; committed on leaving.
Sessions = Callable[[], AbstractContextManager[Session]]
# Lets a customer or lead be found by the duplicate check.
Indexed = Callable[[Session, Owned], None]
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Ids:
    """Unit code → id, person key → id."""

    units: Mapping[str, int]
    people: Mapping[str, int]

    def person(self, key: str | None) -> int | None:
        """The id of a person, None for nobody."""
        return self.people[key] if key else None


def load_records(plan: RecordsPlan, ids: Ids, sessions: Sessions, indexed: Indexed) -> dict[str, Counted]:
    """Store them in slices. What an interrupted load leaves out, the next one adds."""
    done = {
        "customers": _each(plan.customers, sessions, lambda s, part: _customers(s, part, ids, indexed)),
        "leads": _each(plan.leads, sessions, lambda s, part: _leads(s, part, ids, indexed)),
        "followups": _each(plan.followups, sessions, lambda s, part: _followups(s, part, ids)),
        "tasks": _each(plan.tasks, sessions, lambda s, part: _tasks(s, part, ids)),
    }
    with sessions() as session:
        for kind, number in plan.next_numbers:
            begin_at(session.connection(), kind, number)
    return done


def _each(plans: Sequence[P], sessions: Sessions, store: Callable[[Session, Sequence[P]], int]) -> Counted:
    added = 0
    for begin in range(0, len(plans), SLICE):
        with sessions() as session:
            added += store(session, plans[begin : begin + SLICE])
            session.flush()
    return Counted(added=added, same=len(plans) - added)


def _customers(session: Session, plans: Sequence[CustomerPlan], ids: Ids, indexed: Indexed) -> int:
    fresh = list(_fresh(session, Customer, plans))
    for plan in fresh:
        row = Customer(
            code=plan.code, name=plan.name, short=plan.short, aliases=list(plan.aliases), level=plan.level,
            registration=plan.registration, city=plan.city, region=plan.region, industry=plan.industry,
            address=plan.address, status=plan.status, pool=plan.pool, unit_id=ids.units[plan.unit],
            owner_id=ids.person(plan.owner), created_at=plan.created_at,
            last_followup_at=plan.last_followup_at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        for contact in plan.contacts:
            session.add(
                Contact(
                    customer_id=row.id, name=contact.name, title=contact.title, phone=contact.phone,
                    phone_key=_phone_key(session, contact.phone), status=contact.status, unit_id=row.unit_id,
                    owner_id=row.owner_id, created_at=row.created_at,
                )
            )  # fmt: skip
        for member in plan.team:
            session.add(Collaborator(noun=Customer.noun, record_id=row.id, person_id=ids.people[member]))
        session.flush()
        indexed(session, row)
    return len(fresh)


def _leads(session: Session, plans: Sequence[LeadPlan], ids: Ids, indexed: Indexed) -> int:
    fresh = list(_fresh(session, Lead, plans))
    for plan in fresh:
        row = Lead(
            code=plan.code, company=plan.company, contact=plan.contact, phone=plan.phone,
            phone_key=_phone_key(session, plan.phone), registration=plan.registration, product=plan.product,
            product_line=plan.product_line, qty=plan.qty, spec=plan.spec, budget_min=plan.budget_min,
            budget_max=plan.budget_max, industry=plan.industry, region=plan.region, province=plan.province,
            source=plan.source, note=plan.note, status=plan.status, pool=plan.pool,
            unit_id=ids.units[plan.unit], owner_id=ids.person(plan.owner), created_at=plan.created_at,
            last_followup_at=plan.last_followup_at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        indexed(session, row)
    return len(fresh)


def _followups(session: Session, plans: Sequence[FollowupPlan], ids: Ids) -> int:
    about = {
        **_by_code(session, Customer, [plan.about[1] for plan in plans if plan.about[0] == Customer.noun]),
        **_by_code(session, Lead, [plan.about[1] for plan in plans if plan.about[0] == Lead.noun]),
    }
    said: set[tuple[Any, ...]] = set()
    for noun in (Customer.noun, Lead.noun):
        asked = select(Followup).where(
            Followup.about_noun == noun,
            Followup.about_id.in_({row.id for (n, _), row in about.items() if n == noun}),
        )
        said |= {
            (one.about_noun, one.about_id, one.author_id, one.created_at, one.content)
            for one in session.scalars(asked)
        }
    added = 0
    for plan in plans:
        row = about[plan.about]
        author = ids.people[plan.author]
        this = (row.noun, row.id, author, plan.created_at, plan.content)
        if this in said:
            continue
        repeated = any(one[:2] == this[:2] and one[4] == plan.content for one in said)
        said.add(this)
        added += 1
        session.add(
            Followup(
                about_noun=row.noun, about_id=row.id, author_id=author, content=plan.content,
                contact=plan.contact, competitor=plan.competitor, next_action=plan.next_action,
                next_at=plan.next_at, effective=effective(plan.content, said_before=repeated),
                unit_id=row.unit_id, owner_id=row.owner_id, created_at=plan.created_at,
            )
        )  # fmt: skip
    return added


def _tasks(session: Session, plans: Sequence[TaskPlan], ids: Ids) -> int:
    fresh = list(_fresh(session, Task, plans))
    customers = _by_code(session, Customer, [plan.customer for plan in fresh])
    leads = _by_code(session, Lead, [plan.lead for plan in fresh])
    owners = {ids.people[plan.owner] for plan in fresh}
    living = session.execute(select(Person.id, Person.unit_id).where(Person.id.in_(owners)))
    homes = {row.id: row.unit_id for row in living}
    for plan in fresh:
        owner = ids.people[plan.owner]
        customer: Any = customers.get((Customer.noun, plan.customer))
        lead: Any = leads.get((Lead.noun, plan.lead))
        session.add(
            Task(
                code=plan.code, content=plan.content, due_at=plan.due_at, due_day=plan.due_day,
                set_by_id=ids.person(plan.set_by) or owner, customer_id=customer.id if customer else None,
                company=customer.name if customer else lead.company if lead else "", done_at=plan.done_at,
                unit_id=homes[owner], owner_id=owner, created_at=plan.created_at,
            )
        )  # fmt: skip
    return len(fresh)


def _fresh(session: Session, model: Any, plans: Sequence[Any]) -> Iterator[Any]:
    """Those whose code is not stored yet."""
    there = set(session.scalars(select(model.code).where(model.code.in_([plan.code for plan in plans]))))
    return (plan for plan in plans if plan.code not in there)


def _by_code(session: Session, model: Any, codes: Sequence[str]) -> dict[tuple[str, str], Any]:
    asked = select(model).where(model.code.in_({code for code in codes if code}))
    return {(model.noun, row.code): row for row in session.scalars(asked)}


def _phone_key(session: Session, phone: str | None) -> str | None:
    return phone_key(keys_of(session.connection().dialect), phone)
