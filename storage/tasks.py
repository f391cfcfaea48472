"""Tasks: what somebody promised to do, and by when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import select

from storage.codes import next_code
from storage.collection import NumberedCollection
from storage.schema import Task


class Tasks(NumberedCollection[Task]):
    """The tasks an actor may see, and how a new one begins."""

    model: ClassVar[type[Task]] = Task

    def open(
        self, content: str, due_at: datetime, *, unit_id: int, owner_id: int, set_by_id: int, **facts: Any
    ) -> Task:
        """Store a new task with the next code."""
        task = Task(
            code=next_code(self.session.connection(), "task"),
            content=content,
            due_at=due_at,
            unit_id=unit_id,
            owner_id=owner_id,
            set_by_id=set_by_id,
            created_at=self.now,
            **facts,
        )
        self.session.add(task)
        self.session.flush()
        return task

    def of(self, owner_id: int, *, limit: int = 10) -> Sequence[Task]:
        """What somebody still has to do, the most urgent first."""
        return self.where(
            Task.owner_id == owner_id, Task.done_at.is_(None), order=(Task.due_at, Task.id), limit=limit
        )

    def move(self, task: Task, due_at: datetime, due_day: date | None) -> None:
        """Give a task another due moment: its next overdue alert is a new occurrence."""
        task.due_at, task.due_day = due_at, due_day
        task.due_version += 1

    def hold_again(self, task: Task) -> None:
        """Let a due moment that was gone hold again: never under a number that was told about before."""
        task.due_version = max(task.due_version, task.alerted_version) + 1

    def overdue_unsaid(self, limit: int = 200) -> Sequence[Task]:
        """Tasks past their moment whose alert for this due date has not been queued yet."""
        asked = (
            select(Task)
            .where(Task.done_at.is_(None), Task.due_at <= self.now, Task.alerted_version < Task.due_version)
            .order_by(Task.due_at, Task.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self.session.scalars(asked).all()
