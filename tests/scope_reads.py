"""Shapes that read one entity: plain, by key, and once more."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import (
    Integer,
    case,
    cast,
    distinct,
    extract,
    func,
    lambda_stmt,
    or_,
    select,
    text,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Bundle, defer, load_only, undefer_group
from sqlalchemy.orm.exc import ObjectDeletedError

from storage.scope import MACHINERY
from tests.scope_look import Look, read
from tests.scope_world import ROWS


@read
def entity(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model))


@read
def columns(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id, model.unit_id))


@read
def bundle(look: Look, model: Any) -> Iterable[int]:
    return [row.id for row in look.first(select(Bundle("row", model.id, model.owner_id)))]


@read
def only_some_columns(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).options(load_only(model.id)))


@read
def deferred_columns(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).options(defer(model.version), undefer_group("none")))


@read
def expression_of_a_column(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(case((model.id > 0, model.id * 1), else_=None)))


@read
def always_true(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).where(or_(true(), model.id == -1)))


@read
def words_in_where(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).where(text("1 = 1")))


@read
def words_as_columns(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(text("id")).select_from(model))


@read
def ordered_and_cut(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).order_by(model.id.desc()).limit(1000).offset(0))


@read
def distinct_rows(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id).distinct())


@read
def grouped(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id).group_by(model.id).having(func.count() > 0))


@read
def window(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model.id, func.row_number().over(order_by=model.id)))


@read
def locked(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).with_for_update())


@read
def fresh_values(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).execution_options(populate_existing=True))


@read
def streamed(look: Look, model: Any) -> Iterable[int]:
    return [
        row.id
        for part in look.session.scalars(
            select(model).execution_options(yield_per=2), execution_options=look.options
        ).partitions()
        for row in part
    ]


@read
def lambda_statement(look: Look, model: Any) -> Iterable[int]:
    return look.ids(lambda_stmt(lambda: select(model)))


@read
def only_columns_exchanged(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(model).with_only_columns(model.id))


@read
def legacy_query(look: Look, model: Any) -> Iterable[int]:
    return [row.id for row in look.session.query(model).execution_options(**look.options)]


@read
def legacy_query_of_columns(look: Look, model: Any) -> Iterable[int]:
    return [row[0] for row in look.session.query(model.id).execution_options(**look.options)]


@read
def cast_column(look: Look, model: Any) -> Iterable[int]:
    return [int(found) for found in look.first(select(cast(type_coerce(model.id, Integer) + 0, Integer)))]


@read
def aggregate_of_distinct(look: Look, model: Any) -> Iterable[int]:
    return [n for n in ROWS if look.first(select(func.count(distinct(model.id))).where(model.id == n))[0]]


@read
def words_of_sums(look: Look, model: Any) -> Iterable[int]:
    return [
        n for n in ROWS if look.first(select(func.coalesce(func.max(model.id), 0)).where(model.id == n))[0]
    ]


@read
def row_number_alone(look: Look, model: Any) -> Iterable[int]:
    return look.first(select(func.max(model.id).over(partition_by=model.id)))


@read
def part_of_a_date(look: Look, model: Any) -> Iterable[int]:
    # Row n was made n minutes after the hour.
    return [int(found) for found in look.first(select(extract("minute", model.created_at)))]


@read
def get(look: Look, model: Any) -> Iterable[int]:
    found = (look.session.get(model, n, execution_options=look.options) for n in ROWS)
    return [row.id for row in found if row is not None]


@read
def get_with_lock(look: Look, model: Any) -> Iterable[int]:
    found = (look.session.get(model, n, with_for_update=True, execution_options=look.options) for n in ROWS)
    return [row.id for row in found if row is not None]


@read
def in_list(look: Look, model: Any) -> Iterable[int]:
    return look.ids(select(model).where(model.id.in_([*ROWS])))


@read
def in_pairs(look: Look, model: Any) -> Iterable[int]:
    return look.ids(
        select(model).where(tuple_(model.id, model.unit_id).in_([(n, n) for n in ROWS] + [(10, 5)]))
    )


@read
def refresh(look: Look, model: Any) -> Iterable[int]:
    return [row.id for row in _held(look, model) if _survives(partial(look.session.refresh, row))]


@read
def refresh_of_one_column(look: Look, model: Any) -> Iterable[int]:
    return [
        row.id for row in _held(look, model) if _survives(partial(look.session.refresh, row, ["version"]))
    ]


@read
def refresh_with_lock(look: Look, model: Any) -> Iterable[int]:
    again = partial(look.session.refresh, with_for_update=True)
    return [row.id for row in _held(look, model) if _survives(partial(again, row))]


@read
def expired_values(look: Look, model: Any) -> Iterable[int]:
    found = []
    for row in _held(look, model):
        number = row.id
        look.session.expire(row)
        if _survives(partial(getattr, row, "created_at")):
            found.append(number)
    return found


def _held(look: Look, model: Any) -> list[Any]:
    """Rows in hand, from a moment when one could see them all."""
    session, scope = look.session, look.session.scope
    session.info["scope"] = MACHINERY
    rows = [*session.scalars(select(model))]
    session.info["scope"] = scope
    return rows


def _survives(deed: Callable[[], Any]) -> bool:
    try:
        deed()
    except (InvalidRequestError, ObjectDeletedError):
        return False
    return True
