"""The kinds of word a command may take, each declared once: type, label, cue words, question, example.

A handler's parameter annotated with one of these says everything about it; grammar, help, the question for
a missing word and the form come from here. Slot names and types are the contract of the chat interface.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from handlers.slot_choices import LEAD_STATUS, PRICE_PERIOD, SCOPES, TASK_STATUS
from handlers.slot_kinds import Kept as Kept
from handlers.slot_kinds import Slot as Slot
from handlers.slot_kinds import Type as Type
from handlers.slot_kinds import slot_of as slot_of


def said(words: str) -> tuple[str, ...]:
    """Several words in one line: `想看|想买`."""
    return tuple(words.split("|"))


Notes = Annotated[str, Kept()]

Company = Annotated[
    str,
    Slot(
        Type.COMPANY,
        "公司",
        "company",
        cues=said(
            "公司全称是|公司全称|公司名叫|公司名称|公司叫|公司名|公司是|客户是|客户叫|单位是|company is"
        ),
        keys=("公司", "客户", "公司名称", "单位", "company", "customer"),
        question="是哪家公司？",
        question_en="Which company?",
        example="徐州恒通路桥",
    ),
]
Contact = Annotated[
    str,
    Slot(
        Type.TEXT,
        "联系人",
        "contact",
        cues=("联系人", "对接人", "contact"),
        keys=("联系人", "contact"),
        question="联系人怎么称呼？",
        question_en="Who is the contact?",
        example="王建国",
        wanted=True,
        spot="contact",
    ),
]
Phone = Annotated[
    str,
    Slot(
        Type.PHONE,
        "电话",
        "phone",
        cues=("电话", "手机", "号码", "phone"),
        keys=("手机", "电话", "联系电话", "手机号", "phone", "mobile"),
        question="电话是多少？没有就回“没有”。",
        question_en="What is the phone number?",
        example="13812345678",
        wanted=True,
    ),
]
Product = Annotated[
    str,
    Slot(
        Type.TEXT,
        "产品",
        "product",
        cues=said(
            "想看看|想看|想买|想要|要买|需要|需求是|想租|要租|求购|看中|咨询|产品是|产品改成|产品"
            "|interested in|looking for|wants|needs|product"
        ),
        keys=("产品", "设备", "product"),
        example="摊铺机",
        token=2,
        counted=True,
    ),
]
Qty = Annotated[int, Slot(Type.QUANTITY, "数量", "quantity", keys=("数量", "qty"), example="2台")]
Spec = Annotated[
    str,
    Slot(
        Type.TEXT,
        "规格",
        "spec",
        cues=("规格", "型号"),
        keys=("规格", "型号", "spec"),
        shapes=(
            r"(?P<v>(?<![0-9.a-z])[0-9]+(?:\.[0-9]+)?(?:kw|kva|kv|mm|cm|hz|mpa|吨(?=级|位|的"
            r"|[一-鿿]{1,3}车)))",
        ),
    ),
]
Budget = Annotated[
    Decimal,
    Slot(
        Type.MONEY,
        "预算",
        "budget",
        cues=("预算", "budget", "金额"),
        keys=("预算", "金额", "budget", "amount"),
        example="120万",
    ),
]
BudgetMin = Annotated[Decimal, Slot(Type.MONEY, "预算下限", "minimum budget")]
BudgetMax = Annotated[Decimal, Slot(Type.MONEY, "预算上限", "maximum budget")]
UnitPrice = Annotated[
    Decimal, Slot(Type.MONEY, "单价", "unit price", cues=("单价", "月租", "租金"), keys=("单价",))
]
PricePeriod = Annotated[str, Slot(Type.CHOICE, "计价周期", "price period", choices=PRICE_PERIOD)]
Term = Annotated[
    timedelta, Slot(Type.DURATION, "期限", "term", cues=("租期", "期限", "租", "为期"), keys=("租期", "期限"))
]
Industry = Annotated[
    str,
    Slot(
        Type.TEXT,
        "行业",
        "industry",
        cues=("行业是", "industry"),
        keys=("行业", "industry"),
        example="养护",
        shapes=(r"做(?P<v>[一-鿿]{2,6}?)(?:的|行业|生意|这行)", r"(?P<v>[一-鿿]{2,4})行业(?!是|:)"),
    ),
]
Region = Annotated[
    str,
    Slot(
        Type.TEXT,
        "区域",
        "region",
        cues=("区域是", "地区是", "region"),
        keys=("区域", "地区", "region"),
        spot="place",
        example="江苏",
    ),
]
Source = Annotated[
    str,
    Slot(
        Type.TEXT,
        "来源",
        "source",
        cues=("来源是", "来源改成", "来源", "source"),
        keys=("来源", "source"),
        example="展会",
        shapes=(
            r"(?P<v>展会|官网|转介绍|老客户介绍|朋友介绍|同行介绍|400电话|陌生拜访|地推|抖音|公众号"
            r"|小程序|广告|招标网)",
            r"来自(?P<v>[一-鿿]{2,6}?)(?=$|[ ,。;、的])",
            r"\bfrom (?:the |a )?(?P<v>(?:trade fair|trade show|exhibition|website|referral|expo))\b",
        ),
    ),
]
Approx = Annotated[list[str], Slot(Type.TEXT, "约数", "approximate", many=True)]
LeadCode = Annotated[
    str, Slot(Type.CODE, "线索", "lead", code_of="lead", keys=("线索", "lead"), example="L-20931")
]
Corrects = Annotated[
    str,
    Slot(
        Type.CODE,
        "更正",
        "corrects",
        cues=said("打错了|打错|写错了|说错了|录错了|输错了|搞错了|错了|更正|不是|correction|i meant|typo"),
        reference="@last",
    ),
]
LeadStatus = Annotated[str, Slot(Type.CHOICE, "状态", "status", choices=LEAD_STATUS)]
Within = Annotated[str, Slot(Type.CHOICE, "范围", "scope", choices=SCOPES)]
Day = Annotated[date, Slot(Type.DATE, "日期", "date", keys=("日期", "date"), ahead=False)]
PlanDay = Annotated[date, Slot(Type.DATE, "日期", "date", keys=("日期", "date"))]
Query = Annotated[str, Slot(Type.TEXT, "搜索", "query", example="qjgd", spot="latin")]
HandoverFrom = Annotated[
    str, Slot(Type.PERSON, "交接自", "handed over from", cues=("交接自", "接手", "交接"), cued=True)
]
Level = Annotated[
    str,
    Slot(
        Type.CHOICE,
        "级别",
        "level",
        choices={k: (k,) for k in ("战略", "重点", "普通")},
        keys=("级别", "等级"),
    ),
]
About = Annotated[
    str,
    Slot(
        Type.TEXT,
        "内容",
        "content",
        question="跟进了什么？",
        question_en="What happened?",
        example="今天见了王总，认可方案，下周出报价",
        leftover=1,
        keys=("内容", "情况", "content"),
    ),
]
Competitor = Annotated[
    str,
    Slot(
        Type.TEXT,
        "竞品",
        "competitor",
        keys=("竞品", "竞争对手", "competitor"),
        shapes=(
            r"(?:认准|更认可?|只认|更?倾向于?|更?看好|更?偏向)(?!方案|我们|咱们|这|那|价格|国产|进口"
            r"|技术|质量|服务)"
            r"(?P<v>[一-鿿a-z0-9]{2,8}?)(?=$|[ ,。;、!?]|的|了|那|价)",
            r"(?:竞品|竞争对手|对手|友商)(?:是|还是|有|就是|:)?"
            r"(?P<v>[一-鿿a-z0-9]{2,8}?)(?=$|[ ,。;、!?]|的|也|报|在|和)",
            r"(?:^|[ ,。;、])(?P<v>[一-鿿]{2,4}?)(?:也在谈|也在报价|也报了|也去了|也在跟|也参与|先报了)",
            r"(?:competing with|competitor is|prefers?|versus|vs\.?) (?P<v>[a-z][a-z0-9&-]{1,20})",
        ),
    ),
]
NextAction = Annotated[
    str,
    Slot(
        Type.TEXT,
        "下一步",
        "next step",
        cues=("下一步", "下步", "next step", "next:"),
        keys=("下一步", "next"),
        beside="next_at",
    ),
]
NextAt = Annotated[
    datetime, Slot(Type.DATETIME, "下次时间", "next time", keys=("下次", "下次时间"), opens_clause=True)
]
Todo = Annotated[
    str,
    Slot(
        Type.TEXT,
        "事项",
        "what",
        question="要提醒什么事？",
        question_en="What should I remind you of?",
        example="给甬江港务打电话",
        leftover=1,
        keys=("事项", "内容"),
    ),
]
Due = Annotated[
    datetime,
    Slot(
        Type.DATETIME,
        "时间",
        "when",
        question="什么时候？",
        question_en="When?",
        example="明天上午10点",
        keys=("时间", "日期"),
    ),
]
Colleague = Annotated[str, Slot(Type.PERSON, "同事", "colleague", keys=("负责人", "同事"), example="小陈")]
Doer = Annotated[
    str,
    Slot(
        Type.PERSON, "同事", "colleague", keys=("负责人", "执行人", "给"), example="小陈", cued=True,
        cues=said("让|叫|通知|提醒|安排|请|派|ask|tell|remind|have"),
    ),
]  # fmt: skip
TaskStatus = Annotated[str, Slot(Type.CHOICE, "状态", "status", choices=TASK_STATUS)]
TaskCode = Annotated[
    str, Slot(Type.CODE, "待办", "task", code_of="task", keys=("待办", "task"), example="K-0691")
]
Index = Annotated[
    int,
    Slot(
        Type.QUANTITY, "第几个", "which one", example="2", ordinal=True,
        question="第几个？", question_en="Which one?",
    ),
]  # fmt: skip
WhichTask = Annotated[str, Slot(Type.TEXT, "事项", "what", leftover=2)]
Topic = Annotated[
    str,
    Slot(
        Type.TEXT,
        "主题",
        "topic",
        shapes=(
            r"^(?:帮助|help)(?: on| with)? ?(?P<v>[^ ,。?]{2,12})",
            r"(?:怎么|如何|怎样)(?!用$|玩|使用$|操作$)(?P<v>[^ ,。?]{2,12})",
            r"how (?:do i|can i|to) (?P<v>[a-z ]{3,30})",
        ),
    ),
]
Action = Annotated[str, Slot(Type.CODE, "操作", "action", reference="@last")]
