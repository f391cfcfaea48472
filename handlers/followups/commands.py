"""What may be done with follow-ups."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any

from cards import followups as cards
from cards import general
from handlers import slots as say
from handlers.desk import Desk
from handlers.followups.saying import whole_of
from handlers.leads import rules
from handlers.permissions.rules import Can
from handlers.records import Subject, find_subject, names_of
from handlers.reply import Reply
from handlers.routing import router
from handlers.views import works_on

# The message and which slot took which place of it, as turns keep it for whoever has such a parameter.
Heard = Annotated[Mapping[str, Any] | None, say.Kept()]
WORDS = ("跟进", "记跟进", "写跟进", "跟进记录")
ENGLISH = ("log follow-up", "follow up")


@router.command(
    "followup.log",
    *WORDS,
    english=(*ENGLISH, "met"),
    needs=Can.LOG_FOLLOWUP,
    weak=(
        "今天见了",
        "刚见了",
        "见了",
        "见到了",
        "拜访了",
        "聊了",
        "打了电话",
        "打了个电话",
        "通了电话",
        "通了个电话",
        "回访了",
        "碰了面",
        "沟通了",
        "吃了饭",
        "开了会",
        "谈了",
        "去了一趟",
        "去了趟",
    ),
    shapes=(
        r"^(今天|刚才?|刚刚|上午|下午|昨天|昨晚|前天|中午|早上)?.{0,12}?(?P<w>)(见了|见到了?|拜访了"
        r"|聊了聊?|沟通了|通了个?电话|打了个?电话"
        r"|碰了面|碰了个头|吃了饭|开了会|谈了|去了一?趟|回访了)",
        r"^(just |today |yesterday )*(?P<w>)(met|visited|called|spoke|talked)( with| to)? ",
    ),
    examples=("跟进 恒通路桥 今天见了王总，认可方案，下周三下午3点去工地演示",),
)
def log(
    desk: Desk,
    customer: say.Company,
    content: say.About,
    contact: say.Contact = "",
    competitor: say.Competitor = "",
    next_action: say.NextAction = "",
    next_at: say.NextAt | None = None,
    heard: Heard = None,
) -> Reply:
    """记一次跟进，并排好下一步。"""
    about = find_subject(desk, customer)
    content = _in_full(heard, content)
    said_before = desk.followups.said_before(about, content, desk.now - rules.PASTED_WITHIN)
    entry = desk.followups.add(
        about,
        desk.actor.id,
        content,
        contact=contact,
        competitor=competitor,
        next_action=next_action,
        next_at=_moment(desk, next_at),
        effective=rules.effective(content, said_before=said_before),
    )
    reply = Reply(cards.logged, entry, undo=desk.cause, hint=_known_as(desk, about, customer))
    reply.focus = (about.noun, about.id)
    return reply


def _moment(desk: Desk, at: datetime | date | None) -> datetime | None:
    """Where only a day was said, its first moment: nobody goes to a customer at midnight."""
    if at is None or isinstance(at, datetime):
        return at
    return datetime.combine(at, time(), desk.zone)


def _in_full(heard: Heard, content: str) -> str:
    """All that was said about it; a form says itself what its content is."""
    if heard is None:
        return content
    used = [(str(slot), int(start), int(end)) for slot, start, end in heard["used"]]
    return whole_of(heard["text"], used, (*WORDS, *ENGLISH)) or content


def _known_as(desk: Desk, about: Subject, said: str) -> str:
    # A name that is not the record's own is always shown back.
    full = names_of(about)[0]
    return "" if said.startswith("@") or said == full else f"记在“{full}”名下。"


def ask_what_happened(desk: Desk, about: Subject, name: str) -> Reply:
    """Open a follow-up draft on this record and ask for its content."""
    desk.drafts.keep("followup.log", {"customer": name}, "content")
    desk.talk.focus = (about.noun, about.id)
    text = f"跟进 {name}：聊得怎么样？直接说，例如“今天见了王总，认可方案，下周三下午3点演示”。"
    reply = Reply(general.ask, text=text)
    reply.focus = (about.noun, about.id)
    return reply


def may_work_on(desk: Desk, about: Subject) -> bool:
    """Owner, team or superior."""
    return works_on(desk, about)
