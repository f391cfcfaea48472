"""Changing a lead."""

from typing import Any

from cards import general
from cards import leads as cards
from handlers import slots as say
from handlers.companies.index import Identity, hold, index_record, phone_key
from handlers.desk import Desk
from handlers.leads import rules
from handlers.leads.duplicates import charge, check_left, described, others_on, taken
from handlers.permissions.rules import Can
from handlers.records import REFERENCES, find_lead
from handlers.reply import Reply
from handlers.routing import router
from storage.schema import Lead


@router.command(
    "lead.update",
    "改线索",
    "更新线索",
    english=("update lead",),
    needs=Can.CREATE_LEAD,
    about=("lead",),
    weak=("电话是", "手机是", "公司叫", "公司是", "预算改", "联系人是", "来源是", "产品是", "单价是", "更正"),
    shapes=(
        r"^(把)?(线索)?\s*l-?\d+ ?的?\s*(?P<w>(把)?(改|(?=(电话|手机|公司|联系人|预算|来源|产品|数量|单价)(改"
        r"|换|是|叫|为|:))))",
        r"^(?=.*(l-?\d|线索|状态))(把|将)?([这那][条个])?(线索)?\s*(l-?\d+)? ?的?\s*(状态)?[ :]*"
        rf"(?P<w>(改|变|换|标记?|设置?|设定|置|转)?(成|为|到)?)(?=(状态)?({say.STATUS_WORDS})了?$)",
        rf"^(把|将)?(线索|这[条个])?(?P<w>)(?=({say.STATUS_WORDS})(掉|了)?(线索)? ?l-?\d+$)",
        r"^(把|将)?(线索)?\s*l-?\d+ ?的?\s*(?P<w>备注)",
        r"^(把)?(线索)?\s*l-?\d+ ?的?\s*(?P<w>)(?=(电话|手机)[ :]?[\d+(])",
        r"^(?=(电话|手机|联系人|公司|预算|来源|产品|数量|单价)[:=][^:=]*$)",
        r"^(他|她|对方|他们|客户|这条线索|这个线索|这条)?(的)?(?=(电话|手机|手机号|公司|公司名|联系人"
        r"|预算|来源|数量|产品|单价)(号码?|名称?)?"
        r"(应该)?(是|叫|改成|改为|改到|换成|更正为|变成|提高到|提到|涨到|加到|降到|减到|调到|增加到|减少到))",
        r"^(刚才|刚刚|上面)(那个|那条|说的|的)*(?=(电话|手机|公司名?|联系人|预算|来源|产品|数量|单价)(号码?)?(应该)?(是|叫|改|换))",
        r"^.{1,6}的(?=(电话|手机)(号码?)?(改|换)(成|为|到))",
        r"^(他|她|对方|客户|他们)?(的)?(?=(电话|手机|手机号|座机)[ :]?[\d+(零幺一二三四五六七八九])",
        r"^(把)?(线索|这条线索|这条)?(的)?(?=(电话|手机|公司名?|联系人|预算|来源|数量|产品|单价)(改|换)(成|为"
        r"|到)?)",
        r"^公司(名|全称|名称|全名)?(叫|是)",
        r"(电话|手机|公司名?|名字|预算|联系人|号码|刚才?)?(我)?(打|写|说|输|录)错了?(?=[ ,。:是]|$)"
        r".{0,6}(?=是|\d|应该|改)",
        r"^更正",
        r"^(不对|错了|搞错了)[ ,。].{0,8}(?=是|改)",
        r"(加|补)(一?个|上|一下)?(?=(电话|手机|联系人)[ :]?)",
        r"^不是.{1,24}[ ,。]?(而?是|应该是)",
        r"^(the )?(phone|company|contact|budget|product) (number )?(is|should be)",
        r"^(correction|i meant|typo)",
    ),
    examples=("电话是13812345678", "线索 L-20961 预算改成150万"),
)
def update(
    desk: Desk,
    lead: say.LeadCode = "",
    customer: say.Company = "",
    contact: say.Contact = "",
    phone: say.Phone = "",
    product: say.Product = "",
    qty: say.Qty | None = None,
    budget: say.Budget | None = None,
    source: say.Source = "",
    corrects: say.Corrects = "",
    budget_min: say.BudgetMin | None = None,
    budget_max: say.BudgetMax | None = None,
    unit_price: say.UnitPrice | None = None,
    status: say.NewStatus = "",
    note: say.Notes = "",
) -> Reply:
    """改手上的线索，或补全没写完的线索。"""
    row = find_lead(desk, lead)
    if status:
        raise rules.StatusByDeed(status=status, company=row.company)
    low, high = rules.budget_of(budget, budget_min, budget_max)
    remark, then = rules.remark_of(note)
    said: dict[str, Any] = {
        "company": "" if customer in REFERENCES else customer, "contact": contact,
        "product": product, "qty": rules.counted(qty), "source": source, "phone": phone,
        "phone_key": phone_key(desk.keys, phone), "budget_min": low, "budget_max": high,
        "unit_price": rules.fen(unit_price), "note": rules.added(row.note, remark),
    }  # fmt: skip
    wanted = {field: value for field, value in said.items() if value not in (None, "")}
    changed = rules.changed_fields({field: getattr(row, field) for field in wanted}, wanted)
    if not changed:
        return Reply(general.say, text="要改哪一项？例如：电话是13812345678；预算改成150万。")
    if {"company", "phone"} & set(changed) and (refused := _hit(desk, row, wanted)):
        return refused
    for field in changed:
        setattr(row, field, wanted[field])
    if "budget_min" in changed:
        row.approx = []
    index_record(desk.session, desk.org, desk.keys, row)
    return Reply(cards.updated, row, changed=list(changed), undo=desk.cause, then=then)


def _hit(desk: Desk, row: Lead, wanted: dict[str, Any]) -> Reply | None:
    """The refusal where the new company or phone is somebody's already; a near one only marks the lead."""
    company: str = wanted.get("company", row.company)
    identity = Identity((company,), (wanted["phone"],) if "phone" in wanted else ())
    check_left(desk)
    hold(desk.session, desk.keys, identity)
    found = others_on(desk, identity, at=row.unit_id, but=(row.noun, row.id))
    certain = [one for one in found if one.certain]
    if certain:
        return taken(desk, company, certain, kept=False)
    charge(desk, described(desk, found)[1])
    row.suspect = bool(found)
    return None
