"""Several replicas on one store, in one test: each with its own engine, writer, caches and delivery."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import select, update

from bot.app import SERVICE, make_app
from bot.clock import real_now
from bot.config import config_from
from storage.ledger import outbox
from storage.outbox import PENDING
from tests.conversation import WECOM, Bot
from tests.right_config import right

PATIENCE = 10.0  # Seconds.


@asynccontextmanager
async def replica(url: str, beside: Bot) -> AsyncIterator[Bot]:
    """One more bot on the store of `beside`, with the same clock and the same pretend WeCom."""
    wecom = WECOM | {"api_base": beside.sandbox.api_base}
    config = config_from(right() | {"database": {"url": url}, "wecom": [wecom]})
    made = make_app(config, clock=beside.service.clock, durable=False, tick=False, deliver=False)
    runner = web.AppRunner(made, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield Bot(beside.sandbox, made[SERVICE], f"http://127.0.0.1:{runner.addresses[0][1]}", beside.phones)
    finally:
        await runner.cleanup()


async def speak_to(bot: Bot) -> None:
    """Let the platform send its callbacks to this replica from now on."""
    await bot.sandbox.connect(f"{bot.site}/callback/wecom/main")


async def one_round(bot: Bot) -> bool:
    """One round of delivery; True when something was taken."""
    assert bot.service.delivery is not None
    return await bot.service.delivery.once()


async def let_time_pass(bot: Bot) -> None:
    """Real time passes: what waited for another try is due, and every lease is over."""
    before = real_now() - timedelta(seconds=1)
    await bot.write(update(outbox).where(outbox.c.state == PENDING).values(due_at=before))
    await bot.write(update(outbox).where(outbox.c.lease_until.is_not(None)).values(lease_until=before))


async def messages(bot: Bot, *where: Any) -> list[Any]:
    """The rows of the outbox, in order."""
    return await bot.rows(select(outbox).where(*where).order_by(outbox.c.id))


def calls(bot: Bot, path: str = "message/send") -> int:
    """How often the platform was asked, whatever it answered."""
    return sum(entry.detail.get("path") == path for entry in bot.sandbox.wecom.journal.entries)


class Gate:
    """A place in the pretend platform where a call waits until it is let through.

    The platform reads the business clock between its checks and its effect: that is the place. Whoever types
    passes it as well, so type before.
    """

    def __init__(self, bot: Bot, waiting: int = 1) -> None:
        """The first `waiting` calls wait, the others pass."""
        self._wecom, self._read = bot.sandbox.wecom, bot.sandbox.wecom.read_clock
        self._left = waiting
        self._reached, self.open = asyncio.Event(), asyncio.Event()

    async def __aenter__(self) -> "Gate":
        self._wecom.read_clock = self._wait
        return self

    async def __aexit__(self, *error: object) -> None:
        self.open.set()
        self._wecom.read_clock = self._read

    async def reached(self) -> None:
        """Wait until somebody stands at the gate."""
        async with asyncio.timeout(PATIENCE):
            await self._reached.wait()

    async def _wait(self) -> datetime:
        if self._left > 0:
            self._left -= 1
            self._reached.set()
            await self.open.wait()
        return await self._read()
