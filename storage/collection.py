"""What every noun's collection can do: find by id or code, list the newest that the actor may see."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    union,
)

from storage.base import Numbered, Owned
from storage.ledger import sight
from storage.narrowed import REVIEWED
from storage.schema import Collaborator
from storage.scope import NO_ONE, ScopedSession

R = TypeVar("R", bound=Owned)
N = TypeVar("N", bound=Numbered)


class Collection(Generic[R]):
    """The rows of one noun, as far as this session's actor sees them."""

    model: ClassVar[type[Owned]]

    def __init__(self, session: ScopedSession, now: datetime) -> None:
        self.session = session
        self.now = now

    def find(self, row_id: int, *, names: bool = False) -> R | None:
        """The visible row of that id, or None."""
        asked = select(self.model).where(self.model.id == row_id).execution_options(names=names)
        found: Any = self.session.scalars(asked).one_or_none()
        return found  # type: ignore[no-any-return]

    def newest(self, limit: int = 20) -> Sequence[R]:
        """The newest rows the actor may see, in a time that does not grow with the table.

        Each branch in reach, the actor's own rows and those worked on with others give their newest few,
        from an index; the rule then has the last word over that handful.
        """
        scope = self.session.scope
        if scope.everything:
            return self.where(limit=limit)
        who = {_branch(n): unit for n, unit in enumerate(scope.branches)}
        who["me"] = NO_ONE if scope.person_id is None else scope.person_id
        model: Any = self.model
        asked = _newest(model, len(scope.branches), limit)
        found: Any = [row[1] for row in self.session.execute(asked, who, execution_options=REVIEWED)]
        # While a unit moves, its old ancestor rows tell of rows that are out of sight by now; behind those
        # others may wait.
        return self.where(limit=limit) if None in found else found

    def count(self, *where: Any) -> int:
        """How many visible rows fulfil the conditions."""
        asked = select(func.count(self.model.id)).where(*where)
        return self.session.scalar(asked) or 0

    def where(
        self, *conditions: Any, order: Sequence[Any] = (), limit: int = 10, names: bool = False
    ) -> Sequence[R]:
        """The visible rows that fulfil the conditions."""
        order = order or (self.model.created_at.desc(), self.model.id.desc())
        asked = select(self.model).where(*conditions).order_by(*order).limit(limit)
        found: Any = self.session.scalars(asked.execution_options(names=names)).all()
        return found  # type: ignore[no-any-return]


class NumberedCollection(Collection[N]):
    """Rows that people call by a code."""

    def by_code(self, code: str) -> N | None:
        """The visible row of that code, or None."""
        model: Any = self.model
        found: Any = self.session.scalars(select(model).where(model.code == code)).one_or_none()
        return found  # type: ignore[no-any-return]


@lru_cache(1000)
def _newest(model: type[Owned], branches: int, limit: int) -> Select[Any]:
    """The newest rows, with None in the place of one that the rule hides. Built once: ids are parameters.

    The candidates are Core, which no rule narrows: only an outer join to the narrowed entity leaves them.
    """
    ways = [_in_branch(model, _branch(n)) for n in range(branches)]
    every = [_first(way, limit) for way in (*ways, _own(model), _helped(model))]
    once = union(*(select(way) for way in every)).subquery()
    found = _first(select(once.c.at, once.c.id), limit)
    rows = select(found.c.id, model).select_from(found).outerjoin(model, model.id == found.c.id)
    return rows.order_by(found.c.at.desc(), found.c.id.desc())


def _first(way: Select[Any], limit: int) -> Subquery:
    at, row_id = way.selected_columns.at, way.selected_columns.id
    # Written out: not knowing how few are wanted, PostgreSQL would plan the statement anew each time.
    few: ColumnElement[int] = literal_column(str(limit))
    return way.order_by(at.desc(), row_id.desc()).limit(few).subquery()


def _branch(number: int) -> str:
    return f"branch_{number}"


def _in_branch(model: type[Owned], branch: str) -> Select[Any]:
    seen = select(sight.c.at.label("at"), sight.c.record_id.label("id"))
    return seen.where(sight.c.noun == model.noun, sight.c.ancestor_id == bindparam(branch))


def _own(model: type[Owned]) -> Select[Any]:
    rows = _table(model)
    seen = select(rows.c.created_at.label("at"), rows.c.id.label("id"))
    return seen.where(rows.c.owner_id == bindparam("me"))


def _helped(model: type[Owned]) -> Select[Any]:
    """By the record the row hangs on: collaborators of a customer see its contacts."""
    rows = _table(model)
    noun, record_id = model.subject(rows.c)
    same = and_(Collaborator.noun == noun, Collaborator.record_id == record_id)
    seen = select(rows.c.created_at.label("at"), rows.c.id.label("id")).join(Collaborator, same)
    return seen.where(Collaborator.person_id == bindparam("me"))


def _table(model: type[Owned]) -> Table:
    return cast(Table, cast(Any, model).__table__)
