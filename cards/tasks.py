"""How a task looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from cards.general import Open, undo_button
from cards.model import Button, Card, Item, Line, Message, Style, Tap, Text, card
from cards.words import day, joined, moment


@dataclass(frozen=True, slots=True)
class Done(Tap):
    """【完成】; `version` is the one the person was looking at."""

    name: ClassVar[str] = "task.done"
    task_id: int
    version: int


@dataclass(frozen=True, slots=True)
class MoveTo(Tap):
    """【改到…】: another day (ISO), at the same time of day."""

    name: ClassVar[str] = "task.move"
    task_id: int
    version: int
    to: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as one recipient may see it. Times in the local zone; `due_day` when only a day was said."""

    id: int
    version: int
    code: str
    content: str
    owner: str
    due_at: datetime
    due_day: date | None = None
    company: str = ""
    set_by: str = ""
    done_at: datetime | None = None
    late: bool = False
    mine: bool = False
    next_day: date | None = None


def due(task: TaskView) -> str:
    """When it is due, as it was said."""
    return due_words(task.due_at, task.due_day)


def due_words(at: datetime, on: date | None) -> str:
    """A due moment in words: only the day where only a day was said."""
    return day(on) if on else f"{day(at.date())} {at:%H:%M}"


def _facts(task: TaskView) -> tuple[Line, ...]:
    facts = (
        ("事项", task.content),
        ("时间", due(task) + ("（已逾期）" if task.late else "")),
        ("客户", task.company),
        ("负责人", task.owner),
        ("安排人", task.set_by if task.set_by != task.owner else ""),
        ("完成于", moment(task.done_at)),
    )
    return tuple(Line(label, value) for label, value in facts if value)


def _buttons(task: TaskView) -> tuple[Button, ...]:
    if task.done_at or not task.mine:
        return ()
    later: tuple[Button, ...] = ()
    if task.late and task.next_day:
        text = f"改到{day(task.next_day)}"
        later = (Button(text, MoveTo(task.id, task.version, task.next_day.isoformat()), Style.PLAIN),)
    return (Button("完成", Done(task.id, task.version)), *later)


@card
def created(task: TaskView, undo: str = "", offer: str = "", restday: bool = False) -> Message:
    """A new task; on a day off a working day (`offer`, ISO) is offered."""
    moved: tuple[Button, ...] = ()
    note = ""
    if restday and offer:
        better = date.fromisoformat(offer)
        moved = (Button(f"改到{day(better)}", MoveTo(task.id, task.version, offer), Style.PLAIN),)
        note = "那天休息，已照记。"
    return Card(
        f"已记待办 {task.code}",
        lines=_facts(task),
        text=note,
        buttons=() if task.done_at else _buttons(task) + moved + undo_button(undo),
        settled="已完成" if task.done_at else "",
    )


@card
def given(task: TaskView) -> Message:
    """A colleague has given one a task."""
    settled = "已完成" if task.done_at else ""
    title = f"{task.set_by}给你安排了待办 {task.code}"
    return Card(title, lines=_facts(task), buttons=_buttons(task), settled=settled)


@card
def shown(task: TaskView) -> Message:
    """One task."""
    settled = "已完成" if task.done_at else ""
    return Card(f"待办 {task.code}", lines=_facts(task), buttons=_buttons(task), settled=settled)


@card
def moved(task: TaskView, before: str, undo: str = "") -> Message:
    """Old and new date."""
    now = tuple(Line(one.label, one.value, changed=one.label == "时间") for one in _facts(task))
    return Card(
        f"待办 {task.code} 已改期",
        lines=(Line("原定", before), *now),
        buttons=_buttons(task) + undo_button(undo),
        settled="已完成" if task.done_at else "",
    )


@card
def finished(task: TaskView, left: int, undo: str = "") -> Message:
    """Done, and how many are left. Taken back, it shows the task as it is."""
    if task.done_at is None:
        return shown(task)
    rest = f"还剩 {left} 条待办。" if left else "手上没有待办了。"
    return Card(
        f"已完成 {task.code}",
        lines=_facts(task),
        text=rest,
        buttons=undo_button(undo),
        settled="" if undo else "已完成",
    )


@card
def overdue(task: TaskView) -> Message:
    """The alert: it was due and is not done."""
    if task.done_at:
        return Card(f"待办 {task.code}", lines=_facts(task), settled="已完成")
    title = f"待办逾期 · {task.code}" if task.late else f"待办 {task.code}"
    return Card(title, lines=_facts(task), buttons=_buttons(task))


@card
def listing(tasks: Sequence[TaskView], title: str, total: int) -> Message:
    """By due date, with 【完成】 for the first."""
    if not tasks:
        return Text(f"{title}：没有。")
    items = tuple(
        Item(
            task.content,
            hint=joined(
                (due(task), "逾期" if task.late else "", "" if task.mine else task.owner, task.code), " "
            ),
            tap=Open("task", task.id),
        )
        for task in tasks
    )
    text = "说“待办第2个完成”就能划掉。" if any(task.mine for task in tasks) else ""
    return Card(f"{title} · {total} 条", items=items, text=text)
