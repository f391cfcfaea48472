"""Which task is meant: by code, by its place in a list, by words, or the one at hand."""

from cards import general
from handlers.desk import Desk
from handlers.records import Several, focused
from handlers.refusal import ChangedSince, NotFound
from handlers.reply import Reply
from handlers.tasks import rules
from storage.schema import Task


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
    if desk.talk.listing and desk.talk.listing[0] == "task":
        ids = desk.talk.listing[1]
        row = desk.tasks.find(ids[index - 1]) if 1 <= index <= len(ids) else None
    else:
        rows = desk.tasks.of(desk.actor.id, limit=10)
        row = rows[index - 1] if 1 <= index <= len(rows) else None
    if row is None:
        raise NotFound(said=f"第{index}个待办")
    return row


def current_task(desk: Desk, task_id: int, version: int) -> Task:
    """The open task a card showed, if it is still as it was. Raises a refusal."""
    row = desk.tasks.find(task_id)
    if row is None:
        raise NotFound(said="这条待办")
    rules.check_open(row.done_at)
    if row.version != version:
        raise ChangedSince
    return row
