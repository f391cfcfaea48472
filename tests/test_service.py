"""The service behind its doors: one deadline, figures for this host only, a terminal that gives reasons."""

import threading
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection, event, select

from bot import service as services
from bot.app import PASSED_ON, keyring_of
from bot.channels import FOLDS
from bot.config import config_from
from bot.event import Event, Kind
from bot.line import Busy
from bot.platforms.taps import TapSigner
from bot.speaking import Terminal
from storage.ledger import outbox
from storage.outbox import DROPPED, SENT
from tests.conversation import NOW, Bot
from tests.logged import log
from tests.posting import came
from tests.right_config import right
from tests.soundness import findings_at, opened

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"


async def test_understanding_and_carrying_out_share_one_deadline(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for a reader that hangs is refused in time, and nothing takes effect later."""
    monkeypatch.setattr(services, "PATIENCE", 0.2)
    asked = Event("late", "wecom", "main", "ChenSiyu", Kind.TEXT, NOW, text=LEAD)
    gate = threading.Event()
    try:
        held = [bot.service.reader.read(lambda conn: gate.wait(30)) for _ in range(2)]
        with pytest.raises(Busy):
            await bot.service.take(asked)
    finally:
        gate.set()
    assert all(one.result(10) for one in held)

    assert await came(bot) == 0
    monkeypatch.undo()
    assert not (await bot.service.take(asked)).repeated


@pytest.mark.parametrize("header", PASSED_ON)
async def test_a_proxy_on_this_host_does_not_open_the_figures(bot: Bot, header: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{bot.site}/metrics", headers={header: "for=203.0.113.7"}) as answer:
            assert answer.status == 404
        async with session.get(f"{bot.site}/metrics") as answer:
            assert answer.status == 200


def test_what_the_terminal_does_not_show_has_a_reason(store_url: str, tmp_path: Path) -> None:
    """林浩 loses his roles with the commit of his question: the answer is drawn without them."""
    keys = keyring_of(config_from(right()))
    engine = opened(store_url)
    signer = TapSigner([b"k" * 32])
    terminal = Terminal(engine, keys, timedelta(minutes=15), tmp_path / "hand", signer, FOLDS)

    def withdraw(conn: Connection) -> None:
        if not conn.get_execution_options().get("ro"):
            conn.exec_driver_sql("DELETE FROM roles")

    try:
        terminal.say("陈思雨", LEAD, NOW)
        event.listen(engine, "commit", withdraw)
        assert terminal.say("林浩", "新线索 恒通路桥 13812345678", NOW) == []
        event.remove(engine, "commit", withdraw)
        with engine.connect() as conn:
            shown, hidden = conn.execute(select(outbox).order_by(outbox.c.id)).all()
    finally:
        engine.dispose()

    assert (shown.state, shown.reason) == (SENT, None)
    assert (hidden.state, hidden.sent_at, hidden.lease_by) == (DROPPED, None, None)
    assert "无权" in hidden.reason
    assert findings_at(store_url) == []
