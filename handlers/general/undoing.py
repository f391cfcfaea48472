"""Taking back what one event did: the audit knows old and new, so nothing else need be remembered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, inspect, select

from handlers.companies.index import find_duplicates, hold, identity_of, index_record
from handlers.desk import Desk
from handlers.refusal import Refusal
from storage.base import Owned
from storage.collaborators import forget_team
from storage.matching import forget_keys
from storage.schema import OWNED, Customer, Lead, Task
from storage.session import Change
from storage.types import Instant

MODELS = {model.noun: model for model in OWNED}
# Numbers an occurrence, so it is never set back: what was told under a number stays told.
RISING = "due_version"


class NothingToUndo(Refusal):
    """没有可以撤销的操作：只能撤销你自己 {minutes} 分钟内的操作。更早的直接改，例如：电话是13812345678。"""


class AlreadyUndone(Refusal):
    """这一步已经撤销过了。看现在的样子，说“我的线索”或“我的待办”。"""


class TakenMeanwhile(Refusal):
    """原来的公司或电话现在已有别人在跟，撤不回去了。先查一下，例如：查重 徐州恒通路桥；再说要改成什么。"""


class ChangedMeanwhile(Refusal):
    """这之后又有别的改动，不能直接撤销了。直接说要改成什么，例如：电话是13812345678；待办改到明天上午10点。"""


WORDS = {
    "lead": "线索", "followup": "跟进", "customer": "客户", "task": "待办", "contact": "联系人",
    "draft": "草稿",
}  # fmt: skip


def described(changes: Sequence[Change]) -> list[str]:
    """What would be taken back, in words."""
    found = []
    for change in changes:
        noun = WORDS.get(change.noun, change.noun)
        name = next(
            (
                pair[1]
                for field in ("code", "content", "name")
                if (pair := change.values.get(field)) and pair[1]
            ),
            "",
        )
        if change.what == "created":
            found.append(f"新建的{noun} {name}".strip())
        elif shown := [field for field in change.values if field not in ("last_followup_at", "phone_key")]:
            found.append(f"对{noun}的改动（{len(shown)} 处）")
    return found


def take_back(desk: Desk, changes: Sequence[Change]) -> list[Owned]:
    """Undo in reverse order; the rows that are as before.

    Raises `ChangedMeanwhile` when somebody has acted since.
    """
    restored: list[Owned] = []
    for change in reversed(changes):
        row = _row(desk, change)
        if row is None and change.what == "created":
            raise AlreadyUndone
        if row is None or change.what == "deleted":
            raise ChangedMeanwhile
        if change.what == "created":
            _remove(desk, row)
        else:
            _restore(desk, row, change.values)
            restored.append(row)
    desk.session.flush()
    return restored


def _row(desk: Desk, change: Change) -> Owned | None:
    # Asked for, not taken from what the session holds: that may be a row seen by its name only.
    model: Any = MODELS[change.noun]
    found: Owned | None = desk.session.scalars(
        select(model).where(model.id == change.record_id)
    ).one_or_none()
    return found


def _remove(desk: Desk, row: Owned) -> None:
    # That an alert was claimed is nobody's act.
    acts = row.version - 1 - int(isinstance(row, Task) and row.alerted_version > 0)
    if acts > 0:
        raise ChangedMeanwhile
    forget_keys(desk.conn, row.noun, row.id)
    forget_team(desk.conn, row.noun, row.id)
    desk.session.delete(row)
    desk.session.flush()


def _restore(desk: Desk, row: Owned, values: dict[str, list[Any]]) -> None:
    columns = inspect(type(row)).columns
    before = {field: old for field, (old, _) in values.items() if field != RISING}
    if all(getattr(row, field) == _typed(columns[field].type, old) for field, old in before.items()):
        raise AlreadyUndone
    if any(getattr(row, field) != _typed(columns[field].type, new) for field, (_, new) in values.items()):
        raise ChangedMeanwhile
    for field, old in before.items():
        setattr(row, field, _typed(columns[field].type, old))
    if isinstance(row, Task) and (RISING in values or row.alerted_version >= row.due_version):
        desk.tasks.hold_again(row)
    if isinstance(row, Lead | Customer) and not {"company", "phone", "name"}.isdisjoint(values):
        _check_still_free(desk, row)
        index_record(desk.session, desk.org, desk.keys, row)


def _check_still_free(desk: Desk, row: Lead | Customer) -> None:
    """The old name or phone may have become somebody else's meanwhile."""
    identity = identity_of(desk.session, row)
    hold(desk.session, desk.keys, identity)
    zone_id = desk.org.zone(row.unit_id)
    found = find_duplicates(
        desk.session, desk.keys, identity, zone_id, but=(row.noun, row.id), compared=desk.rules.compared
    )
    if any(one.certain for one in found):
        raise TakenMeanwhile


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
