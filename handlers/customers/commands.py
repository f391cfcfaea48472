"""What may be done with customers."""

from typing import Any

from cards import customers as cards
from cards import general
from cards import leads as lead_cards
from handlers import slots as say
from handlers.companies.index import phone_key
from handlers.customers.searching import looked_for
from handlers.desk import Desk
from handlers.followups.commands import Heard, ask_what_happened
from handlers.people.resolve import find_colleague
from handlers.permissions.rules import Can
from handlers.records import find_subject
from handlers.refusal import NotFound
from handlers.reply import Reply
from handlers.routing import router
from storage.schema import Customer, Lead
from storage.scope import branch

FULL_LIST = 10


@router.command(
    "customer.query",
    "查客户",
    "搜",
    "我的客户",
    "查",
    english=("customer", "find", "my customers", "search"),
    needs=Can.ANYONE,
    reads=True,
    alone=(("customer",), ("query",), ("phone",)),
    weak=("看看", "看下", "看一下", "找", "找下", "打开"),
    shapes=(
        r"^客户(?=[ :]|$)",
        r"(的|有哪些|哪些|多少|几个|看看|看下|列一下|所有|全部)客户([吗呢?]*$|有哪些|列表)",
        r"客户(有哪些|有多少|列表|清单)",
        r"(战略|重点|普通)客户",
        r"的(资料|信息|档案|情况|客户卡|详情|联系人|电话|地址|联系方式|负责人)([吗呢?]*$)",
        r"^(c-?\d{3,})$",
        r"^(look up|lookup|who is) ",
        r"\bcustomers (in|of|from)\b",
    ),
    examples=("查客户 恒通路桥", "我的客户"),
)
def query(
    desk: Desk,
    customer: say.Company = "",
    query: say.Query = "",
    contact: say.Contact = "",
    phone: say.Phone = "",
    handover_from: say.HandoverFrom = "",
    region: say.Region = "",
    level: say.Level = "",
    scope: say.Within = "",
    heard: Heard = None,
) -> Reply:
    """看一家客户，或者客户一览。"""
    if customer or query:
        row = find_subject(desk, customer or query, names=True)
        return Reply(lead_cards.shown if isinstance(row, Lead) else cards.shown, row)
    if phone:
        return _by_phone(desk, phone)
    if contact or handover_from:
        return _of_person(desk, contact or handover_from)
    if heard and not (region or level or scope) and (said := looked_for(heard["text"])):
        return _called(desk, said)
    conditions, title = _conditions(desk, region, level, scope)
    # Region and level are hidden where only names are seen: sorted out by them, they would be told.
    names = bool(desk.session.scope.names) and not (region or level)
    rows = desk.customers.where(*conditions, limit=FULL_LIST, names=names)
    return _listed(desk, title, [*rows], desk.customers.counted(*conditions, names=names))


def _called(desk: Desk, said: str) -> Reply:
    """Customers whose name holds these words: never the whole list in their stead."""
    rows = desk.customers.called(said, FULL_LIST)
    if not rows:
        raise NotFound(said=said)
    return _listed(desk, f"客户 · {said}", [*rows])


def _of_person(desk: Desk, said: str) -> Reply:
    """The customers where somebody of that name works, or those that a colleague of that name looks after."""
    works_there = desk.customers.with_contact(said, FULL_LIST)
    if works_there or said.partition("@")[0] not in desk.org.named:
        return _listed(desk, f"联系人 {said}", [*works_there])
    colleague = find_colleague(desk.org, said, desk.actor.person)
    hers = Customer.owner_id == colleague.id
    rows = desk.customers.where(hers, limit=FULL_LIST, names=True)
    total = desk.customers.counted(hers, names=True)
    return _listed(desk, f"{desk.name(colleague.id)}的客户", [*rows], total)


def _by_phone(desk: Desk, phone: str) -> Reply:
    key = phone_key(desk.keys, phone) or ""
    leads = desk.leads.where(Lead.phone_key == key, limit=1)
    if leads:
        return Reply(lead_cards.shown, leads[0])
    return _listed(desk, phone, [*desk.customers.with_phone(key, FULL_LIST)])


def _conditions(desk: Desk, region: str, level: str, scope: str) -> tuple[list[Any], str]:
    found: list[Any] = []
    title = ["我的客户" if scope == "self" else "客户"]
    if scope == "self":
        found.append(Customer.owner_id == desk.actor.id)
    elif scope:
        unit = desk.org.nearest(desk.actor.person.unit_id, {"dept": "department"}.get(scope, scope))
        found += [Customer.unit_id.in_(branch((unit.id,)))] if unit else []
    if region:
        found.append((Customer.region == region) | (Customer.city == region))
        title.append(region)
    if level:
        found.append(Customer.level == level)
        title.append(level)
    return found, " · ".join(title)


def _listed(desk: Desk, title: str, rows: list[Customer], total: int | None = None) -> Reply:
    if not rows:
        return Reply(
            general.say, text=f"{title}：没有找到。可以换个条件，或者直接说名称，例如：查客户 恒通路桥。"
        )
    if len(rows) == 1 and total in (None, 1):
        return Reply(cards.shown, rows[0])
    return Reply(cards.listing, rows, title=title, total=len(rows) if total is None else total)


@router.tap(cards.FollowCustomer, needs=Can.LOG_FOLLOWUP)
def follow(desk: Desk, tap: cards.FollowCustomer) -> Reply:
    """【跟进】: asks what happened."""
    customer = desk.customers.find(tap.customer_id)
    if customer is None:
        raise NotFound(said="这家客户")
    return ask_what_happened(desk, customer, customer.name)
