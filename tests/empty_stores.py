"""Stores that nothing has migrated yet, on each database, and a folder of migrations to add to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import open_engine
from storage.keyring import Keyring
from storage.migrate import VERSIONS
from storage.types import keep_keys
from tests.postgres import Server, fresh_database

KEYS = Keyring([b"f" * 32], b"b" * 32, b"a" * 32)


def opened(path: Path, keys: Keyring = KEYS) -> Engine:
    return connected(f"sqlite:///{path}", keys)


def connected(url: str, keys: Keyring = KEYS) -> Engine:
    engine = open_engine(url, durable=url.startswith("sqlite"), create=True)
    keep_keys(engine.dialect, keys)
    return engine


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "xiaoer.db"


@pytest.fixture
def store(path: Path) -> Iterator[Engine]:
    engine = opened(path)
    yield engine
    engine.dispose()


@pytest.fixture
def shared(postgres: Server) -> Iterator[Engine]:
    """An empty PostgreSQL database."""
    with fresh_database(postgres) as url:
        engine = connected(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["store", "shared"])
def either(request: pytest.FixtureRequest) -> Engine:
    """An empty store on each database."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A folder of migrations that a test may add to."""
    folder = tmp_path / "versions"
    shutil.copytree(VERSIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder
