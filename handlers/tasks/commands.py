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
from handlers.tasks import rules
from handlers.tasks.finding import current_task, find_task
from storage.collaborators import add_collaborator
from storage.schema import Customer, Task
from storage.scope import branch


class OutsideYourUnit(Refusal):
    """只能给自己单元里的同事安排待办。{name}不在你的单元，请找对方的主管。"""


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
    "task.query",
    "我的待办",
    "待办列表",
    "逾期任务",
    "查待办",
    "待办清单",
    english=("my tasks", "overdue tasks", "show tasks"),
    needs=Can.ANYONE,
    reads=True,
    shapes=(
        r"^(待办|任务)?\s*k-?\d{1,9}$",
        r"(要|有|还有)(做|干|办)?(什么|哪些|啥)(待办|任务|事情?)",
        r"(今天|明天|后天|本周|这周|下周|周[一二三四五六日])我?(要|该|得)(做|干|办)(什么|啥|哪些)",
        r"(逾期|过期|超期|没做完|未完成|已完成|完成|做完)的?(待办|任务)",
        r"的(待办|任务)(有哪些|列表|清单|呢)?[吗呢?]?$",
        r"还有(什么|哪些|啥|几[个件条])没?(待办|任务)?(做|完成|没做)",
        r"(查|看|看看|看下|查下|列出?)(一?下)?(我的?|今天的?|明天的?|本周的?|所有的?)?(待办|任务)(列表"
        r"|清单)?$",
        r"^(今天|明天|本周|这周|部门|公司|团队)的?(待办|任务)",
        r"^(待办|任务)(列表|清单|有哪些)?[?]?$",
        r"\b(open|late|my|all|today's|tomorrow's) tasks?\b",
        r"what('s| is) (due|on my plate)|what (do i have|should i do)",
    ),
    examples=("我的待办", "逾期任务"),
)
def query(
    desk: Desk,
    scope: say.Within = "",
    status: say.TaskStatus = "",
    date: say.PlanDay | None = None,
    person: say.Colleague = "",
    task: say.TaskCode = "",
) -> Reply:
    """看待办，最急的在前。"""
    if task:
        return Reply(cards.shown, find_task(desk, task, None, ""))
    who = find_colleague(desk.org, person, desk.actor.person) if person else desk.actor.person
    conditions, title = _whose(desk, scope, who.id if person or scope in ("", "self") else None)
    order: tuple[Any, ...] = (Task.due_at, Task.id)
    if status == "done":
        conditions.append(Task.done_at.is_not(None))
        order, title = (Task.done_at.desc(),), f"{title} · 已完成"
    else:
        conditions.append(Task.done_at.is_(None))
    if status == "overdue":
        conditions.append(Task.due_at <= desk.now)
        title += " · 逾期"
    if date:
        start, end = desk.rules.day(date)
        conditions += [Task.due_at >= start, Task.due_at < end]
        title += f" · {date:%m-%d}"
    rows = desk.tasks.where(*conditions, order=order, limit=10)
    if not rows:
        return Reply(general.say, text=f"{title}：没有。")
    return Reply(cards.listing, list(rows), title=title, total=desk.tasks.count(*conditions))


def _whose(desk: Desk, scope: str, person_id: int | None) -> tuple[list[Any], str]:
    if person_id is not None:
        mine = person_id == desk.actor.id
        return [Task.owner_id == person_id], "我的待办" if mine else f"{desk.name(person_id)}的待办"
    unit = desk.org.nearest(desk.actor.person.unit_id, {"dept": "department"}.get(scope, scope))
    unit = unit or desk.org.units[desk.actor.person.unit_id]
    return [Task.unit_id.in_(branch((unit.id,)))], f"{unit.name}的待办"


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
    rules.check_open(row.done_at)
    rules.check_concerned(desk.actor.id, row.owner_id, row.set_by_id)
    row.done_at = desk.now
    left = desk.tasks.count(Task.owner_id == desk.actor.id, Task.done_at.is_(None))
    reply = Reply(cards.finished, row, left=left, undo=desk.cause)
    other = row.set_by_id if row.set_by_id != desk.actor.id else row.owner_id
    if other is not None and other != desk.actor.id:
        reply.tell(other, cards.shown, row, key=f"done:task:{row.id}:{row.version}")
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
    rules.check_open(row.done_at)
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
