"""What may be done with tasks."""

from datetime import date, datetime
from typing import Any

from cards import general
from cards import tasks as cards
from handlers import slots as say
from handlers.desk import Desk
from handlers.people.resolve import find_colleague
from handlers.permissions.rules import Can
from handlers.records import FOCUS, focused, named, names_of
from handlers.refusal import Refusal
from handlers.reply import Reply
from handlers.routing import router
from handlers.tasks import looking as looking
from handlers.tasks import rules
from handlers.tasks.finding import current_task, find_task
from storage.collaborators import add_collaborator
from storage.schema import Customer, Task


class OutsideYourUnit(Refusal):
    """{name}不在你的单元，不能直接安排待办。请找对方的主管；或者先记给自己，例如：提醒我明天上午10点联系{name}。"""


@router.command(
    "task.create",
    "提醒我",
    "待办",
    "新待办",
    "加待办",
    "记个待办",
    "提醒",
    english=("remind me to", "remind me", "todo", "remind"),
    needs=Can.ANYONE,
    makes=True,
    opens=("to",),
    shapes=(
        r"^(?P<w>记得|别忘了|帮我记(一下|个)?|记一下|记个事|给我设个?提醒|设个?提醒|定个?闹钟|(建|加"
        r"|新建|新增|添加|创建)(一?[个条])?(待办|任务|提醒))",
        r"^(?=(让|叫|通知|安排|请|派)[^ ,。]{2,4}?(今|明|后|大后|周|下|本|这|月|年|在|于|去|把|给|做"
        r"|完成|准备|跟|联系|整理|发|交|写|打|到|\d))",
        r"(?P<w>提醒(一下)?我|提醒一下)",
        r"(add|create|new) (a )?(task|todo|reminder)",
        r"^(?=(ask|tell|have) [a-z]+ )",
    ),
    examples=("提醒我明天上午10点给甬江港务打电话",),
)
def create(
    desk: Desk, content: say.Todo, due: say.Due, customer: say.Company = "", to: say.Doer = ""
) -> Reply:
    """记一条待办，到点提醒。"""
    owner = find_colleague(desk.org, to, desk.actor.person) if to else desk.actor.person
    if owner.id != desk.actor.id and not _same_unit(desk, owner.unit_id):
        raise OutsideYourUnit(name=owner.name)
    due_at, day = rules.due_moment(due, desk.zone)
    rules.check_ahead(due_at, day, desk.local_now)
    about = _customer_of(desk, customer)
    task = desk.tasks.open(
        content,
        due_at,
        unit_id=owner.unit_id,
        owner_id=owner.id,
        set_by_id=desk.actor.id,
        due_day=day,
        customer_id=about.id if isinstance(about, Customer) else None,
        company=names_of(about)[0] if about else ("" if customer.startswith("@") else customer),
    )
    planned = day or due_at.astimezone(desk.zone).date()
    offer = rules.better_day(planned, desk.local_now.date(), desk.rules.calendar.is_working_day)
    words: dict[str, Any] = {
        "undo": desk.cause,
        "offer": offer.isoformat() if offer else "",
        "restday": bool(offer),
    }
    reply = Reply(cards.created, task, **words)
    if owner.id != desk.actor.id:
        # Whoever set it may follow, move and finish it, also from outside its branch.
        add_collaborator(desk.conn, task.noun, task.id, desk.actor.id)
        reply.tell(owner.id, cards.given, task, key=f"given:task:{task.id}")
    return reply


def _same_unit(desk: Desk, unit_id: int) -> bool:
    mine = {desk.actor.person.unit_id, *desk.actor.person.extra_units, *desk.session.scope.branches}
    return any(desk.org.within(unit_id, unit) for unit in mine)


def _customer_of(desk: Desk, said: str) -> Any:
    if said == FOCUS:
        return focused(desk, "customer", "lead")
    fits = named(desk, said) if said else []
    return fits[0] if len(fits) == 1 else None


@router.command(
    "task.done",
    "待办完成",
    "完成待办",
    "做完了",
    english=("done", "task done", "finished"),
    needs=Can.ANYONE,
    about=("task",),
    weak=(
        "完成",
        "办完了",
        "搞定了",
        "弄完了",
        "打完了",
        "办好了",
        "弄好了",
        "完成了",
        "处理完了",
        "已完成",
        "都做了",
    ),
    shapes=(
        r"(待办|任务)?第?(?<![\d一二三四五六七八九十])[\d一二三四五六七八九十]{1,3}(个|条|项)?(待办|任务)"
        r"?(已经)?(做完|完成|办完|搞定|弄完|办好)了?",
        r"^(把)?k-?\d{1,9}\s*(?P<w>(已经)?(做完|完成|办完|搞定|弄完|办好|done|finished|勾掉|划掉)了?)",
        r"(?P<w>(已经)?(做完|办完|完成|搞定|弄完|办好|处理完|[打发寄交写改跑谈送]完)了)$",
        r"(?P<w>已(经)?(做完|完成|办完|搞定)了?)$",
        r"(complete|finish|close|mark) (task|todo)",
        r"(把)?(待办|任务).{0,12}(划掉|勾掉|标记完成)",
    ),
    examples=("待办第2个完成", "K-0691 做完了"),
)
def done(
    desk: Desk, task: say.TaskCode = "", index: say.Index | None = None, content: say.WhichTask = ""
) -> Reply:
    """划掉一条待办。"""
    row = find_task(desk, task, index, content)
    return _finish(desk, row)


