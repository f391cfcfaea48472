"""What happens to tasks by itself: an overdue one is pushed to its owner, once per occurrence."""

from cards import tasks as cards
from handlers.reply import Reply
from storage.tasks import Tasks


def overdue(tasks: Tasks) -> Reply:
    """Claim every task whose due moment has passed unsaid, and tell its owner."""
    reply = Reply()
    for task in tasks.overdue_unsaid():
        task.alerted_version = task.due_version
        if task.owner_id is not None:
            key = f"overdue:task:{task.id}:due-version-{task.due_version}"
            reply.tell(task.owner_id, cards.overdue, task, key=key)
    return reply
