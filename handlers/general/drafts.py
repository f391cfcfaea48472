"""What was begun and not finished: put aside, listed, taken up again, dropped."""

from cards import general as cards
from handlers.desk import Desk
from handlers.general.carrying import ask_rest, carry_out, missing_of, noted, question_of
from handlers.general.undoing import WORDS
from handlers.grammar.parse import UNKNOWN
from handlers.permissions.rules import Can
from handlers.refusal import Refusal
from handlers.reply import Reply
from handlers.routing import router
from storage.talk import DRAFT_LIFE, Draft

NOUN = "draft"
SHOWN = 5
HOURS = int(DRAFT_LIFE.total_seconds() // 3600)


class NoDraft(Refusal):
    """这份草稿已经不在了（录完了、丢掉了，或者过了 24 小时）。说“我的草稿”看还有哪些。"""


def title_of(draft: Draft) -> str:
    """What it was to become: 线索."""
    command = router.commands.get(draft.intent)
    return WORDS.get(command.noun, command.words[0]) if command else "没听懂的话"


def put_aside(draft: Draft) -> str:
    """What is said when something else comes first."""
    return f"没写完的{title_of(draft)}先放进草稿了，说“继续”接着写。"


def still_open(draft: Draft) -> str:
    """What is said when a message was no answer to the open question."""
    command = router.commands.get(draft.intent)
    question = question_of(command, draft.asked) if command else ""
    return f"{title_of(draft)}还没写完：{question}不写了就说“算了”。" if question else ""


def resume(desk: Desk, draft: Draft) -> Reply:
    """Take it up where it stopped: the open question again, or what has been noted, to send or to change."""
    command = router.commands.get(draft.intent)
    if command is None:
        words = str(draft.slots.get("text", ""))
        return Reply(cards.unheard, words=words, draft_id=draft.id)
    desk.check_may(command.needs)
    desk.drafts.finish(draft.id)
    missing = [one.name for one in missing_of(command, draft.slots)]
    if missing or draft.asked:
        return ask_rest(desk, command, draft.slots, draft.asked or missing[0])
    kept = desk.drafts.keep(command.intent, draft.slots, "")
    return Reply(cards.draft, title=title_of(draft), noted=noted(command, draft.slots), draft_id=kept)


@router.command(
    "draft.query",
    "我的草稿",
    "草稿箱",
    "看草稿",
    "查草稿",
    english=("my drafts", "drafts"),
    needs=Can.ANYONE,
    reads=True,
    exact=True,
    shapes=(r"^(看一?下?|查一?下?|打开|我的?)?(没写完的|没录完的|草稿)(箱|列表)?(呢|有哪些)?[吗呢?]?$",),
    examples=("我的草稿",),
)
def query(desk: Desk) -> Reply:
    """看没写完的：保留 24 小时，可以接着写。"""
    return listed(desk, desk.drafts.waiting()[:SHOWN])


def listed(desk: Desk, kept: list[Draft]) -> Reply:
    """The newest drafts, each to go on with or to drop."""
    if not kept:
        return Reply(cards.say, text="草稿箱是空的。没写完的会在这里放 24 小时。")
    reply = Reply(cards.drafts, kept=[[draft.id, title_of(draft), _so_far(draft)] for draft in kept])
    reply.listing = (NOUN, tuple(draft.id for draft in kept))
    return reply


def _so_far(draft: Draft) -> str:
    command = router.commands.get(draft.intent)
    return noted(command, draft.slots) if command else str(draft.slots.get("text", ""))


@router.command(
    "draft.resume",
    "接着录",
    "接着写",
    "继续录",
    "继续写",
    english=("resume", "go on"),
    needs=Can.ANYONE,
    exact=True,
    shapes=(
        r"^(继续|接着|恢复)(录|写|填|弄|说|来|上次的|刚才的|草稿)?(吧|啊)?[!。.]?$",
        r"^(resume|go on|continue)$",
    ),
    examples=("继续",),
)
def resume_(desk: Desk) -> Reply:
    """接着写没写完的那一条。"""
    if desk.talk.draft is not None and (one := desk.drafts.find(desk.talk.draft.id)):
        return resume(desk, one)
    kept = [draft for draft in desk.drafts.waiting() if draft.intent != UNKNOWN]
    return resume(desk, kept[0]) if len(kept) == 1 else listed(desk, kept[:SHOWN])


@router.command(
    "draft.cancel",
    "先不录了",
    "不录了",
    "不弄了",
    english=("never mind", "nevermind"),
    needs=Can.ANYONE,
    exact=True,
    shapes=(
        r"^(那|那就|唉|哎|嗯)?(还是)?(算了|取消|不弄|不录|不写|不填|不用|不要|放弃)(掉|吧|啦|了|先|这条|这个|了吧)*[!。.~]*$",
        r"^(那|那就|还是)*(先|暂时)(不|别|放一?放)(弄|录|写|填|管|说|着)?(它|这个|这条)?(吧|啦|了|了吧)?[!。.~]*$",
        r"^(never ?mind|cancel|forget it|skip it|stop)[!.]*$",
    ),
    examples=("算了",),
)
def cancel(desk: Desk) -> Reply:
    """把正在写的先放一边。"""
    draft = desk.draft(DRAFT_LIFE)
    if draft is None:
        text = "现在没有正在写的。要撤销刚做的，说“撤销”；看没写完的，说“我的草稿”。"
        return Reply(cards.say, text=text)
    desk.drafts.set_aside()
    text = f"好，{title_of(draft)}先不录。写过的在草稿里放 {HOURS} 小时，说“继续”就接着写。"
    return Reply(cards.say, text=text)


@router.tap(cards.Continue, needs=Can.ANYONE)
def continue_(desk: Desk, tap: cards.Continue) -> Reply:
    """【继续】: takes up a draft that was set aside."""
    return resume(desk, _found(desk, tap.draft_id))


@router.tap(cards.Drop, needs=Can.ANYONE)
def drop(desk: Desk, tap: cards.Drop) -> Reply:
    """【丢掉】: the draft is gone for good."""
    draft = _found(desk, tap.draft_id)
    desk.drafts.finish(draft.id)
    return Reply(cards.say, text=f"已丢掉草稿：{title_of(draft)}。")


@router.tap(cards.Submit, needs=Can.ANYONE)
def submit(desk: Desk, tap: cards.Submit) -> Reply:
    """【提交】: a draft that lacks nothing is carried out as it is."""
    draft = _found(desk, tap.draft_id)
    command = router.commands.get(draft.intent)
    if command is None or missing_of(command, draft.slots):
        return resume(desk, draft)
    desk.check_may(command.needs)
    desk.drafts.finish(draft.id)
    return carry_out(desk, command, draft.slots)


def _found(desk: Desk, draft_id: int) -> Draft:
    draft = desk.drafts.find(draft_id)
    if draft is None:
        raise NoDraft
    return draft
