"""Lists of leads."""

from datetime import date
from typing import Any

from cards import general
from cards import leads as cards
from handlers.desk import Desk
from handlers.reply import Reply
from storage.schema import Lead
from storage.scope import branch


def listed(desk: Desk, contact: str, status: str, region: str, scope: str, on: date | None) -> Reply:
    """The visible leads that fulfil what was said, the newest first, with their count."""
    conditions: list[Any] = []
    title = ["我的线索" if scope == "self" else "线索"]
    if scope == "self":
        conditions.append(Lead.owner_id == desk.actor.id)
    elif scope:
        unit = desk.org.nearest(desk.actor.person.unit_id, {"dept": "department"}.get(scope, scope))
        if unit:
            conditions.append(Lead.unit_id.in_(branch((unit.id,))))
            title[0] = f"{unit.name}的线索"
    if status:
        conditions.append(Lead.status == status)
        title.append(status)
    colleagues = [person.id for person in desk.org.named.get(contact.partition("@")[0], ())]
    if colleagues:
        conditions.append(Lead.owner_id.in_(colleagues))
        title[0] = f"{contact}的线索"
    elif contact:
        conditions.append(Lead.contact == contact)
        title.append(contact)
    if region:
        conditions.append((Lead.region == region) | (Lead.province == region))
        title.append(region)
    if on:
        start, end = desk.rules.day(on)
        conditions += [Lead.created_at >= start, Lead.created_at < end]
        title.append(f"{on:%m-%d}")
    rows = desk.leads.where(*conditions, limit=10) if conditions else desk.leads.newest(10)
    total = desk.leads.count(*conditions)
    words = ["跟进中的线索", "待分配的线索", "公海的线索"] if total and not status else []
    if not rows:
        return Reply(general.say, text=f"{' · '.join(title)}：没有找到。")
    return Reply(cards.listing, list(rows), title=" · ".join(title), total=total, filters=words)
