"""The kinds of word a command may take, each declared once: type, label, cue words, question, example.

A handler's parameter annotated with one of these says everything about it; grammar, help, the question for
a missing word and the form come from here. Slot names and types are the contract of the chat interface.
"""

from datetime import date, datetime
from typing import Annotated

from handlers.slot_choices import SCOPES, TASK_STATUS
from handlers.slot_kinds import Kept as Kept
from handlers.slot_kinds import Slot as Slot
from handlers.slot_kinds import Type as Type
from handlers.slot_kinds import said as said
from handlers.slot_kinds import slot_of as slot_of
from handlers.slots_leads import STATUS_WORDS as STATUS_WORDS
from handlers.slots_leads import Approx as Approx
from handlers.slots_leads import Budget as Budget
from handlers.slots_leads import BudgetMax as BudgetMax
from handlers.slots_leads import BudgetMin as BudgetMin
from handlers.slots_leads import Company as Company
from handlers.slots_leads import Contact as Contact
from handlers.slots_leads import Corrects as Corrects
from handlers.slots_leads import Industry as Industry
from handlers.slots_leads import LeadCode as LeadCode
from handlers.slots_leads import LeadRows as LeadRows
from handlers.slots_leads import LeadStatus as LeadStatus
from handlers.slots_leads import NewStatus as NewStatus
from handlers.slots_leads import Phone as Phone
from handlers.slots_leads import PricePeriod as PricePeriod
from handlers.slots_leads import Product as Product
from handlers.slots_leads import Qty as Qty
from handlers.slots_leads import Region as Region
from handlers.slots_leads import Source as Source
from handlers.slots_leads import Spec as Spec
from handlers.slots_leads import Term as Term
from handlers.slots_leads import UnitPrice as UnitPrice

Notes = Annotated[str, Kept()]

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
