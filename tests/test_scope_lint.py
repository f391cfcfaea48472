"""What the rule cannot narrow stays out of the code that works for a person.

Tables of business rows, words of SQL, and the few expressions behind which SQLAlchemy loses sight of the
entity (`tests/test_scope.py` shows them) are allowed only where this file says why.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.schema import OWNED

ROOT = Path(__file__).parent.parent
FOLDERS = ("storage", "handlers", "bot")
OWNED_NAMES = {model.__name__ for model in OWNED} | {"Owned", "Numbered"}
# Tables that hold no rows of business: anybody's transaction may read them as they are.
PLAIN = {"Unit", "Closure", "Person", "Account", "Membership", "Role", "Policy"}
STATEMENTS = {"insert", "update", "delete"}
METHODS = {
    "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", "exec_driver_sql", "from_statement",
    "merge", "over", "tablesample", "within_group",
}  # fmt: skip
WORDS = {"text", "literal_column", "extract", "DDL"}
MADE = {"func", "count", "sum", "max", "min", "avg"}

# File → what it may, and why.
ALLOWED: dict[str, dict[str, str]] = {
    "storage/alone.py": {"text": "advisory locks; no table"},
    "storage/matching.py": {"text": "advisory locks; no table"},
    "storage/seal.py": {"text": "an advisory lock; no table"},
    "storage/codes.py": {"text": "sequences; no table"},
    "storage/collection.py": {
        "__table__": "ids of candidates, which only an outer join to the narrowed entity lets out",
        "literal_column": "a number of ours behind LIMIT",
    },
    "storage/resight.py": {"__table__": "ancestor rows of a moved unit: the machinery's own work"},
    "storage/org_stored.py": {"__table__": "tables of the organisation, given by their class"},
    "storage/on_sqlite.py": {"exec_driver_sql": "PRAGMA and BEGIN"},
    "storage/on_postgres.py": {"exec_driver_sql": "SET LOCAL"},
    "storage/migrate.py": {"exec_driver_sql": "PRAGMA", "tables": "the names of all tables"},
    "handlers/companies/index.py": {"__table__": "the duplicate check, which sees the whole group (P5)"},
    "bot/invariants_record.py": {"tables": "the checker of an operator, for nobody's eyes"},
}  # fmt: skip
# Who may work without a scope.
MACHINERY = {
    "storage/scope.py": "where it is defined",
    "bot/loading.py": "an import of the operator",
    "bot/schedule.py": "what is due, to be told to its owner with the owner's rights",
    "bot/invariants_derived.py": "the checker of an operator",
}


def problems(source: str) -> Iterator[tuple[str, int]]:
    """What a file does that needs a reason, and in which line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield from _attributes(node)
        elif isinstance(node, ast.Constant) and node.value == "__tablename__":
            yield "tables", node.lineno
        elif isinstance(node, ast.Call):
            yield from _calls(node)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from ((name.name, node.lineno) for name in node.names if name.name in WORDS)


def _attributes(node: ast.Attribute) -> Iterator[tuple[str, int]]:
    if node.attr == "__table__" and not (isinstance(node.value, ast.Name) and node.value.id in PLAIN):
        yield "__table__", node.lineno
    if node.attr == "tables" and _named(node.value) == "metadata":
        yield "tables", node.lineno


def _calls(node: ast.Call) -> Iterator[tuple[str, int]]:
    name, on = _named(node.func), node.func.value if isinstance(node.func, ast.Attribute) else None
    first = _named(node.args[0]) if node.args else ""
    if name in STATEMENTS and (first in OWNED_NAMES or first == "model"):
        yield name, node.lineno
    if on is not None and name in METHODS:
        yield name, node.lineno
    if name == "filter" and isinstance(on, ast.Call) and _named(on.func) in MADE:
        yield "filter", node.lineno
    if name in ("join", "outerjoin") and any(word.arg == "full" for word in node.keywords):
        yield "full", node.lineno


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def files() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith("storage/migrations/"):
                yield name, path.read_text(encoding="utf-8")


def test_nothing_walks_round_the_rule() -> None:
    found = {
        f"{name}:{line} {what}"
        for name, source in files()
        for what, line in problems(source)
        if what not in ALLOWED.get(name, {})
    }

    assert not found


def test_every_permission_is_still_used() -> None:
    used = {(name, what) for name, source in files() for what, _ in problems(source)}

    assert {(name, what) for name, whats in ALLOWED.items() for what in whats} <= used


def test_nobody_else_works_without_a_scope() -> None:
    found = {name for name, source in files() if "MACHINERY" in source or "everything=True" in source}

    assert found == {*MACHINERY}


def test_people_who_act_get_no_other_connection() -> None:
    # A handler's connection is for the tables of the machinery; entities go through the session.
    for name, source in files():
        if name.startswith("handlers/"):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("conn.execute"):
                    mentioned = {_named(one) for one in ast.walk(node) if isinstance(one, ast.expr)}
                    assert not mentioned & OWNED_NAMES, f"{name}:{node.lineno}"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("select(Lead.__table__)", "__table__"),
        ("t = model.__table__", "__table__"),
        ("Base.metadata.tables['leads']", "tables"),
        ("model.__dict__['__tablename__']", "tables"),
        ("from sqlalchemy import text", "text"),
        ("from sqlalchemy.sql.expression import literal_column", "literal_column"),
        ("from sqlalchemy import extract", "extract"),
        ("update(Lead).values(unit_id=1)", "update"),
        ("sa.delete(model)", "delete"),
        ("insert(Customer)", "insert"),
        ("session.merge(row)", "merge"),
        ("session.bulk_save_objects(rows)", "bulk_save_objects"),
        ("conn.exec_driver_sql('SELECT 1')", "exec_driver_sql"),
        ("select(Lead).from_statement(asked)", "from_statement"),
        ("func.count(Lead.id).over()", "over"),
        ("func.count(Lead.id).filter(Lead.id > 1)", "filter"),
        ("func.mode().within_group(Lead.id)", "within_group"),
        ("select(Lead).join(Unit, full=True)", "full"),
    ],
)  # fmt: skip
def test_the_lint_notices(source: str, what: str) -> None:
    assert what in {found for found, _ in problems(source)}


@pytest.mark.parametrize(
    "source",
    [
        "select(Unit.__table__)",
        "update(inbox).values(at=1)",
        "session.query(Lead).filter(Lead.id == 1)",
        "words.insert(0, 1)",
    ],
)
def test_the_lint_lets_others_be(source: str) -> None:
    assert [*problems(source)] == []
