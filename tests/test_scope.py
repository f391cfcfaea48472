"""Every owned table × every shape of statement × everybody: nothing out of reach is seen or changed."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.orm import configure_mappers

from storage.base import Base, Owned
from storage.narrowed import NotNarrowed
from storage.schema import OWNED, Lead
from storage.scope import MACHINERY, Scope, ScopedSession
from storage.session import open_session
from tests import scope_inside, scope_joins, scope_reads, scope_totals
from tests.postgres import Server
from tests.scope_look import AGAIN, CHANGES, COUNTS, READS, REFUSED, Look
from tests.scope_world import LOOKERS, MAKERS, NOBODYS, ROWS, TREE, Looker, fill, store

# Read for the shapes they hold.
SHAPES = (scope_reads, scope_inside, scope_joins, scope_totals)
BY_NAME = {looker.name: looker for looker in LOOKERS}
each_model = pytest.mark.parametrize("model", OWNED, ids=lambda model: model.noun)


def each_shape(shapes: Iterable[str]) -> pytest.MarkDecorator:
    """Every shape that may run."""
    return pytest.mark.parametrize("shape", [name for name in shapes if name not in REFUSED])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with store(request.param, tmp_path_factory.mktemp("world"), server, fill) as engine:
        yield engine


@pytest.fixture
def conn(world: Engine) -> Iterator[Connection]:
    """A transaction that is undone."""
    with world.connect() as conn:
        yield conn
        conn.rollback()


@contextmanager
def looking(conn: Connection, looker: Looker) -> Iterator[Look]:
    """A look through this person's eyes, undone afterwards."""
    with open_session(conn, looker.scope(conn)) as session:
        yield Look(session, looker.names)
        session.rollback()


def test_every_owned_table_takes_part() -> None:
    configure_mappers()
    mapped = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)}

    assert mapped == {*OWNED} == {*MAKERS}


def test_there_is_no_relationship_that_would_need_shapes_of_its_own() -> None:
    configure_mappers()
    assert not [each for mapper in Base.registry.mappers for each in mapper.relationships]


@each_model
def test_the_rows_have_the_numbers_the_matrix_relies_on(conn: Connection, model: type[Owned]) -> None:
    with open_session(conn, MACHINERY) as session:
        rows = session.scalars(select(model).order_by(model.id)).all()

    assert [row.id for row in rows] == [*ROWS]
    assert [row.unit_id for row in rows] == [*TREE, 5]
    assert [row.owner_id for row in rows] == [*TREE, None]
    assert rows[NOBODYS - 1].owner_id is None


Shape = Callable[[Look], Any]


def seen_by_all(conn: Connection, shape: Shape, lookers: Sequence[Looker] = LOOKERS) -> dict[str, Any]:
    """What everybody sees; who has the same scope sees the same, so the store is asked once."""
    kept: dict[tuple[Scope, bool], Any] = {}
    found = {}
    for looker in lookers:
        key = looker.scope(conn), looker.names
        if key not in kept:
            with looking(conn, looker) as look:
                kept[key] = shape(look)
        found[looker.name] = kept[key]
    return found


@each_shape(READS)
@each_model
def test_nothing_out_of_reach_is_read(conn: Connection, model: type[Owned], shape: str) -> None:
    # A refresh cannot ask for names.
    lookers = [looker for looker in LOOKERS if not (looker.names and shape in AGAIN)]
    seen = seen_by_all(conn, lambda look: {*READS[shape](look, model)}, lookers)

    assert seen == {looker.name: looker.expected(model) for looker in lookers}


@each_shape(COUNTS)
@each_model
def test_nothing_out_of_reach_is_counted(conn: Connection, model: type[Owned], shape: str) -> None:
    seen = seen_by_all(conn, lambda look: COUNTS[shape](look, model))

    assert seen == {looker.name: len(looker.expected(model)) for looker in LOOKERS}


