"""Two processes renew one card: whichever call lands last, the card ends with the newest state."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.dingtalk.client import DingtalkClient
from bot.platforms.dingtalk.turns import Turns
from tests.platforms.dingtalk_bot import LU, DingBot, company, store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with store(request.param, tmp_path, server) as url:
        yield url


@pytest.fixture
async def bot(url: str) -> AsyncIterator[DingBot]:
    async with company(url) as bot:
        yield bot


@asynccontextmanager
async def nobody_waits(self: Turns, card: str) -> AsyncIterator[None]:
    """What another process does is not known to the turns of this one."""
    yield


async def test_a_renewal_that_lands_late_does_not_leave_the_card_behind(
    bot: DingBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.says(LU, "提醒我明天上午10点给甬江港务打电话")
    monkeypatch.setattr(Turns, "of", nobody_waits)
    on_its_way, go = asyncio.Event(), asyncio.Event()
    real = DingtalkClient.update_card

    async def slow(self: DingtalkClient, card: str, values: Any) -> Any:
        if not on_its_way.is_set():
            on_its_way.set()
            await go.wait()
        return await real(self, card, values)

    monkeypatch.setattr(DingtalkClient, "update_card", slow)
    await bot.ding.say(LU, "待办改到下周二")
    assert bot.service.delivery is not None
    delivering = asyncio.create_task(bot.service.delivery.once())
    await on_its_way.wait()
    await bot.taps(LU, "完成", on=bot.ding.cards_to(LU)[0])
    await bot.taps(LU, "完成", on=bot.ding.cards_to(LU)[0])
    assert bot.ding.cards_to(LU)[0].settled == "已完成"

    go.set()
    await delivering
    await bot.settle()

    assert bot.ding.cards_to(LU)[0].settled == "已完成"
