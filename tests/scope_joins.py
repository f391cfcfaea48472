"""Shapes of several entities at once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, false, literal, select, union, union_all
from sqlalchemy.orm import aliased

from storage.org import Unit
from storage.schema import Collaborator
from tests.scope_look import Look, read


@read
def alias(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(aliased(model)))


@read
def alias_columns(look: Look, model: Any) -> Iterable[int]:
    other = aliased(model)
    return look.first(select(other.id).where(other.id > 0))


@read
def joined_to_another(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).join(Unit, model.unit_id == Unit.id))


@read
def joined_from_another(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id).select_from(Unit).join(model, model.unit_id == Unit.id))


@read
def joined_without_being_asked_for(look: Look, model: Any) -> Iterable[int]:
    units = look.first(select(Unit.id).join(model, model.unit_id == Unit.id).where(model.id < 10))
    tenth = look.first(
        select(literal(10)).select_from(Unit).join(model, model.unit_id == Unit.id).where(model.id == 10)
    )
    return [*units, *tenth]


@read
def outer_join(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id).select_from(Unit).outerjoin(model, model.unit_id == Unit.id))


@read
def full_join(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id).select_from(Unit).join(model, model.unit_id == Unit.id, full=True))


@read
def joined_to_itself(look: Look, model: Any) -> Iterable[int]:
    other = aliased(model)
    return look.first(select(other.id).join(model, model.id == other.id))


@read
def outer_join_to_itself(look: Look, model: Any) -> Iterable[int]:
    other = aliased(model)
    return look.first(select(other.id).select_from(model).outerjoin(other, other.id == model.id))


@read
def side_by_side(look: Look, model: Any) -> Iterable[int]:
    other = aliased(model)
    return look.first(select(model.id).where(model.id == other.id))


@read
def beside_collaborators(look: Look, model: Any) -> Iterable[int]:
    asked = select(model.id).outerjoin(Collaborator, and_(Collaborator.record_id == model.id, false()))
    return look.first(asked)


@read
def union_of_two(look: Look, model: Any) -> Iterable[int]:
    return look.first(union(select(model.id), select(aliased(model).id)))


@read
def union_of_entities(look: Look, model: Any) -> Iterable[int]:
    both = union_all(select(model), select(model).where(model.id > 0)).subquery()
    return look.ids(select(aliased(model, both)))


@read
def from_statement(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).from_statement(select(model).order_by(model.id)))


@read
def from_statement_of_union(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).from_statement(union_all(select(model), select(model).where(model.id > 0))))