@each_shape(CHANGES)
@each_model
def test_nothing_out_of_reach_is_changed(conn: Connection, model: type[Owned], shape: str) -> None:
    table = model.__table__  # type: ignore[attr-defined]

    def work(look: Look) -> tuple[int, set[int]]:
        with without_references(conn):
            touched = CHANGES[shape](look, model)
            same = select(table.c.id).where(table.c.version != 99)
            return touched, {*ROWS} - {row.id for row in look.session.connection().execute(same)}

    reach = {looker.name: looker.expected(model) for looker in LOOKERS}
    # A copy touches as many rows as it has read, and changes none.
    changed = {name: set() if shape.startswith("copied") else rows for name, rows in reach.items()}
    assert seen_by_all(conn, work) == {name: (len(rows), changed[name]) for name, rows in reach.items()}


@contextmanager
def without_references(conn: Connection) -> Iterator[None]:
    """Let a row be deleted that others hang on: it comes back with the rollback."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    else:
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
    yield


@each_model
def test_the_same_statement_serves_two_people_in_turn(conn: Connection, model: type[Owned]) -> None:
    asked = [
        select(model),
        select(func.count(model.id)),
        select(model.id).where(model.id.in_(select(model.id))),
    ]
    for name in ("above the isolated unit", "a stranger", "inside the isolated unit", "nobody", "two roles"):
        looker = BY_NAME[name]
        with looking(conn, looker) as look:
            assert {*look.ids(asked[0])} == looker.expected(model), name
            assert look.first(asked[1]) == [len(looker.expected(model))], name
            assert {*look.first(asked[2])} == looker.expected(model), name


@each_model
def test_the_same_statement_with_and_without_names(conn: Connection, model: type[Owned]) -> None:
    asked = select(model.id)
    looker = BY_NAME["names only"]
    for names in (False, True, False, True):
        with looking(conn, looker) as look:
            found = look.session.scalars(asked, execution_options={"names": names})
            assert {*found} == (looker.sees if names else {*()})


def test_people_in_threads_see_their_own(world: Engine) -> None:
    asked: dict[type[Owned], Any] = {model: select(model) for model in OWNED}
    start = threading.Barrier(6)
    wrong: list[Any] = []

    def work(looker: Looker) -> None:
        try:
            with world.execution_options(ro=True).connect() as conn:
                scope = looker.scope(conn)
                start.wait()
                for _ in range(25):
                    for model in OWNED:
                        with open_session(conn, scope) as session:
                            found = {row.id for row in session.scalars(asked[model])}
                        if found != looker.expected(model):
                            wrong.append((looker.name, model.noun, found))
        except BaseException as error:
            wrong.append(error)

    names = ("nobody", "a stranger", "an owner", "a manager", "the whole group", "who works on a customer")
    threads = [threading.Thread(target=work, args=(BY_NAME[name],)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not wrong


def test_a_session_without_a_scope_sees_nothing(conn: Connection) -> None:
    with ScopedSession(bind=conn) as session:
        assert [session.scalars(select(model)).all() for model in OWNED] == [[]] * len(OWNED)


def test_machinery_sees_everything(conn: Connection) -> None:
    with open_session(conn, MACHINERY) as session:
        assert [session.scalar(select(func.count(model.id))) for model in OWNED] == [10] * len(OWNED)


@pytest.mark.parametrize(
    "asked",
    [
        select(Base.metadata.tables["leads"].c.id),
        select(text("id")).select_from(text("leads")),
        select(Lead.id).from_statement(text("select id from leads")),
        text("SELECT id FROM leads"),
    ],
    ids=["table", "words", "statement of words", "words alone"],
)
def test_what_no_rule_narrows_never_runs(conn: Connection, asked: Any) -> None:
    with looking(conn, BY_NAME["a stranger"]) as look, pytest.raises(NotNarrowed):
        look.first(asked)


def test_words_with_or_break_out(conn: Connection) -> None:
    # Known, and why `tests/test_scope_lint.py` keeps words of SQL out of the collections.
    with looking(conn, BY_NAME["a stranger"]) as look:
        assert {*look.first(select(Lead.id).where(text("1 = 1 OR 1 = 1")))} == {*ROWS}


@pytest.mark.parametrize("shape", sorted(REFUSED))
@each_model
def test_what_loses_sight_of_the_entity_never_runs(conn: Connection, model: type[Owned], shape: str) -> None:
    deed: Any = READS.get(shape) or COUNTS[shape]
    for looker in LOOKERS:
        with looking(conn, looker) as look, pytest.raises(NotNarrowed):
            deed(look, model)