def _finish(desk: Desk, row: Task) -> Reply:
    rules.check_open(row.done_at, row.code)
    rules.check_concerned(desk.actor.id, row.owner_id, row.set_by_id)
    row.done_at = desk.now
    left = desk.tasks.count(Task.owner_id == desk.actor.id, Task.done_at.is_(None))
    reply = Reply(cards.finished, row, left=left, undo=desk.cause)
    other = row.set_by_id if row.set_by_id != desk.actor.id else row.owner_id
    if other is not None and other != desk.actor.id:
        reply.tell(other, cards.shown, row, key=f"done:task:{row.id}:{row.version}")
    return reply


@router.command(
    "task.reopen",
    "待办没做完",
    "重开待办",
    english=("reopen task",),
    needs=Can.ANYONE,
    about=("task",),
    shapes=(
        r"^(把)?(待办|任务)?第?[\d一二三四五六七八九十]{1,3}(个|条|项)(待办|任务)?(其实|还|都)?"
        r"(没有?|未)(做完|完成|办完|搞定|弄完|办好|做)呢?$",
        r"^k-?\d{1,9}\s*(其实|还|都)?(没有?|未)(做完|完成|办完|搞定|弄完|办好|做)呢?$",
        r"(task )?k-?\d{1,9} (is )?not (done|finished)",
    ),
    examples=("待办第1个没做完", "K-0691 没做完"),
)
def reopen(desk: Desk, task: say.TaskCode = "", index: say.Index | None = None) -> Reply:
    """划错了：待办其实没做完。"""
    row = find_task(desk, task, index, "")
    if row.done_at is None:
        return Reply(general.say, text=f"{row.code} 本来就没划掉，还在待办里。").also(cards.shown, row)
    rules.check_concerned(desk.actor.id, row.owner_id, row.set_by_id)
    row.done_at = None
    if row.alerted_version >= row.due_version:
        desk.tasks.hold_again(row)
    reply = Reply(cards.shown, row)
    other = row.set_by_id if row.set_by_id != desk.actor.id else row.owner_id
    if other is not None and other != desk.actor.id:
        reply.tell(other, cards.shown, row, key=f"reopened:task:{row.id}:{row.version}")
    return reply


@router.command(
    "task.reschedule",
    "待办改到",
    "待办改期",
    "推迟到",
    "改期",
    english=("move task to", "reschedule"),
    needs=Can.ANYONE,
    about=("task",),
    examples=("待办改到后天下午3点",),
    shapes=(
        r"^(把)?(待办|任务)?第?[\d一二三四五六七八九十]+(个|条)?(待办)?(推迟|改|挪|延)(到|期|至)",
        r"^k-?\d+.{0,6}(推迟|改|挪|延)(到|期|至)",
    ),
)
def reschedule(
    desk: Desk,
    due: say.Due,
    task: say.TaskCode = "",
    index: say.Index | None = None,
    content: say.WhichTask = "",
) -> Reply:
    """把待办改到别的时间。"""
    return _move(desk, find_task(desk, task, index, content), due)


def _move(desk: Desk, row: Task, due: datetime | date) -> Reply:
    rules.check_open(row.done_at, row.code)
    rules.check_concerned(desk.actor.id, row.owner_id, row.set_by_id)
    due_at, day = rules.due_moment(due, desk.zone)
    rules.check_ahead(due_at, day, desk.local_now)
    before = cards.due_words(row.due_at.astimezone(desk.zone), row.due_day)
    desk.tasks.move(row, due_at, day)
    reply = Reply(cards.moved, row, before=before, undo=desk.cause)
    if row.owner_id is not None and row.owner_id != desk.actor.id:
        reply.tell(
            row.owner_id, cards.moved, row, key=f"moved:task:{row.id}:{row.due_version}", before=before
        )
    return reply


@router.tap(cards.Done, needs=Can.ANYONE)
def tap_done(desk: Desk, tap: cards.Done) -> Reply:
    """【完成】 on a card."""
    return _finish(desk, current_task(desk, tap.task_id, tap.version))


@router.tap(cards.MoveTo, needs=Can.ANYONE)
def move(desk: Desk, tap: cards.MoveTo) -> Reply:
    """【改到…】 on a card: another day, at the same time of day."""
    row = current_task(desk, tap.task_id, tap.version)
    day = date.fromisoformat(tap.to)
    at = row.due_at.astimezone(desk.zone).timetz()
    return _move(desk, row, day if row.due_day else datetime.combine(day, at))
