"""Which task is meant: by code, by its place in a list, by words, or the one at hand."""

from cards import general
from cards import tasks as cards
from handlers.desk import Desk
from handlers.records import Several, focused
from handlers.refusal import NotFound, Refusal
from handlers.reply import Reply
from handlers.tasks import rules
from storage.schema import Task


class NoSuchPlace(Refusal):
    """刚才的列表里有 {count} 条，没有第 {index} 条。说“我的待办”再看一遍，或者报编号。"""


class Stale(Several):
    """The due moment has changed since the card was drawn: nothing happens, the task is shown as it is."""

    def __init__(self, row: Task) -> None:
        said = Reply(general.say, text="这张卡片之后待办改过期，按钮没有生效；现在的样子在新卡片上。")
        super().__init__(said.also(cards.shown, row))


def find_task(desk: Desk, code: str, index: int | None, content: str) -> Task:
    """The task of that code, position or words, or the one at hand. Raises `NotFound`, `Several`."""
    if code and not code.startswith("@"):
        row = desk.tasks.by_code(code)
        if row is None:
            raise NotFound(said=code)
        return row
    if index is not None:
        return _listed(desk, index)
    open_tasks = list(desk.tasks.of(desk.actor.id, limit=50))
    if content:
        fits = [row for row in open_tasks if content in row.content or row.content in content]
        if len(fits) == 1:
            return fits[0]
        open_tasks = fits or open_tasks
    else:
        at_hand = focused(desk, "task")
        if isinstance(at_hand, Task) and at_hand.done_at is None:
            return at_hand
        if desk.talk.push and desk.talk.push[0] == "task" and (row := desk.tasks.find(desk.talk.push[1])):
            return row
    if len(open_tasks) == 1:
        return open_tasks[0]
    if not open_tasks:
        raise NotFound(said=content or "待办")
    shown = open_tasks[:5]
    options = [[f"{row.code} {row.content}", f"完成待办 {row.code}"] for row in shown]
    reply = Reply(general.choose, None, title="是哪一条？", options=options)
    reply.question = {"options": [said for _, said in options]}
    raise Several(reply)


def _listed(desk: Desk, index: int) -> Task:
    """By its place in the list just shown. What is not before the person's eyes is shown first."""
    ids = desk.talk.open_list(desk.now, Task.noun)
    if ids is None:
        rows = list(desk.tasks.of(desk.actor.id, limit=10))
        if not rows:
            raise NotFound(said=f"第{index}个待办")
        total = desk.tasks.count(Task.owner_id == desk.actor.id, Task.done_at.is_(None))
        raise Several(Reply(cards.listing, rows, title="先对一下序号，再说一遍", total=total))
    row = desk.tasks.find(ids[index - 1]) if 1 <= index <= len(ids) else None
    if row is None:
        raise NoSuchPlace(index=index, count=len(ids))
    return row


def current_task(desk: Desk, task_id: int, due_version: int) -> Task:
    """The open task a card showed, if it is still as it was.

    Raises `NotFound`, `AlreadyDone`; `Stale` with the present card, where its due moment has changed since.
    """
    row = desk.tasks.find(task_id)
    if row is None:
        raise NotFound(said="这条待办")
    rules.check_open(row.done_at, row.code)
    if row.due_version != due_version:
        raise Stale(row)
    return row
