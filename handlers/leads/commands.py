"""What may be done with leads."""

from cards import general
from cards import leads as cards
from handlers import slots as say
from handlers.companies.index import Identity
from handlers.desk import Desk
from handlers.followups.commands import ask_what_happened
from handlers.leads import changing as changing
from handlers.leads import importing as importing
from handlers.leads import rules
from handlers.leads.duplicates import channel_of, charge, check_ration, described, others_on, taken
from handlers.leads.listing import listed
from handlers.leads.opening import facts_of, open_lead
from handlers.permissions.rules import Can
from handlers.records import find_lead, find_subject
from handlers.refusal import NotFound
from handlers.reply import Reply
from handlers.routing import router
from storage.schema import Lead


@router.command(
    "lead.create",
    "新线索",
    "录个线索",
    "加线索",
    "新增线索",
    "线索 新增",
    "录线索",
    "新建线索",
    english=("new lead", "lead add", "add lead", "add a lead", "create lead", "create a lead", "log a lead"),
    needs=Can.CREATE_LEAD,
    makes=True,
    alone=(("customer", "phone"), ("customer", "contact", "product")),
    weak=(
        "加了个客户",
        "加的微信",
        "加了微信",
        "有个客户",
        "来了个客户",
        "有个新客户",
        "来了个新客户",
        "来个线索",
        "记个线索",
    ),
    shapes=(
        r"^(?P<w>线索|lead)[: ](?=.{2,60}[0-9]{8})",
        r"展会.{0,4}(认识|碰到?|遇到?|接触)(了|到)?一?[个位家]?",
        r"展会上?.{0,4}加(了一?[个位家]|的|了)(客户|老板|微信)?",
        r"^(刚|刚刚|今天|昨天)?.{0,8}(?P<w>(认识|加|来|碰到|遇到)了?(一?[个位家])(新?客户|线索|(?=老板)))",
        r"^(我?要|我?想|帮我|先|来)*(?P<w>(报备|登记)(一?下|一?[个家条])?新?(客户|线索|项目)?)"
        r"(?!了|过|没|吗)(?=[: ,]|.*[0-9]{7})",
        r"(录|建|加|登记|新增|添加|新建|录入)(一?下|了)?(一?[个位家])新?客户",
        r"^(?P<w>名片)[: ,]",
        r"(录|建|加|记|登记|新增|添加|新建|录入)(一?下|了|成)?(一?[个条])?(新?的?线索)",
        r"线索(新增|录入|登记)",
    ),
    examples=("新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算120万左右",),
)
def create(
    desk: Desk,
    customer: say.Company,
    contact: say.Contact = "",
    phone: say.Phone = "",
    product: say.Product = "",
    qty: say.Qty | None = None,
    spec: say.Spec = "",
    budget: say.Budget | None = None,
    budget_min: say.BudgetMin | None = None,
    budget_max: say.BudgetMax | None = None,
    unit_price: say.UnitPrice | None = None,
    price_period: say.PricePeriod = "",
    term: say.Term | None = None,
    industry: say.Industry = "",
    region: say.Region = "",
    source: say.Source = "",
    approx: say.Approx | None = None,
    note: say.Notes = "",
) -> Reply:
    """录一条线索，当场查重。"""
    facts = facts_of(
        contact=contact, product=product, qty=qty, spec=spec, budget=budget, budget_min=budget_min,
        budget_max=budget_max, unit_price=unit_price, price_period=price_period, term=term,
        industry=industry, region=region, source=source, approx=approx, note=note,
    )  # fmt: skip
    lead, found = open_lead(desk, customer, phone, facts)
    if lead is None:
        return taken(desk, customer, found)
    near, hidden = described(desk, found)
    charge(desk, hidden)
    return Reply(
        cards.created,
        lead,
        undo=desk.cause,
        near=near,
        hidden="；".join("，联系渠道：".join(pair) for pair in hidden),
        then=rules.remark_of(note)[1],
    )


