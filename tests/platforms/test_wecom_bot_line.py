"""A long connection that breaks, is replaced or meets a busy bot loses nothing and steals nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.event import Event, Kind
from bot.platforms.refused import ComeAgain
from bot.platforms.wecom_bot import socket as module
from bot.platforms.wecom_bot.socket import LongConnection
from sandbox.aibot.app import running
from sandbox.aibot.bots import Bot as PretendBot
from sandbox.aibot.rig import AibotSandbox
from tests.conversation import NOW
from tests.sandbox.company import small_corp

PRETEND = PretendBot("aib_line_01", "小二", secret="line-secret-0123456789")


class Ears:
    """Takes events in when it is let, and counts them."""

    def __init__(self) -> None:
        self.begun, self.taken = 0, 0
        self.free = asyncio.Event()
        self.busy = 0

    def read(self, body: dict[str, Any]) -> Event:
        return Event(str(body["msgid"]), "wecom_bot", "main", "ChenSiyu", Kind.TEXT, NOW)

    async def take(self, event: Event) -> None:
        self.begun += 1
        if self.busy:
            self.busy -= 1
            raise ComeAgain
        await self.free.wait()
        self.taken += 1


@pytest.fixture
async def smart() -> AsyncIterator[AibotSandbox]:
    smart = AibotSandbox(PRETEND, small_corp())
    async with running(smart):
        yield smart


def line_to(smart: AibotSandbox, session: aiohttp.ClientSession, ears: Ears, clock: Any) -> LongConnection:
    return LongConnection(
        session, ws_base=smart.ws_base, bot_id=PRETEND.bot_id, secret=PRETEND.secret,
        read=ears.read, take=ears.take, clock=clock,
    )  # fmt: skip


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_what_was_heard_is_taken_in_although_the_connection_is_gone(smart: AibotSandbox) -> None:
    ears = Ears()
    async with aiohttp.ClientSession() as session:
        line = line_to(smart, session, ears, asyncio.get_running_loop().time)
        listening = asyncio.create_task(line.forever())
        await until(lambda: smart.line.live)
        await smart.say("ChenSiyu", "记一条")
        await until(lambda: ears.begun)

        smart.line.cut()
        await until(lambda: not line.connected)
        ears.free.set()

        await until(lambda: ears.taken)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_what_comes_while_we_are_busy_is_taken_in_afterwards(
    smart: AibotSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears = Ears()
    ears.busy = 1
    ears.free.set()
    async with aiohttp.ClientSession() as session:
        line = line_to(smart, session, ears, asyncio.get_running_loop().time)
        listening = asyncio.create_task(line.forever())
        await until(lambda: smart.line.live)
        await smart.say("ChenSiyu", "记一条")

        await until(lambda: ears.taken)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert (ears.begun, ears.taken) == (2, 1)


async def test_whoever_was_replaced_stays_away_however_long_it_had_lived(
    smart: AibotSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.Event().wait()

    async with aiohttp.ClientSession() as session:
        hours = iter(range(0, 10**9, 3600))
        first = line_to(smart, session, Ears(), lambda: float(next(hours)))
        old = asyncio.create_task(first.forever())
        await until(lambda: smart.line.live)
        before = smart.line.live
        monkeypatch.setattr("bot.platforms.wecom_bot.socket.asyncio.sleep", _only_long(note))
        second = line_to(smart, session, Ears(), asyncio.get_running_loop().time)
        new = asyncio.create_task(second.forever())
        await until_without_sleep(lambda: pauses and smart.line.live is not before)

        assert pauses[0] == module.REPLACED
        for task in (old, new):
            task.cancel()
        await asyncio.gather(old, new, return_exceptions=True)


REAL_SLEEP = asyncio.sleep


def _only_long(note: Any) -> Any:
    async def sleep(seconds: float, *rest: Any) -> None:
        # The pings of a connection sleep for half a minute; what is longer keeps away.
        if seconds > module.PING:
            await note(seconds)
        await REAL_SLEEP(seconds)

    return sleep


async def until_without_sleep(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await REAL_SLEEP(0.01)
