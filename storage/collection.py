"""What every noun's collection can do: find by id or code, list the newest that the actor may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import func, select, union_all

from storage.base import Numbered, Owned
from storage.ledger import sight
from storage.schema import Collaborator
from storage.scope import ScopedSession

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
        wanted = self.model.id.in_(select(self._candidates(limit).c.id))
        asked = select(self.model).where(wanted).order_by(self.model.created_at.desc(), self.model.id.desc())
        found: Any = self.session.scalars(asked.limit(limit)).all()
        return found  # type: ignore[no-any-return]

    def _candidates(self, limit: int) -> Any:
        model, scope = self.model, self.session.scope
        ways: list[Any] = [
            select(sight.c.record_id.label("id"))
            .where(sight.c.noun == model.noun, sight.c.ancestor_id == ancestor)
            .order_by(sight.c.at.desc(), sight.c.record_id.desc())
            .limit(limit)
            .subquery()
            for ancestor in scope.branches
        ]
        table = model.__table__  # type: ignore[attr-defined]
        ways.append(
            select(table.c.id.label("id"))
            .where(table.c.owner_id == scope.person_id)
            .order_by(table.c.created_at.desc(), table.c.id.desc())
            .limit(limit)
            .subquery()
        )
        ways.append(
            select(Collaborator.record_id.label("id"))
            .where(Collaborator.person_id == scope.person_id, Collaborator.noun == model.noun)
            .order_by(Collaborator.record_id.desc())
            .limit(limit)
            .subquery()
        )
        return union_all(*(select(way.c.id) for way in ways)).subquery()

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
