"""Shapes that give only how many, and shapes that change rows."""

from typing import Any

from sqlalchemy import case, delete, func, insert, literal, select, text, update

from storage.org import Unit
from storage.schema import Collaborator, Task
from tests.scope_look import Look, change, count
from tests.scope_world import ROWS


@count
def count_of_rows(look: Look, model: Any) -> int:
    return int(look.first(select(func.count()).select_from(model))[0])


@count
def count_of_ids(look: Look, model: Any) -> int:
    return int(look.first(select(func.count(model.id)))[0])


@count
def count_of_a_subquery(look: Look, model: Any) -> int:
    return int(look.first(select(func.count()).select_from(select(model).subquery()))[0])


@count
def count_as_a_scalar(look: Look, model: Any) -> int:
    return int(look.first(select(select(func.count(model.id)).scalar_subquery()))[0])


@count
def count_per_unit(look: Look, model: Any) -> int:
    inside = select(func.count(model.id)).where(model.unit_id == Unit.id).scalar_subquery()
    return sum(look.first(select(inside).select_from(Unit)))


@count
def count_with_filter(look: Look, model: Any) -> int:
    return int(look.first(select(func.count(model.id).filter(model.id > 0)))[0])


@count
def count_of_words(look: Look, model: Any) -> int:
    return int(look.first(select(text("count(*)")).select_from(model))[0])


@count
def sum_of_ones(look: Look, model: Any) -> int:
    return int(look.first(select(func.coalesce(func.sum(case((model.id > 0, 1))), 0)))[0])


@count
def count_with_filter_alone(look: Look, model: Any) -> int:
    return int(look.first(select(func.count().filter(model.id > 0)))[0])


@count
def window_count_alone(look: Look, model: Any) -> int:
    return next(iter(look.first(select(func.count(model.id).over()).limit(1))), 0)


@count
def filter_in_a_subquery(look: Look, model: Any) -> int:
    inner = select(func.count().filter(model.id > 0).label("n")).subquery()
    return int(look.first(select(inner.c.n))[0])


@count
def window_in_a_cte(look: Look, model: Any) -> int:
    inner = select(func.count(model.id).over().label("n")).cte()
    return next(iter(look.first(select(inner.c.n).limit(1))), 0)


@count
def filter_beside_an_entity(look: Look, model: Any) -> int:
    """The statement has an owned entity, but the inner one is lost."""
    inner = select(func.count().filter(model.id > 0)).scalar_subquery()
    return int(look.first(select(func.coalesce(func.max(Task.id), 0) * 0 + inner))[0])


@count
def window_count(look: Look, model: Any) -> int:
    return next(iter(look.first(select(func.count().over()).select_from(model).limit(1))), 0)


@count
def legacy_count(look: Look, model: Any) -> int:
    return int(look.session.query(model).execution_options(**look.options).count())


@change
def bulk_update(look: Look, model: Any) -> int:
    return _touched(look, update(model).values(version=99))


@change
def bulk_update_where(look: Look, model: Any) -> int:
    return _touched(look, update(model).where(model.id.in_([*ROWS])).values(version=99))


@change
def bulk_update_with_synchronisation(look: Look, model: Any) -> int:
    option = {"synchronize_session": "fetch"}
    return _touched(look, update(model).values(version=99).execution_options(**option))


@change
def bulk_update_of_rows_in_hand(look: Look, model: Any) -> int:
    look.ids(select(model))
    return _touched(look, update(model).where(model.id > 0).values(version=99))


@change
def bulk_update_telling(look: Look, model: Any) -> int:
    return len(look.rows(update(model).values(version=99).returning(model.id)))


@change
def bulk_update_by_select(look: Look, model: Any) -> int:
    return _touched(look, update(model).where(model.id.in_(select(model.id))).values(version=99))


@change
def legacy_update(look: Look, model: Any) -> int:
    asked = look.session.query(model).execution_options(**look.options)
    return int(asked.update({"version": 99}, synchronize_session=False))


@change
def bulk_delete(look: Look, model: Any) -> int:
    return _touched(look, delete(model))


@change
def bulk_delete_where(look: Look, model: Any) -> int:
    return _touched(look, delete(model).where(model.id.in_([*ROWS])))


@change
def bulk_delete_telling(look: Look, model: Any) -> int:
    return len(look.rows(delete(model).returning(model.id)))


@change
def legacy_delete(look: Look, model: Any) -> int:
    asked = look.session.query(model).execution_options(**look.options)
    return int(asked.delete(synchronize_session=False))


@change
def copied_by_insert_from_select(look: Look, model: Any) -> int:
    source = select(literal("copy"), model.id, literal(1))
    names = [Collaborator.noun, Collaborator.record_id, Collaborator.person_id]
    look.session.execute(insert(Collaborator).from_select(names, source), execution_options=look.options)
    asked = select(func.count()).select_from(Collaborator).where(Collaborator.noun == "copy")
    return int(look.first(asked)[0])


def _touched(look: Look, order: Any) -> int:
    result: Any = look.session.execute(order, execution_options=look.options)
    return int(result.rowcount)
