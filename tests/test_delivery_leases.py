"""Who may send a message, and for how long: two replicas, one of them slow, and the order of the queue."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select

from bot.clock import real_now
from bot.delivery import Delivery
from bot.leasing import LEASE
from sandbox.faults import Fault
from storage.ledger import copies, outbox
from storage.outbox import EMPTY, SENT, lease
from tests.conversation import Bot, Person
from tests.logged import log
from tests.replicas import Gate, calls, let_time_pass, messages, one_round, replica
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

REMIND = "提醒我今天上午11点给甬江港务打电话"
SEND = "message/send"


async def test_two_replicas_never_send_the_same_message(bot: Bot, chen: Person, store_url: str) -> None:
    async with replica(store_url, bot) as other:
        for n in range(12):
            await bot.sandbox.say(chen.userid, REMIND if n % 2 else "你好")
        while any(await asyncio.gather(*(one_round(one) for one in (bot, other, bot, other)))):
            pass

    rows = await messages(bot)
    assert [(row.state, row.lease_no) for row in rows] == [(SENT, 1)] * 12
    assert calls(bot) == 12


LATE: dict[str, Callable[[], Fault | None]] = {
    "refused": lambda: Fault("lose_answer", SEND),
    "sent": lambda: None,
}


@pytest.mark.parametrize("late", LATE)
async def test_whoever_lost_the_lease_marks_nothing(
    bot: Bot, chen: Person, store_url: str, late: str
) -> None:
    """The first hangs in its call; the second takes over and sends; then the first comes back."""
    await bot.sandbox.say(chen.userid, REMIND)
    async with replica(store_url, bot) as other, Gate(bot) as gate:
        if fault := LATE[late]():
            bot.sandbox.wecom.faults.add(fault)
        slow = asyncio.create_task(one_round(bot))
        await gate.reached()
        await let_time_pass(bot)
        assert await one_round(other)
        [before] = await messages(bot)
        assert (before.state, before.lease_no, before.attempts) == (SENT, 2, 0)

        gate.open.set()
        await slow

    [after] = await messages(bot)
    assert after == before
    assert len(chen.cards) == 1
    assert len(await bot.rows(select(copies.c.id))) == 1
    assert await findings(bot) == []


async def test_a_lease_lasts_as_long_as_its_holder_lives(bot: Bot, chen: Person, store_url: str) -> None:
    """A call that takes longer than a lease keeps it; nobody else sends meanwhile."""
    service = bot.service
    assert service.delivery is not None
    parts = service.delivery._channels, service.delivery._drawing
    brief = Delivery(*parts, service.run, service.read, real_now, timedelta(seconds=2))
    await bot.sandbox.say(chen.userid, REMIND)
    async with replica(store_url, bot) as other, Gate(bot) as gate:
        slow = asyncio.create_task(brief.once())
        await gate.reached()
        [first] = await messages(bot)
        async with asyncio.timeout(10):
            while (await messages(bot))[0].lease_until <= first.lease_until + timedelta(seconds=2.5):
                assert not await one_round(other)
        gate.open.set()
        await slow

    [row] = await messages(bot)
    assert (row.state, row.lease_no, row.attempts) == (SENT, 1, 0)


async def test_urgent_comes_first_then_the_order_of_queueing(bot: Bot) -> None:
    now = real_now()
    rows = [
        EMPTY | {"key": f"m{n}", "cause": "test", "kind": "push", "draw": "general.say", "args": {},
                 "due_at": now, "queued_at": now, "at": now, "priority": priority}
        for n, priority in enumerate((5, 5, 1, 4, 5, 1))
    ]  # fmt: skip
    await bot.write(insert(outbox).values(rows))

    def take(conn: Connection, limit: int) -> list[str]:
        return [leased.row.key for leased in lease(conn, "me", now, LEASE, limit=limit)]

    engine = bot.service.engine
    with engine.connect() as conn:
        assert [take(conn, 1), take(conn, 2), take(conn, 9)] == [["m2"], ["m5", "m3"], ["m0", "m1", "m4"]]
        assert take(conn, 9) == []
