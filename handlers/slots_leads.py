"""The kinds of word that describe a lead: company, contact, what is wanted, and what it may cost."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from handlers.slot_choices import LEAD_STATUS, PRICE_PERIOD
from handlers.slot_kinds import Slot, Type, said

Company = Annotated[
    str,
    Slot(
        Type.COMPANY,
        "公司",
        "company",
        cues=said(
            "公司全称是|公司全称|公司名叫|公司名称|公司叫|公司名|公司是|客户是|客户叫|单位是|company is"
        ),
        keys=said(
            "公司|客户|公司名称|公司名|客户名称|客户名|单位|单位名称|公司全称|企业名称|company|customer"
        ),
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
        keys=("联系人", "对接人", "联系人姓名", "姓名", "contact"),
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
        keys=said("手机|电话|联系电话|手机号|手机号码|电话号码|联系方式|座机|phone|mobile|tel"),
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
        keys=said("产品|设备|需求|采购需求|产品名称|设备名称|意向产品|需求产品|product"),
        example="摊铺机",
        token=2,
        counted=True,
    ),
]
Qty = Annotated[int, Slot(Type.QUANTITY, "数量", "quantity", keys=("数量", "台数", "qty"), example="2台")]
Spec = Annotated[
    str,
    Slot(
        Type.TEXT,
        "规格",
        "spec",
        cues=("规格", "型号"),
        keys=("规格", "型号", "规格型号", "spec"),
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
        keys=("预算", "金额", "预算金额", "采购预算", "budget", "amount"),
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
        keys=("行业", "所属行业", "industry"),
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
        keys=("区域", "地区", "所在地区", "region"),
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
        keys=("来源", "客户来源", "线索来源", "source"),
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
LeadRows = Annotated[list[dict[str, Any]], Slot(Type.TEXT, "名单", "list", many=True, rows_of="lead.create")]
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
STATUS_WORDS = "作废|废弃|无效|失效|不要|关闭|战败|丢单|成交|赢单|待分配|待接单|跟进中|已转商机|公海"
NewStatus = Annotated[
    str,
    Slot(
        Type.TEXT,
        "状态",
        "status",
        shapes=(
            r"(?:^|l-?\d{3,9}|状态|线索)(?:的|状态| )*(?:改|变|换|标记?|设置?|设定|置|转)?"
            rf"(?:成|为|到|是|:)? ?(?P<v>{STATUS_WORDS})(?=了?$|(?:掉|了)?(?:线索)? ?l-?\d)",
        ),
    ),
]
