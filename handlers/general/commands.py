"""What belongs to no noun: help, undo, choosing from a list, opening what is shown, a friendly word."""

from sqlalchemy import select

from cards import customers as customer_cards
from cards import general as cards
from cards import leads as lead_cards
from cards import tasks as task_cards
from handlers import slots as say
from handlers.desk import Desk
from handlers.general import drafts
from handlers.general.helping import overview, ways
from handlers.general.undoing import WORDS, NothingToUndo, described, take_back
from handlers.permissions.rules import Can, may
from handlers.records import find_record
from handlers.refusal import NotFound, Refusal
from handlers.reply import Reply
from handlers.routing import router
from handlers.views import row_of
from storage.audit import changes_by
from storage.ledger import audit
from storage.schema import Customer, Lead, Task


class NoOpenList(Refusal):
    """现在没有打开的列表，所以序号对不上。先看列表，例如：我的线索；我的待办。"""


class NoSuchPlace(Refusal):
    """刚才的列表里有 {count} 条，没有第 {index} 条。回复 1 到 {count} 的序号，或者重新查一遍。"""


@router.command(
    "help",
    "帮助",
    "怎么用",
    "怎么玩",
    "帮助一下",
    "你会什么",
    "你能做什么",
    "怎么录",
    "怎么建",
    "怎么写",
    "怎么加",
    "怎么查",
    "怎么改",
    "怎么记",
    "怎么提醒",
    "怎么跟进",
    "怎么撤销",
    "如何录",
    "如何建",
    "如何记",
    "如何查",
    english=("help", "what can you do", "how to use"),
    needs=Can.ANYONE,
    reads=True,
    shapes=(
        r"(你|小二)?(都)?(会|能)(帮我)?(做|干)?(什么|啥|哪些)",
        r"^(怎么|如何|怎样)(用|玩|录|建|写|查|跟进|提醒|撤销|操作|使用|弄)",
        r"怎么(用|玩|使用|操作)",
        r"(有|支持)(什么|哪些)功能",
        r"不(会|知道怎么)(用|弄|操作)",
        r"^(使用)?(说明|教程|新手)(书|指南)?$",
        r"^how (do|can|to)\b",
    ),
    examples=("帮助", "帮助 线索"),
)
def help_(desk: Desk, topic: say.Topic = "") -> Reply:
    """告诉你能说什么，带例子。"""
    mine = [one for one in router.commands.values() if one.examples and may(one.needs, desk.actor.roles)]
    said = topic.strip().lower()
    if of_noun := [one for one in mine if said and WORDS.get(one.noun) == said]:
        return Reply(cards.say, text=ways(said, of_noun))
    if about := [one for one in mine if said and any(said in word for word in (*one.words, *one.english))]:
        one = about[0]
        return Reply(
            cards.usage, title=one.words[0], form=one.usage, about=one.help, examples=[*one.examples]
        )
    wanted = ("lead.create", "followup.log", "task.create", "lead.query", "customer.query", "task.query")
    first = [one for intent in wanted for one in mine if one.intent == intent][:3]
    greeting = f"{desk.actor.person.name}，直接打字跟我说就行"
    return Reply(cards.say, text=f"{greeting}：\n{overview(mine)}").also(
        cards.help_card, titles=[one.words[0] for one in first]
    )


@router.command(
    "choice.select",
    "选",
    "第几个",
    english=("the first", "the second", "the third", "the last", "option", "choose", "pick"),
    needs=Can.ANYONE,
    about=("list",),
    alone=(("index",),),
    exact=True,
    shapes=(
        r"^(就|我?要|我?选|选择|看|打开)?(一?下)?第?\s*[\d一二三四五六七八九十]{1,2}\s*(个|条|项|号|家"
        r"|位)(吧|的)?$",
        r"^(就|我?要|我?选|选择)(第)?\s*[\d一二三四五六七八九十]{1,2}$",
        r"^(选|就|要)?最后一?(个|条)$",
    ),
    examples=("第2个",),
)
def select_(desk: Desk, index: say.Index) -> Reply:
    """从刚才的列表里选一个。"""
    ids = desk.talk.open_list(desk.now)
    if desk.talk.listing is None or ids is None:
        raise NoOpenList
    if not 1 <= index <= len(ids):
        raise NoSuchPlace(index=index, count=len(ids))
    return shown(desk, desk.talk.listing[0], ids[index - 1])


