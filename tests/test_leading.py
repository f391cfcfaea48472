"""One process of several does the work; when it stops or dies, another one does."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.clock import real_now
from bot.leading import Leading
from storage.ledger import leases
from tests.conversation import Bot
from tests.replicas import replica


class Work:
    """Something that goes on until it is ended."""

    def __init__(self) -> None:
        self.going = 0

    def make(self) -> Coroutine[Any, Any, None]:
        async def go() -> None:
            self.going += 1
            try:
                await asyncio.Event().wait()
            finally:
                self.going -= 1

        return go()


def leading(bot: Bot, make: Callable[[], Coroutine[Any, Any, None]]) -> Leading:
    return Leading("bot:main", make, bot.service.run)


async def one_look(*all_of_them: Leading) -> None:
    for one in all_of_them:
        await one.once()
    await asyncio.sleep(0)


async def test_only_one_of_two_replicas_does_it(bot: Bot, store_url: str) -> None:
    async with replica(store_url, bot) as other:
        first, second = Work(), Work()
        here, there = leading(bot, first.make), leading(other, second.make)

        await one_look(here, there, here, there)

        assert (first.going, second.going) == (1, 0)
        assert (here.leads, there.leads) == (True, False)
        await here.end()


async def test_who_stops_hands_over_at_once(bot: Bot, store_url: str) -> None:
    async with replica(store_url, bot) as other:
        first, second = Work(), Work()
        task = asyncio.create_task(leading(bot, first.make).forever())
        while not first.going:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        there = leading(other, second.make)

        await one_look(there)

        assert (first.going, second.going) == (0, 1)
        await there.end()


async def test_after_a_death_another_one_leads_when_the_time_is_over(bot: Bot, store_url: str) -> None:
    async with replica(store_url, bot) as other:
        first, second = Work(), Work()
        here, there = leading(bot, first.make), leading(other, second.make)
        await one_look(here)
        await other.write(update(leases).values(until=real_now() - timedelta(seconds=1)))

        await one_look(there, here)

        assert (first.going, second.going) == (0, 1)
        await there.end()
