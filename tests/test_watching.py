"""What an operator sees of a running bot, and who else does not; and what a fault of ours costs a caller."""

import asyncio
import io
import secrets
import socket

import aiohttp
import pytest
from aiohttp import web

from bot.app import make_app
from bot.config import config_from
from tests.conversation import Bot
from tests.logged import log
from tests.posting import came, letter, message, post
from tests.right_config import right
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

SECRET = "提醒我明天上午10点给甬江港务打电话"


async def test_only_this_machine_sees_the_figures(bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{bot.site}/metrics") as answer:
            assert answer.status == 200
            assert "xiaoer_events_total" in await answer.text()
        for path in ("healthz", "readyz"):
            async with session.get(f"{bot.site}/{path}") as answer:
                assert answer.status == 200


@pytest.mark.parametrize("token", [None, secrets.token_urlsafe(32)], ids=["no token", "token"])
async def test_from_elsewhere_the_figures_need_the_token(store_url: str, token: str | None) -> None:
    tree = (
        right() | {"database": {"url": store_url}} | ({"server": {"metrics_token": token}} if token else {})
    )
    made = make_app(config_from(tree), durable=False, tick=False, deliver=False)
    runner = web.AppRunner(made, access_log=None)
    await runner.setup()
    try:
        address = _address()
        await web.TCPSite(runner, address, 0).start()
        url = f"http://{address}:{runner.addresses[0][1]}"
        said = {"right": f"Bearer {token}", "wrong": f"Bearer {secrets.token_urlsafe(32)}", "none": ""}
        found = {name: await _status(f"{url}/metrics", value) for name, value in said.items()}
        assert found == {"right": 200 if token else 404, "wrong": 404, "none": 404}
        assert await _status(f"{url}/healthz", "") == 200
    finally:
        await runner.cleanup()


def _address() -> str:
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # Nothing is sent; the system only chooses an address.
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(asked.getsockname()[0])


async def _status(url: str, authorization: str) -> int:
    headers = {"Authorization": authorization} if authorization else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        await answer.read()
        return answer.status


async def test_a_bot_whose_writer_has_ended_says_that_it_is_not_ready(bot: Bot) -> None:
    await asyncio.to_thread(bot.service.writer.close)

    async with aiohttp.ClientSession() as session, session.get(f"{bot.site}/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["problems"] == ["writer"]
    refused = await post(bot, letter(message(SECRET)))
    assert (refused.status, refused.body) == (503, b"")


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(
    bot: Bot, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours: no 200, no words, nothing of the message in the log; the platform's retry succeeds."""
    words = message(SECRET)

    def fail(*_: object) -> None:
        raise RuntimeError(f"out of order: {SECRET}")

    with monkeypatch.context() as broken:
        broken.setattr("bot.pipeline.queued", fail)
        answer = await post(bot, letter(words))
    assert (answer.status, answer.body) == (503, b"")
    assert await came(bot) == 0
    assert "甬江" not in log.getvalue()

    assert (await post(bot, letter(words))).status == 200
    assert await came(bot) == 1
    assert await findings(bot) == []
