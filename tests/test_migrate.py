"""The store is brought to the program's version once, whole, and by nobody else."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Inspector, create_engine, inspect, text

from storage import ledger, org, schema
from storage.base import Base
from storage.codes import FORMS, next_code
from storage.engine import open_engine
from storage.faults import BadStore
from storage.migrate import Migrated, check_version, head, migrate
from storage.store_problems import StoreDamaged, StoreMissing, StoreNewer, StoreOlder, StoreUnreachable
from tests.empty_stores import connected, either, path, shared, store, versions

__all__ = ["either", "path", "shared", "store", "versions"]
HEAD = head()
MODULES = (ledger, org, schema)
ROOT = Path(__file__).parent.parent


def add(versions: Path, number: str, before: str, body: str) -> None:
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    (versions / f"{number}_more.py").write_text(
        "import os, signal\nimport sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '{number}'\ndown_revision = '{before}'\n\ndef upgrade():\n{lines}\n"
    )


def test_an_empty_store_is_migrated_once(either: Engine) -> None:
    assert migrate(either) == Migrated(None, HEAD)
    assert migrate(either) == Migrated(HEAD, HEAD)
    check_version(either)


def test_the_file_and_its_journals_are_private(store: Engine, path: Path) -> None:
    migrate(store)

    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_migrations_give_what_the_program_declares(either: Engine) -> None:
    migrate(either)

    with either.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def shape(inspector: Inspector, table: str) -> dict[str, Any]:
    """Everything of a table that alembic's comparison may miss: CHECKs, defaults, the order of keys."""
    return {
        "columns": [
            (c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)
        ],
        "key": inspector.get_pk_constraint(table),
        "checks": inspector.get_check_constraints(table),
        "uniques": sorted(inspector.get_unique_constraints(table), key=lambda u: str(u["name"])),
        "foreign": sorted(inspector.get_foreign_keys(table), key=lambda f: str(f["name"])),
        "indexes": sorted(inspector.get_indexes(table), key=lambda i: str(i["name"])),
        "options": inspector.get_table_options(table),
    }


def test_not_even_a_check_or_an_option_differs(store: Engine, tmp_path: Path) -> None:
    migrate(store)
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    Base.metadata.create_all(declared)

    try:
        ours, theirs = inspect(store), inspect(declared)
        assert {*ours.get_table_names()} == {*theirs.get_table_names(), "alembic_version"}
        for table in theirs.get_table_names():
            assert shape(ours, table) == shape(theirs, table)
    finally:
        declared.dispose()


def test_several_starts_at_once_migrate_once(path: Path) -> None:
    # Each opens the store only when all are there, so that they truly meet.
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from tests.empty_stores import opened\n"
        "from storage.migrate import migrate\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        f"print(migrate(opened(Path({str(path)!r}))).from_)\n"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(3)
    ]
    for start in starts:
        assert start.stdout
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin
        start.stdin.write("\n")
        start.stdin.flush()

    said = sorted(start.communicate(timeout=60)[0].strip() for start in starts)
    assert said == sorted(["None", HEAD, HEAD])


def test_several_replicas_at_once_migrate_one_database_once(shared: Engine) -> None:
    meet = threading.Barrier(3)
    done = []

    def start() -> None:
        engine = connected(shared.url.render_as_string(hide_password=False))
        meet.wait(timeout=30)
        done.append(migrate(engine))
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(str(found.from_) for found in done) == sorted(["None", HEAD, HEAD])


def test_every_kind_has_a_sequence_on_postgresql(shared: Engine) -> None:
    migrate(shared)

    with shared.begin() as conn:
        assert [next_code(conn, kind) for kind in FORMS] == [form.format(1) for form in FORMS.values()]
        assert conn.scalar(text("SELECT nextval('code_ticket')")) == 1


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    engine = open_engine(f"postgresql+psycopg://me:geheim@127.0.0.1:{port}/none", checked=False)

    with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1") as caught:
        check_version(engine)

    engine.dispose()
    assert "geheim" not in str(caught.value)


