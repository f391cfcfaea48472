"""How a lead looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cards.general import Open, Say, undo_button
from cards.model import Button, Card, Item, Line, Message, Style, Tap, Text, card
from cards.words import joined, moment, money, money_range


@dataclass(frozen=True, slots=True)
class FollowLead(Tap):
    """【跟进】 asks what happened, then logs it on this lead."""

    name: ClassVar[str] = "lead.follow"
    lead_id: int


@dataclass(frozen=True, slots=True)
class ImportAll(Tap):
    """【全部录入】 stores the pasted list that was shown."""

    name: ClassVar[str] = "lead.import"
    draft_id: int


@dataclass(frozen=True, slots=True)
class LeadView:
    """A lead as one recipient may see it; what is hidden is empty. Money in 分, times in the local zone."""

    id: int
    code: str
    company: str
    owner: str = ""
    unit: str = ""
    entered_at: datetime | None = None
    contact: str = ""
    phone: str = ""
    product: str = ""
    qty: int | None = None
    spec: str = ""
    budget_min: int | None = None
    budget_max: int | None = None
    unit_price: int | None = None
    price_period: str = ""
    term: str = ""
    industry: str = ""
    region: str = ""
    source: str = ""
    note: str = ""
    status: str = ""
    suspect: bool = False
    approx: tuple[str, ...] = ()
    last_followup_at: datetime | None = None
    full: bool = True
    may_follow: bool = False


PERIODS = {"month": "/月", "year": "/年", "trip": "/趟", "once": ""}
FIELDS = {
    "company": "公司", "contact": "联系人", "phone": "电话", "product": "产品", "qty": "数量", "spec": "规格",
    "budget_min": "预算", "budget_max": "预算", "source": "来源", "industry": "行业", "region": "区域",
    "unit_price": "单价", "note": "备注",
}  # fmt: skip


def _facts(lead: LeadView, changed: Sequence[str] = ()) -> tuple[Line, ...]:
    marked = {FIELDS[field] for field in changed if field in FIELDS}
    product = joined((lead.product, lead.spec, f"×{lead.qty}" if lead.qty else ""), " ")
    price = f"{money(lead.unit_price)}{PERIODS.get(lead.price_period, '')}" if lead.unit_price else ""
    facts = (
        ("公司", lead.company),
        ("联系人", joined((lead.contact, lead.phone), " ")),
        ("产品", product),
        ("预算", money_range(lead.budget_min, lead.budget_max, about="budget" in lead.approx)),
        ("单价", price),
        ("行业", lead.industry),
        ("来源", lead.source),
        ("区域", lead.region),
        ("备注", lead.note),
        ("负责人", joined((lead.owner, lead.unit), " ")),
        ("状态", lead.status),
        ("最近跟进", moment(lead.last_followup_at)),
    )
    parts = {"联系人": {"联系人", "电话"}, "产品": {"产品", "数量", "规格"}}
    return tuple(
        Line(label, value, changed=bool(parts.get(label, {label}) & marked))
        for label, value in facts
        if value
    )


def _buttons(lead: LeadView) -> tuple[Button, ...]:
    return (Button("跟进", FollowLead(lead.id)),) if lead.may_follow else ()


def _total(lead: LeadView) -> str:
    """The sum that nobody said, and whether it agrees with the budget that was."""
    if not lead.unit_price or not lead.qty or lead.price_period not in ("", "once"):
        return ""
    total = lead.unit_price * lead.qty
    said = f"{lead.qty} × {money(lead.unit_price)} = {money(total)}"
    budget = lead.budget_max or lead.budget_min
    if budget and not (lead.budget_min or 0) <= total <= budget:
        said += f"，和预算 {money_range(lead.budget_min, lead.budget_max)} 对不上，请核对"
    return f"{said}。"


def _next(then: str) -> tuple[Button, ...]:
    return (Button("接着做", Say(then)),) if then else ()


def _asked_too(then: str) -> str:
    return f"你还说了：“{then}”，这一件还没做，点【接着做】或直接再发一遍。" if then else ""


@card
def created(
    lead: LeadView, undo: str = "", near: list[str] | None = None, hidden: str = "", then: str = ""
) -> Message:
    """A new lead, with what was found beside it. `then`: what was asked for in the same breath."""
    found = ""
    if near:
        found = "疑似重复，请核对：" + "；".join(near)
    if hidden:
        found = joined((found, f"另有相近客户已有人跟进：{hidden}"), "\n")
    later = "" if lead.phone else "电话之后直接发给我就能补上。"
    return Card(
        f"已建线索 {lead.code}",
        subtitle="疑似重复" if lead.suspect else "查重：未发现重复",
        lines=_facts(lead),
        text=joined((found, _total(lead), _asked_too(then), later), "\n"),
        buttons=_next(then) + _buttons(lead) + undo_button(undo),
    )


@card
def updated(lead: LeadView, changed: list[str], undo: str = "", found: str = "", then: str = "") -> Message:
    """The card again, changed lines marked."""
    return Card(
        f"已更新线索 {lead.code}",
        lines=_facts(lead, changed),
        text=joined(
            (found, _total(lead) if {"qty", "unit_price"} & set(changed) else "", _asked_too(then)), "\n"
        ),
        buttons=_next(then) + _buttons(lead) + undo_button(undo),
    )


@card
def shown(lead: LeadView) -> Message:
    """One lead."""
    return Card(
        f"线索 {lead.code}",
        subtitle="疑似重复" if lead.suspect else "",
        lines=_facts(lead),
        buttons=_buttons(lead),
    )


def _line(lead: LeadView) -> Item:
    budget = money_range(lead.budget_min, lead.budget_max, about="budget" in lead.approx)
    return Item(
        lead.company,
        hint=joined((lead.status, lead.code, lead.product, budget, lead.owner), " "),
        tap=Open("lead", lead.id),
    )


@card
def listing(leads: Sequence[LeadView], title: str, total: int, filters: list[str] | None = None) -> Message:
    """A numbered list of ten with the count; filters are offered as buttons."""
    if not leads:
        return Text(f"{title}：没有找到。")
    more = f"共 {total} 条，先列最新的 {len(leads)} 条；回复序号看详情。" if total > len(leads) else ""
    return Card(
        f"{title} · {total} 条",
        items=tuple(_line(lead) for lead in leads),
        text=more or "回复序号看详情。",
        buttons=tuple(Button(word[:10], Say(word), Style.PLAIN) for word in filters or ()),
    )


@card
def nothing_left() -> Message:
    """The list is empty now."""
    return Text("没有找到。")


@card
def yours(lead: LeadView) -> Message:
    """One's own record answers to the same key: no second one is made."""
    return Card(
        f"你已经有这条线索：{lead.code}",
        lines=_facts(lead),
        text="没有重复建。要改内容，直接说，例如“电话是13812345678”。",
        buttons=(Button("打开", Open("lead", lead.id)), *_buttons(lead)),
    )