@router.command(
    "lead.query",
    "我的线索",
    "查线索",
    "线索列表",
    english=("my leads", "show lead", "show leads", "list leads"),
    needs=Can.ANYONE,
    reads=True,
    weak=("线索",),
    alone=(("lead",),),
    shapes=(
        r"^(查一?下|看一?下|看看|查看|查|看|打开|给我看|线索| )*(?=l-?\d{3,}$)",
        r"(的|有哪些|哪些|多少|几条|几个|看看|看下|列一下|所有|全部)新?线索",
        r"(待分配|待接单|跟进中|已转商机|公海|无效|未分配|没分配|在跟)(的|中的)?线索",
        r"线索(有哪些|有多少|列表|清单|情况|呢)?[吗呢?]?$",
        r"^.{0,6}l-?\d{3,9}的?(情况|信息|详情|资料|状态|进展)$",
        r"^(the )?(unassigned|waiting|active) leads?\b",
        r"\b(?P<w>leads)\b.{0,20}$",
    ),
    examples=("我的线索", "线索 L-20961", "待接单的线索"),
)
def query(
    desk: Desk,
    lead: say.LeadCode = "",
    customer: say.Company = "",
    contact: say.Contact = "",
    status: say.LeadStatus = "",
    region: say.Region = "",
    scope: say.Within = "",
    date: say.Day | None = None,
) -> Reply:
    """看线索：一条，或者一览。"""
    if lead or (customer and not (status or region)):
        return Reply(cards.shown, find_lead(desk, lead, customer))
    return listed(desk, contact, status, region, scope, date)


@router.command(
    "lead.dup_check",
    "查重",
    "撞单查询",
    english=("dup check", "is anyone on", "anyone on", "duplicate check"),
    needs=Can.CHECK_DUPLICATES,
    weak=("有没有人在跟", "有人跟吗", "谁在跟", "有人在跟吗", "被跟了吗"),
    shapes=(
        r"(有没有|是不是|是否|有无)(被)?(有?别?人|同事)?(已经)?(在)?(跟|做|聊|联系|接触|报备)(了|进|过|着)"
        r"?(吗|没有?|么)?",
        r"(有|别)人(已经)?(在)?(跟|报备|联系|接触)(了|进|过|着)?(吗|没有?|么)",
        r"(是)?谁在跟(进|着)?",
        r"被(人)?(跟|占|报备)了(吗|没有?|么)?",
        r"撞单?了?(吗|没|么)",
        r"(已?经?)?(报备|录)过(了)?(吗|没有?|么)",
        r"(is|are) (any(one|body)|somebody) (already )?(on|working on|following|handling)",
        r"who('s| is) (on|working on|following)",
        r"(check|any) duplicates?( for| of)?",
    ),
    examples=("查下 恒通路桥 有没有人在跟",),
)
def dup_check(
    desk: Desk, customer: say.Company = "", phone: say.Phone = "", contact: say.Contact = ""
) -> Reply:
    """查全集团有没有人在跟：只说单元和联系渠道。"""
    if not customer and not phone:
        return Reply(general.ask, text="查哪家公司，或者哪个电话？例如：查重 恒通路桥").asking(
            intent="lead.dup_check"
        )
    if customer == "@focus":
        row = find_subject(desk, None)
        customer = row.company if isinstance(row, Lead) else row.name
    check_ration(desk)
    identity = Identity((customer,) if customer else (), (phone,) if phone else ())
    found = others_on(desk, identity)
    certain = list(dict.fromkeys(channel_of(desk, one) for one in found if one.certain or one.score >= 0.9))
    near, hidden = described(desk, [one for one in found if not one.certain and one.score < 0.9])
    return Reply(
        cards.checked,
        company=customer or phone,
        found=[list(pair) for pair in certain],
        near=near,
        hidden=[list(pair) for pair in hidden],
    )


@router.tap(cards.FollowLead, needs=Can.LOG_FOLLOWUP)
def follow(desk: Desk, tap: cards.FollowLead) -> Reply:
    """【跟进】: asks what happened."""
    lead = desk.leads.find(tap.lead_id)
    if lead is None:
        raise NotFound(said="这条线索")
    return ask_what_happened(desk, lead, lead.company)
