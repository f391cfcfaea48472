"""Who sees which row. The one place where the rule is written; every statement of a session obeys it.

A session is born seeing nothing. Opened for an actor, its statements are narrowed by `sees` in every list,
search, count, join and bulk update, and `before_flush` refuses to write where the actor does not belong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, event, exists, inspect, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, aliased, with_loader_criteria

from storage.base import Owned
from storage.narrowed import SCOPED
from storage.org import Closure
from storage.schema import Collaborator, Customer, Lead


@dataclass(frozen=True, slots=True)
class Scope:
    """What one actor may reach. Unit ids; a branch is a unit with everything clear beneath it.

    `branches`: rows seen in full. `names`: rows of which only name, unit, owner and first contact are shown;
    they open only to a statement that asks with `execution_options(names=True)`. `homes`: the units the
    actor works in, where new rows may go. `everything`: the machinery itself (import, delivery bookkeeping).
    """

    person_id: int | None = None
    branches: tuple[int, ...] = ()
    names: tuple[int, ...] = ()
    homes: tuple[int, ...] = ()
    everything: bool = False


MOVES = frozenset({"unit_id", "owner_id"})
RECORDS: dict[str, type[Owned]] = {Customer.noun: Customer, Lead.noun: Lead}
NO_ONE = -1  # no person has this id
NOBODY = Scope()
MACHINERY = Scope(everything=True)


class WrittenOutOfReach(Exception):
    """A handler tried to write a row into a unit its actor does not reach: a bug, never an answer."""


class ScopedSession(Session):
    """A session bound to one actor for its whole life."""

    @property
    def scope(self) -> Scope:
        """The scope it was opened with; nobody's when none was given."""
        found: Scope = self.info.get("scope", NOBODY)
        return found


def branch(ancestors: Sequence[int]) -> Any:
    """The units that lie clear beneath these, themselves included, as a subquery."""
    return select(Closure.unit_id).where(Closure.ancestor_id.in_(ancestors), Closure.clear.is_(True))


# An alias of our own: a statement that itself names the collaborators must not be correlated with.
_Works = aliased(Collaborator)


def sees(row: Any, me: int, reach: Sequence[int]) -> ColumnElement[bool]:
    """The condition under which a person sees `row`: reach, owner, collaborator.

    It never looks at the values, only binds them: SQLAlchemy keeps the built expression and exchanges the
    parameters, so a Python branch on `me` or `reach` would be the first caller's for everybody.
    """
    noun, record_id = row.subject(row)
    # Asked for the row at hand: the whole branch of 10,000 units would take 2 ms to read for twenty rows.
    within = exists().where(
        Closure.ancestor_id.in_(reach), Closure.unit_id == row.unit_id, Closure.clear.is_(True)
    )
    works_on_it = exists().where(
        and_(_Works.person_id == me, _Works.noun == noun, _Works.record_id == record_id)
    )
    return or_(row.owner_id == me, within.correlate_except(Closure), works_on_it)


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Add the rule to whatever is about to run, whoever wrote it."""
    scope: Scope = state.session.info.get("scope", NOBODY)
    if scope.everything:
        return
    _refuse_unseen_writes(state)
    me = scope.person_id or NO_ONE
    reach = scope.branches + (scope.names if state.execution_options.get("names") else ())
    rule = with_loader_criteria(Owned, lambda row: sees(row, me, reach), include_aliases=True)
    state.statement = state.statement.options(rule)
    _narrow_again(state, me, reach)
    state.update_execution_options(**SCOPED)


def _narrow_again(state: ORMExecuteState, me: int, reach: Sequence[int]) -> None:
    """SQLAlchemy's option leaves the refresh of a row in hand alone."""
    mapper = state.bind_mapper
    again = state.is_column_load or (state.is_select and _refreshes(state))
    if again and mapper is not None and issubclass(mapper.class_, Owned):
        state.statement = cast(Any, state.statement).where(sees(mapper.class_, me, reach))


def _refreshes(state: ORMExecuteState) -> bool:
    return cast(Any, state.load_options)._refresh_state is not None


def _refuse_unseen_writes(state: ORMExecuteState) -> None:
    """Statements that write past the flush: no insert, no update by key, nothing that moves rows."""
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, Owned):
        return
    statement: Any = state.statement
    moves = state.is_update and (state.is_executemany or not MOVES.isdisjoint(statement.compile().params))
    if state.is_insert or moves:
        raise WrittenOutOfReach(f"{mapper.local_table}: change rows as objects, not by statement")


@event.listens_for(ScopedSession, "before_attach")
def _refuse_strangers(session: ScopedSession, row: Any) -> None:
    """A row of another session joins only if this one sees it: it would be changed without a look."""
    if session.scope.everything or not isinstance(row, Owned) or not inspect(row).has_identity:
        return
    model: Any = type(row)
    with session.no_autoflush:
        known = session.scalar(select(model.id).where(model.id == inspect(row).identity[0]))
    if known is None:
        raise WrittenOutOfReach(f"{row.noun} of another session")


@event.listens_for(ScopedSession, "before_flush")
def _guard(session: ScopedSession, context: UOWTransaction, instances: Any) -> None:
    """Every new row, and every row that moves, must land where the actor works or what the actor owns."""
    scope = session.scope
    if scope.everything:
        return
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Owned) and not _may_hold(session, scope, row):
            raise WrittenOutOfReach(f"{row.noun} into unit {row.unit_id}")


def _may_hold(session: ScopedSession, scope: Scope, row: Owned) -> bool:
    if row not in session.new and not _moved(session, row):
        return True
    if row.unit_id in scope.homes or row.unit_id in scope.branches:
        return True
    if row.owner_id is not None and row.owner_id == scope.person_id and row not in session.new:
        return True
    with session.no_autoflush:
        if _lies_with_its_record(session, row):
            return True
        return bool(
            scope.branches
            and session.scalar(branch(scope.branches).where(Closure.unit_id == row.unit_id).limit(1))
        )


def _lies_with_its_record(session: ScopedSession, row: Owned) -> bool:
    """A follow-up or contact lies where its record lies; whoever sees the record may hang something on it."""
    noun, record_id = row.subject(row)
    model: Any = RECORDS.get(noun)
    if noun == row.noun or model is None:
        return False
    return bool(session.scalar(select(model.unit_id).where(model.id == record_id)) == row.unit_id)


def _moved(session: ScopedSession, row: Any) -> bool:
    return bool(inspect(row).attrs.unit_id.history.has_changes())
