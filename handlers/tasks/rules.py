"""What holds for a task. Pure."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

from handlers.refusal import Refusal

END_OF_WORK = time(17, 30)
NO_CLOCK = time(23, 59, 59)


class InThePast(Refusal):
    """那个时间已经过去了。换一个以后的时间，例如：明天上午10点。"""


class AlreadyDone(Refusal):
    """{code} 已经完成了。划错了就说“{code} 没做完”；看还剩哪些，说“我的待办”。"""


class NotYours(Refusal):
    """这条待办只有负责人和安排它的人能改，请跟他们说一声。看你自己的，说“我的待办”。"""


def due_moment(
    due: datetime | date, zone: tzinfo, end_of_work: time = END_OF_WORK
) -> tuple[datetime, date | None]:
    """When it is overdue, and the day when only a day was said: then work's end that day is the moment."""
    if isinstance(due, datetime):
        return due, None
    return datetime.combine(due, end_of_work, zone), due


def check_ahead(due: datetime, day: date | None, now: datetime) -> None:
    """A day in the past is never assumed for a plan; today may still be said after work's end."""
    if due <= now and (day is None or day < now.date()):
        raise InThePast


def better_day(day: date, today: date, is_working: Callable[[date], bool]) -> date | None:
    """The working day to offer for a day off: the one before, or the next where that would be past."""
    if is_working(day):
        return None
    before = _step(day, -1, is_working)
    return before if before >= today else _step(day, 1, is_working)


def _step(day: date, by: int, is_working: Callable[[date], bool]) -> date:
    for _ in range(60):
        day += timedelta(days=by)
        if is_working(day):
            return day
    return day


def check_open(done_at: datetime | None, code: str) -> None:
    """Only what is not done can be done or moved."""
    if done_at is not None:
        raise AlreadyDone(code=code)


def check_concerned(person_id: int, owner_id: int | None, set_by_id: int) -> None:
    """Assignee and whoever set it; nobody else."""
    if person_id not in (owner_id, set_by_id):
        raise NotYours