def shown(desk: Desk, noun: str, record_id: int) -> Reply:
    """The card of a record, at least by name."""
    if noun == drafts.NOUN and (draft := desk.drafts.find(record_id)):
        return drafts.resume(desk, draft)
    row = find_record(desk, noun, record_id) or row_of(desk, noun, record_id)
    if isinstance(row, Lead):
        return Reply(lead_cards.shown, row)
    if isinstance(row, Customer):
        return Reply(customer_cards.shown, row)
    if isinstance(row, Task):
        return Reply(task_cards.shown, row)
    raise NotFound(said="这条记录")


@router.tap(cards.Open, needs=Can.ANYONE, reads=True)
def open_(desk: Desk, tap: cards.Open) -> Reply:
    """【打开】 a record of a list."""
    return shown(desk, tap.noun, tap.record_id)


@router.command(
    "undo",
    "撤销",
    "录错了",
    "撤回上一步",
    "取消刚才的",
    "撤消",
    english=("undo",),
    needs=Can.ANYONE,
    exact=True,
    shapes=(
        r"^(刚才?|刚刚|我)*(录错|记错|弄错|搞错|点错|发错)了?$",
        r"(撤销|撤消|取消)(一?下|掉)?(刚才|刚刚|上一[条步个]|上个|最后|那[条个])",
        r"(刚才|刚刚|上一[条步个])(的|那个|那条)*(撤销|撤消|取消|不要|作废)(掉|了)?",
        r"(take|roll) (it|that) back",
    ),
    examples=("撤销",),
)
def undo(desk: Desk, action: say.Action = "") -> Reply:
    """撤销你刚才的操作（15 分钟内）。"""
    if desk.talk.last is None:
        raise NothingToUndo(minutes=_minutes(desk))
    cause = desk.talk.last[0]
    what = _undoable(desk, cause)
    return Reply(cards.confirm_undo, cause=cause, what=what, kept="已经发出去的消息收不回来。")


@router.tap(cards.Undo, needs=Can.ANYONE)
def undo_tapped(desk: Desk, tap: cards.Undo) -> Reply:
    """【撤销】 and 【确认撤销】."""
    what = _undoable(desk, tap.cause)
    restored = take_back(desk, changes_by(desk.conn, tap.cause))
    desk.talk.focus = None
    reply = Reply(cards.say, text=f"已撤销：{'；'.join(what)}。")
    for row in restored:
        # A card whose right to be renewed is spent still says 已完成: the task is shown afresh.
        if isinstance(row, Task):
            reply.also(task_cards.shown, row).focus = (row.noun, row.id)
    return reply


def _undoable(desk: Desk, cause: str) -> list[str]:
    asked = select(audit.c.person_id, audit.c.at).where(
        audit.c.cause == cause, audit.c.record_id.is_not(None)
    )
    rows = desk.conn.execute(asked.limit(1)).one_or_none()
    what = described(changes_by(desk.conn, cause)) if rows and rows.person_id == desk.actor.id else []
    if rows is None or not what or desk.now - rows.at > desk.rules.undo_window:
        raise NothingToUndo(minutes=_minutes(desk))
    return what


def _minutes(desk: Desk) -> int:
    return int(desk.rules.undo_window.total_seconds() // 60)


@router.command(
    "smalltalk",
    "你好",
    "您好",
    "谢谢",
    "在吗",
    "早上好",
    "辛苦了",
    "早",
    needs=Can.ANYONE,
    reads=True,
    exact=True,
    shapes=(
        r"^(小二 ?)?(你好|您好|哈喽|哈啰|谢谢|谢啦|谢了|多谢|感谢|在吗|在不在|早上好|上午好|中午好"
        r"|下午好|晚上好|晚安|辛苦了|辛苦啦|早安?|嗨|再见|拜拜"
        r"|hi|hello|hey|thanks|thank you|thx|good (morning|afternoon|evening)|bye)( ?(小二|你|您|啦|了"
        r"|呀|啊|哈|哦|there|xiaoer|a lot|so much))*[!！~。.,呀啊哈]*$",
    ),
)
def smalltalk(desk: Desk) -> Reply:
    """打个招呼。"""
    return Reply(cards.say, text="我在。录线索、记跟进、提醒待办，直接跟我说就行；不会就说“帮助”。").openly()