@card
def taken(
    company: str, unit: str, channel: str, kept: bool = True, known: list[str | int] | None = None
) -> Message:
    """Somebody else is on it: whom to talk to, nothing else. `known`: a record the reader sees anyway."""
    tail = "没有新建；你填的内容存在草稿里。" if kept else ""
    return Card(
        "撞单：已有人跟进",
        lines=(Line("客户", company), Line("单元", unit), Line("联系渠道", channel)),
        text=tail,
        buttons=(Button("打开", Open(str(known[0]), int(known[1]))),) if known else (),
    )


@card
def checked(company: str, found: list[list[str]], near: list[str], hidden: list[list[str]]) -> Message:
    """The answer to a duplicate check. Pairs are (unit, channel)."""
    if not (found or near or hidden):
        return Text(f"“{company}”：没有找到可告知的信息。" if company else "没有找到可告知的信息。")
    lines = [Line("有人跟进", joined(pair, "，联系渠道：")) for pair in found]
    lines += [Line("名称相近", name) for name in near]
    lines += [Line("相近且有人跟", joined(pair, "，联系渠道：")) for pair in hidden]
    return Card(f"查重 · {company}" if company else "查重", lines=tuple(lines))


@card
def preview(rows: list[list[str]], draft_id: int, left: int = 0) -> Message:
    """What a pasted list would become, before anything is stored. Rows are (company, the rest)."""
    more = f"一次最多 {len(rows)} 条，后面 {left} 条没有列入，录完再发一次。" if left else ""
    return Card(
        f"读出 {len(rows)} 条线索，还没有录",
        items=tuple(Item(company, hint=rest) for company, rest in rows),
        text=joined((more, "核对后点【全部录入】，每条都会查重；有错的改好再发一遍。"), "\n"),
        buttons=(Button("全部录入", ImportAll(draft_id)),),
    )


@card
def imported(results: list[list[str]], undo: str = "") -> Message:
    """What became of each row: (company, result, stored or not)."""
    done = sum(bool(stored) for _, _, stored in results)
    return Card(
        f"已录 {done} 条线索" + (f"，{len(results) - done} 条没有录" if done < len(results) else ""),
        items=tuple(Item(company, hint=result) for company, result, _ in results),
        text="说“我的线索”逐条查看。",
        buttons=undo_button(undo) if done else (),
    )
