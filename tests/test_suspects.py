"""An event that killed a process is known to every replica, on any host, and is parked after two tries."""

import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.accounts import Accounts
from bot.app import keyring_of
from bot.channels import FOLDS
from bot.clock import Clock
from bot.config import config_from
from bot.event import Event, Kind
from bot.in_hand import own_path
from bot.service import Service
from storage.inbox import count_attempt, suspect
from storage.ledger import attempts, inbox
from storage.turnstile import write
from tests.conversation import NOW
from tests.logged import log
from tests.right_config import right
from tests.soundness import findings_at, opened

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

KEYS = keyring_of(config_from(right()))
REMIND = "提醒我明天上午10点给甬江港务打电话"


def said(key: str) -> Event:
    return Event(key, "wecom", "main", "ChenSiyu", Kind.TEXT, NOW, text=REMIND)


@asynccontextmanager
async def host(url: str, folder: Path) -> AsyncIterator[Service]:
    """A replica with a disk of its own."""
    service = Service(opened(url), KEYS, Accounts(FOLDS), Clock(starts_at=NOW), folder)
    service.start({}, deliver=False, tick=False)
    try:
        yield service
    finally:
        await service.stop()


def leave(folder: Path, *keys: str) -> None:
    """What a process on this host had in hand when it was killed."""
    folder.mkdir()
    own_path(folder).write_text(json.dumps(keys), encoding="utf-8")


async def known(service: Service, table: Any) -> dict[str, Any]:
    return {row.key: row for row in await service.read(lambda conn: conn.execute(select(table)).all())}


async def test_what_one_host_died_of_runs_alone_on_every_other(store_url: str, tmp_path: Path) -> None:
    leave(tmp_path / "one", "k1", "k2")
    async with host(store_url, tmp_path / "two") as other:
        async with host(store_url, tmp_path / "one"):
            found = await known(other, attempts)
            assert {key: row.count for key, row in found.items()} == {"k1": 0, "k2": 0}

        done = await other.take(said("k1"))
        again = await other.take(said("k1"))
        free = await other.take(said("k3"))

        assert (done.parked, done.repeated, again.repeated, free.repeated) == (False, False, True, False)
        counts = {key: row.count for key, row in (await known(other, attempts)).items()}
        assert counts["k1"] >= 1
        assert "k3" not in counts
        assert set(await known(other, inbox)) == {"k1", "k3"}
    assert findings_at(store_url) == []


async def test_what_killed_a_host_when_alone_is_parked_by_the_next(store_url: str, tmp_path: Path) -> None:
    engine = opened(store_url)
    with write(engine) as conn:
        suspect(conn, ["k1"], NOW)
        assert count_attempt(conn, "k1", NOW) == 1
        suspect(conn, ["k1"], NOW)
    engine.dispose()

    async with host(store_url, tmp_path / "two") as other:
        done = await other.take(said("k1"))

        assert done.parked
        row = (await known(other, attempts))["k1"]
        assert (row.count, bool(row.parked)) == (2, True)
        assert (await other.take(said("k1"))).repeated


async def test_what_is_being_understood_is_in_hand(store_url: str, tmp_path: Path) -> None:
    """Grammar may be what kills; it runs beside the writer."""
    folder = tmp_path / "one"
    async with host(store_url, folder) as service:
        reached, gate = threading.Event(), threading.Event()

        def look(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if conn.get_execution_options().get("ro") and "FROM conversations" in statement:
                reached.set()
                gate.wait(10)

        event.listen(service.engine, "before_cursor_execute", look)
        future = service.reader.read(lambda conn: service._prepared(conn, said("k1"), NOW))
        assert reached.wait(10)
        [file] = folder.iterdir()
        held = json.loads(file.read_bytes())
        gate.set()
        assert future.result(10) is not None
        event.remove(service.engine, "before_cursor_execute", look)

    assert held == ["k1"]
    assert list(folder.iterdir()) == []


async def test_what_somebody_may_have_died_of_is_not_understood_beside_the_writer(
    store_url: str, tmp_path: Path
) -> None:
    leave(tmp_path / "one", "k1")
    async with host(store_url, tmp_path / "one") as service:
        assert await service.read(lambda conn: service._prepared(conn, said("k1"), NOW)) is None
        assert await service.read(lambda conn: service._prepared(conn, said("k2"), NOW)) is not None
