"""Looking at tasks: one, or a list, the most urgent first."""

from typing import Any

from cards import general
from cards import tasks as cards
from handlers import slots as say
from handlers.desk import Desk
from handlers.people.resolve import find_colleague
from handlers.permissions.rules import Can
from handlers.reply import Reply
from handlers.routing import router
from handlers.tasks.finding import find_task
from storage.schema import Task
from storage.scope import branch


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
        return Reply(general.say, text=f"{title}：没有。要记一条，例如：提醒我明天上午10点交周报。")
    return Reply(cards.listing, list(rows), title=title, total=desk.tasks.count(*conditions))


def _whose(desk: Desk, scope: str, person_id: int | None) -> tuple[list[Any], str]:
    if person_id is not None:
        mine = person_id == desk.actor.id
        return [Task.owner_id == person_id], "我的待办" if mine else f"{desk.name(person_id)}的待办"
    unit = desk.org.nearest(desk.actor.person.unit_id, {"dept": "department"}.get(scope, scope))
    unit = unit or desk.org.units[desk.actor.person.unit_id]
    return [Task.unit_id.in_(branch((unit.id,)))], f"{unit.name}的待办"
