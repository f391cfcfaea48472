"""A new lead, looked at for duplicates in the same instant."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from handlers.companies.index import Duplicate, Identity, hold, index_record, phone_key
from handlers.desk import Desk
from handlers.leads import rules
from handlers.leads.duplicates import check_left, others_on
from storage.schema import Lead


def facts_of(
    *,
    budget: Decimal | None = None,
    budget_min: Decimal | None = None,
    budget_max: Decimal | None = None,
    unit_price: Decimal | None = None,
    term: object = None,
    note: str = "",
    **others: Any,
) -> dict[str, Any]:
    """What was said of a lead as its columns; empty words and missing figures are left out."""
    low, high = rules.budget_of(budget, budget_min, budget_max)
    remark, _ = rules.remark_of(note)
    facts = {**others, "budget_min": low, "budget_max": high, "unit_price": rules.fen(unit_price)}
    facts |= {"term": str(term or ""), "note": remark, "qty": rules.counted(others.get("qty"))}
    return {name: value for name, value in facts.items() if value not in (None, "")}


def open_lead(
    desk: Desk, company: str, phone: str, facts: Mapping[str, Any]
) -> tuple[Lead | None, Sequence[Duplicate]]:
    """The stored lead with its near hits; no lead and the certain hits where somebody is on it already."""
    check_left(desk)
    identity = Identity((company,), (phone,) if phone else ())
    hold(desk.session, desk.keys, identity)
    found = others_on(desk, identity)
    certain = [one for one in found if one.certain]
    if certain:
        return None, certain
    lead = desk.leads.open(
        unit_id=desk.actor.person.unit_id,
        owner_id=desk.actor.id,
        company=company,
        phone=phone or None,
        phone_key=phone_key(desk.keys, phone),
        suspect=bool(found),
        **facts,
    )
    index_record(desk.session, desk.org, desk.keys, lead, fresh=True)
    return lead, found
