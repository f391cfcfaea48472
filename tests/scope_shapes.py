"""Every shape of statement that SQLAlchemy knows for an entity, each telling which rows it let out.

`READS` give the numbers of the rows they saw. `COUNTS` give only how many. `CHANGES` write, and give how many
rows they touched. A shape that the rule does not narrow does not belong here: see `tests/test_scope_lint.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    and_,
    case,
    delete,
    distinct,
    exists,
    false,
    func,
    insert,
    lambda_stmt,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    union,
    union_all,
    update,
)  # fmt: skip
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Bundle, aliased, defer, load_only, undefer_group
from sqlalchemy.orm.exc import ObjectDeletedError

from storage.org import Person, Unit
from storage.schema import Collaborator
from storage.scope import ScopedSession
from tests.scope_world import ROWS


@dataclass(frozen=True, slots=True)
class Look:
    """A session with its options, and the rows as somebody sees them who sees everything."""

    session: ScopedSession
    names: bool
    every: tuple[Any, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """The execution options of every statement."""
        return {"names": True} if self.names else {}

    def rows(self, asked: Any) -> list[Any]:
        """All rows."""
        return list(self.session.execute(asked, execution_options=self.options))

    def first(self, asked: Any) -> list[Any]:
        """The first column of all rows, where it is anything."""
        return [row[0] for row in self.rows(asked) if row[0] is not None]

    def ids(self, asked: Any) -> list[int]:
        """The ids of entities."""
        return [row.id for row in self.first(asked)]


Read = Callable[[Look, Any], Iterable[int]]
Count = Callable[[Look, Any], int]
READS: dict[str, Read] = {}
COUNTS: dict[str, Count] = {}
CHANGES: dict[str, Count] = {}


def read(shape: Read) -> Read:
    """A shape that gives the numbers of rows."""
    READS[shape.__name__] = shape
    return shape


def count(shape: Count) -> Count:
    """A shape that gives how many rows."""
    COUNTS[shape.__name__] = shape
    return shape


def change(shape: Count) -> Count:
    """A shape that changes rows and gives how many."""
    CHANGES[shape.__name__] = shape
    return shape


# Plain.


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
    return look.first(select(distinct(model.id)))


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


# By key.


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


# Inside another statement.


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
        low = look.first(select(inner))
        last = select(func.max(model.id)).where(model.unit_id == Unit.id).scalar_subquery()
        return [*low, *look.first(select(last))]
    beside = select(model.id).where(model.unit_id == Unit.id).lateral()
    return look.first(select(beside.c.id).select_from(Unit).join(beside, true()))


@read
def scalar_subquery(look: Look, model: Any) -> Iterable[int]:
    person = select(model.id).where(model.owner_id == Person.id).scalar_subquery()
    found = look.first(select(person))
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


# Several at once.


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
    return look.ids(select(model).from_statement(union(select(model), select(model).where(model.id > 0))))


# Once more.


@read
def refresh(look: Look, model: Any) -> Iterable[int]:
    return [row.id for row in _held(look) if _survives(lambda row=row: look.session.refresh(row))]


@read
def refresh_of_one_column(look: Look, model: Any) -> Iterable[int]:
    return [
        row.id for row in _held(look) if _survives(lambda row=row: look.session.refresh(row, ["version"]))
    ]


@read
def refresh_with_lock(look: Look, model: Any) -> Iterable[int]:
    return [
        row.id
        for row in _held(look)
        if _survives(lambda row=row: look.session.refresh(row, with_for_update=True))
    ]


@read
def expired_values(look: Look, model: Any) -> Iterable[int]:
    found = []
    for row in _held(look):
        number = row.id
        look.session.expire(row)
        if _survives(lambda row=row: row.created_at):
            found.append(number)
    return found


@read
def merged(look: Look, model: Any) -> Iterable[int]:
    return [row.id for row in (look.session.merge(row) for row in look.every) if row not in look.session.new]


def _held(look: Look) -> list[Any]:
    """Rows that somebody smuggled into the session."""
    return [look.session.merge(row, load=False) for row in look.every]


def _survives(deed: Callable[[], Any]) -> bool:
    try:
        deed()
    except (InvalidRequestError, ObjectDeletedError):
        return False
    return True


# Only how many.


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
def window_count(look: Look, model: Any) -> int:
    return next(iter(look.first(select(func.count().over()).select_from(model).limit(1))), 0)


@count
def legacy_count(look: Look, model: Any) -> int:
    return int(look.session.query(model).execution_options(**look.options).count())


# Changes.


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
    option = {"synchronize_session": "evaluate"}
    return _touched(look, update(model).where(model.id > 0).values(version=99).execution_options(**option))


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
