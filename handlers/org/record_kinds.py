"""How a customer, a lead, a follow-up and a task are written in `records.json`."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.org.fields import Fields
from handlers.org.names import Names
from handlers.org.record_values import ContactPlan, CustomerPlan, FollowupPlan, LeadPlan, TaskPlan

CUSTOMER_FIELDS = (
    "code", "name", "short", "aliases", "registration", "level", "unit", "owner", "city", "region",
    "industry", "address", "status", "pool", "contacts", "team", "created_at", "last_followup_at", "since",
)  # fmt: skip
CONTACT_FIELDS = ("name", "title", "phone", "status")
LEAD_FIELDS = (
    "code", "company", "contact", "phone", "registration", "product_line", "product", "qty", "spec", "budget",
    "budget_min", "budget_max", "industry", "region", "province", "source", "note", "unit", "owner", "status",
    "entered_at", "last_followup_at", "pool", "former_owner", "pooled_at", "since",
)  # fmt: skip
FOLLOWUP_FIELDS = (
    "customer", "lead", "by", "at", "content", "contact", "competitor", "next_action", "next_at", "since",
)  # fmt: skip
TASK_FIELDS = (
    "code", "owner", "content", "customer", "lead", "due", "status", "set_by", "done_at", "created_at",
    "since",
)  # fmt: skip
DONE = ("已完成", "完成", "done")
NUMBER = re.compile(r"[0-9]+$")


@dataclass(frozen=True, slots=True)
class Around:
    """What a record may refer to. `about`: (noun, code) of the customers and leads of the file.

    `now` dates what bears no date.
    """

    names: Names
    units: Collection[str]
    now: datetime
    about: Collection[tuple[str, str]] = ()


def customer(fields: Fields, around: Around) -> CustomerPlan:
    """One customer with its contacts."""
    return CustomerPlan(
        code=_code(fields),
        name=fields.text("name", 100, needed=True),
        unit=fields.unit("unit", around.units),
        owner=fields.person("owner", around.names),
        created_at=fields.moment("created_at", around.now),
        short=fields.text("short", 100),
        aliases=fields.texts("aliases", 100),
        registration=fields.text("registration", 18),
        level=fields.text("level", 16, default="普通"),
        city=fields.text("city", 40),
        region=fields.text("region", 40),
        industry=fields.text("industry", 40),
        address=fields.text("address", 200),
        status=fields.text("status", 16),
        pool=fields.text("pool", 40),
        last_followup_at=fields.moment("last_followup_at", None),
        contacts=tuple(_contact(fields, one) for one in fields.many("contacts")),
        team=fields.people("team", around.names),
    )


def _contact(parent: Fields, values: Mapping[str, Any]) -> ContactPlan:
    fields = parent.inside("contacts", values)
    fields.only(CONTACT_FIELDS)
    return ContactPlan(
        fields.text("name", 64, needed=True),
        fields.text("title", 64),
        fields.phone("phone"),
        fields.text("status", 16, default="在任"),
    )


def lead(fields: Fields, around: Around) -> LeadPlan:
    """One lead."""
    budget = fields.fen("budget")
    return LeadPlan(
        code=_code(fields),
        company=fields.text("company", 100, needed=True),
        unit=fields.unit("unit", around.units),
        owner=fields.person("owner", around.names),
        created_at=fields.moment("entered_at", around.now),
        contact=fields.text("contact", 64),
        phone=fields.phone("phone"),
        registration=fields.text("registration", 18),
        product=fields.text("product", 100),
        product_line=fields.text("product_line", 60),
        qty=fields.count("qty"),
        spec=fields.text("spec", 100),
        budget_min=fields.fen("budget_min") if budget is None else budget,
        budget_max=fields.fen("budget_max") if budget is None else budget,
        industry=fields.text("industry", 40),
        region=fields.text("region", 40),
        province=fields.text("province", 40),
        source=fields.text("source", 60),
        note=fields.text("note", 2_000),
        status=fields.text("status", 16, default="跟进中"),
        pool=fields.text("pool", 40),
        last_followup_at=fields.moment("last_followup_at", None),
    )


def followup(fields: Fields, around: Around) -> FollowupPlan:
    """One follow-up, of a customer or a lead of this file."""
    return FollowupPlan(
        about=_about(fields, around, needed=True),
        author=fields.person("by", around.names, needed=True) or "",
        created_at=fields.moment("at", around.now, needed=True),
        content=fields.text("content", 4_000, needed=True),
        contact=fields.text("contact", 64),
        competitor=fields.text("competitor", 60),
        next_action=fields.text("next_action", 200),
        next_at=fields.moment("next_at", None),
    )


def task(fields: Fields, around: Around) -> TaskPlan:
    """One task."""
    due = fields.due("due")
    noun, code = _about(fields, around)
    done = fields.text("status", 16) in DONE
    return TaskPlan(
        code=_code(fields),
        owner=fields.person("owner", around.names, needed=True) or "",
        content=fields.text("content", 2_000, needed=True),
        due_at=due[0] if due else around.now,
        due_day=due[1] if due else None,
        created_at=fields.moment("created_at", around.now),
        set_by=fields.person("set_by", around.names) or "",
        customer=code if noun == "customer" else "",
        lead=code if noun == "lead" else "",
        done_at=fields.moment("done_at", around.now) if done else None,
    )


def _about(fields: Fields, around: Around, *, needed: bool = False) -> tuple[str, str]:
    for noun in ("customer", "lead"):
        if code := fields.text(noun, 24):
            if (noun, code) not in around.about:
                fields.wrong(noun, f"文件里没有 {code}")
            return noun, code
    if needed:
        fields.wrong("customer", "请写明是哪个客户（customer）或线索（lead）的代码")
    return "", ""


def _code(fields: Fields) -> str:
    code = fields.text("code", 24, needed=True)
    if code and not NUMBER.search(code):
        fields.wrong("code", f"{code} 应以数字结尾，例：L-20931")
    return code