def test_a_missing_store_is_never_created(path: Path, store: Engine) -> None:
    store.dispose()
    path.unlink()

    with pytest.raises(StoreMissing, match="xiaoer migrate"):
        check_version(store)
    assert not path.exists()


def test_an_empty_store_asks_for_a_migration(either: Engine) -> None:
    with pytest.raises(StoreMissing, match="xiaoer migrate"):
        check_version(either)


def test_an_older_store_asks_for_a_migration(either: Engine, versions: Path) -> None:
    migrate(either)
    add(versions, "0099", HEAD, "op.add_column('units', sa.Column('more', sa.Integer()))")

    with pytest.raises(StoreOlder, match=rf"{HEAD}.*0099.*xiaoer migrate"):
        check_version(either, versions)
    assert migrate(either, versions) == Migrated(HEAD, "0099")
    check_version(either, versions)


def test_a_newer_store_is_left_alone(either: Engine, versions: Path) -> None:
    add(versions, "0099", HEAD, "op.add_column('units', sa.Column('more', sa.Integer()))")
    migrate(either, versions)

    with pytest.raises(StoreNewer, match="0099"):
        check_version(either)
    with pytest.raises(StoreNewer, match="0099"):
        migrate(either)


def test_tables_without_a_version_are_not_ours(either: Engine) -> None:
    with either.begin() as conn:
        conn.execute(text("CREATE TABLE people (id INTEGER)"))

    with pytest.raises(StoreDamaged):
        migrate(either)
    with pytest.raises(StoreDamaged):
        check_version(either)


def test_a_damaged_store_is_named_and_kept(store: Engine, path: Path) -> None:
    migrate(store)
    store.dispose()
    path.write_bytes(b"not a database at all" * 400)
    before = path.read_bytes()

    with pytest.raises(BadStore, match="damaged"):
        check_version(store)
    with pytest.raises(BadStore, match="damaged"):
        migrate(store)
    assert path.read_bytes() == before


def test_children_survive_when_their_parents_are_rebuilt(store: Engine, versions: Path) -> None:
    family = """
op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True))
above = sa.ForeignKey("parents.id", ondelete="CASCADE")
op.create_table("children", sa.Column("parent_id", sa.Integer, above))
op.execute("INSERT INTO parents VALUES (1)")
op.execute("INSERT INTO children VALUES (1)")
"""
    rebuild = """
with op.batch_alter_table("parents", recreate="always") as batch:
    batch.add_column(sa.Column("name", sa.String(5)))
"""
    add(versions, "0098", HEAD, family)
    migrate(store, versions)
    add(versions, "0099", "0098", rebuild)
    migrate(store, versions)

    with store.connect() as conn:
        assert conn.execute(text("SELECT * FROM children")).all() == [(1,)]
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_migration_that_orphans_rows_is_undone(store: Engine, versions: Path) -> None:
    migrate(store)
    orphan = 'op.execute("INSERT INTO memberships (person_id, unit_id) VALUES (7, 7)")'
    add(versions, "0099", HEAD, orphan)

    with pytest.raises(StoreDamaged, match="foreign_key_check"):
        migrate(store, versions)
    check_version(store)


def test_a_migration_killed_half_way_leaves_the_store_as_it_was(
    store: Engine, path: Path, versions: Path
) -> None:
    migrate(store)
    store.dispose()
    add(
        versions,
        "0099",
        HEAD,
        "op.create_table('half', sa.Column('id', sa.Integer))\n"
        "if os.environ.get('DIE'): os.kill(os.getpid(), signal.SIGKILL)",
    )
    script = (
        "from pathlib import Path\nfrom tests.empty_stores import opened\n"
        "from storage.migrate import migrate\n"
        f"migrate(opened(Path({str(path)!r})), Path({str(versions)!r}))\n"
    )
    died = subprocess.run([sys.executable, "-c", script], env={**os.environ, "DIE": "1"}, cwd=ROOT)
    assert died.returncode == -signal.SIGKILL

    check_version(store)
    assert "half" not in inspect(store).get_table_names()
    assert migrate(store, versions) == Migrated(HEAD, "0099")
