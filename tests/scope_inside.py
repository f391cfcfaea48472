"""Shapes in which the entity lies inside another statement."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, func, literal, select, true, union_all
from sqlalchemy.orm import aliased

from storage.org import Person, Unit
from tests.scope_look import Look, read
from tests.scope_world import ROWS


@read
def exists_asked_alone(look: Look, model: Any) -> Iterable[int]:
    return [n for n in ROWS if look.first(select(exists(select(model.id).where(model.id == n))))[0]]


@read
def exists_without_select(look: Look, model: Any) -> Iterable[int]:
    return [n for n in ROWS if look.first(select(exists().where(model.id == n)))[0]]


@read
def exists_in_where(look: Look, model: Any) -> Iterable[int]:
    numbers = union_all(*(select(literal(n).label("n")) for n in ROWS)).subquery()
    return look.first(select(numbers.c.n).where(exists().where(model.id == numbers.c.n)))


@read
def not_exists(look: Look, model: Any) -> Iterable[int]:
    numbers = union_all(*(select(literal(n).label("n")) for n in ROWS)).subquery()
    hidden = look.first(select(numbers.c.n).where(~exists().where(model.id == numbers.c.n)))
    return {*ROWS} - {*hidden}


@read
def subquery(look: Look, model: Any) -> Iterable[int]:
    inner = select(model.id).subquery()
    return look.first(select(inner.c.id))


@read
def subquery_of_entity(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(aliased(model, select(model).subquery())))


@read
def subquery_two_deep(look: Look, model: Any) -> Iterable[int]:
    inner = select(select(model.id, model.unit_id).subquery().c.id).subquery()
    return look.first(select(inner.c.id))


@read
def cte(look: Look, model: Any) -> Iterable[int]:
    inner = select(model.id).cte()
    return look.first(select(inner.c.id))


@read
def cte_of_entity(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(aliased(model, select(model).cte())))


@read
def recursive_cte(look: Look, model: Any) -> Iterable[int]:
    begin = select(model.id.label("id")).where(model.id == select(func.min(model.id)).scalar_subquery())
    chain = begin.cte(recursive=True)
    chain = chain.union(select(model.id).where(model.id >= chain.c.id))
    return look.first(select(chain.c.id))


@read
def lateral(look: Look, model: Any) -> Iterable[int]:
    if look.session.connection().dialect.name == "sqlite":
        # SQLite has no LATERAL; the nearest is a correlated scalar.
        inner = select(model.id).where(model.unit_id == Unit.id).order_by(model.id).limit(1).scalar_subquery()
        low = look.first(select(inner).select_from(Unit))
        last = select(func.max(model.id)).where(model.unit_id == Unit.id).scalar_subquery()
        return [*low, *look.first(select(last).select_from(Unit))]
    beside = select(model.id).where(model.unit_id == Unit.id).lateral()
    return look.first(select(beside.c.id).select_from(Unit).join(beside, true()))


@read
def scalar_subquery(look: Look, model: Any) -> Iterable[int]:
    person = select(model.id).where(model.owner_id == Person.id).scalar_subquery()
    found = look.first(select(person).select_from(Person))
    nobodys = select(func.max(model.id)).where(model.owner_id.is_(None)).scalar_subquery()
    return [*found, *look.first(select(nobodys))]


@read
def in_select(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id).where(model.id.in_(select(model.id))))


@read
def units_in_select(look: Look, model: Any) -> Iterable[int]:
    # The rows of the outer table are not ours, so only the inner one can narrow them.
    numbers = union_all(*(select(literal(n).label("n")) for n in ROWS)).subquery()
    return look.first(select(numbers.c.n).where(numbers.c.n.in_(select(model.id))))
