"""A few are sent at once, the next as soon as one is done; what is not sent when we stop, others send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import insert, select

from bot.clock import real_now
from bot.delivery import AT_ONCE, BATCH, Delivery
from cards.model import Card, Message
from storage.ledger import copies, outbox
from storage.outbox import EMPTY, PENDING, SENT
from tests.conversation import Bot, Person
from tests.logged import log
from tests.pretend_channel import PretendChannel, delivery_through, words_for
from tests.replicas import messages

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
MANY = [f"第{n}句" for n in range(BATCH + AT_ONCE + 1)]


@asynccontextmanager
async def running(delivery: Delivery) -> AsyncIterator[None]:
    """A delivery at its daily work, stopped in the end."""
    work = asyncio.create_task(delivery.forever())
    try:
        yield
    finally:
        await delivery.stop(0)
        async with asyncio.timeout(10):
            await work


def is_slow(message: Message) -> bool:
    return "慢" in message.text


async def test_one_that_hangs_holds_up_nobody_else(bot: Bot, chen: Person) -> None:
    channel = PretendChannel(hangs=is_slow)
    delivery = delivery_through(bot, channel)
    await bot.write(insert(outbox).values(words_for(chen.userid, "慢", *MANY)))

    async with running(delivery):
        await channel.until(lambda: len(channel.words) == len(MANY))
        await bot.write(insert(outbox).values(words_for(chen.userid, "后来的")))
        delivery.wake()
        await channel.until(lambda: "后来的" in channel.words)
        assert "慢" not in channel.words

        channel.free.set()
        await channel.until(lambda: "慢" in channel.words)


async def test_no_more_than_a_few_are_sent_at_once(bot: Bot, chen: Person) -> None:
    channel = PretendChannel(hangs=lambda message: True)
    await bot.write(insert(outbox).values(words_for(chen.userid, *MANY)))

    async with running(delivery_through(bot, channel)):
        await channel.until(lambda: len(channel.begun) == AT_ONCE)
        taken = await messages(bot, outbox.c.lease_by.is_not(None))
        assert (len(channel.begun), len(taken)) == (AT_ONCE, BATCH)

        channel.free.set()
        await channel.until(lambda: len(channel.words) == len(MANY))


async def test_renewals_of_a_card_keep_their_order_and_let_others_pass(bot: Bot, chen: Person) -> None:
    """However many wait behind the one that hangs."""
    channel = PretendChannel(hangs=lambda message: isinstance(message, Card) and bool(channel.sent))
    delivery = delivery_through(bot, channel)
    await bot.sandbox.say(chen.userid, LEAD)
    await delivery.once()
    [copy] = await bot.rows(select(copies))
    await bot.sandbox.say(chen.userid, "电话是13900001111")
    now = real_now()
    same = ("person_id", "args", "draw", "noun", "record_id", "platform", "connection", "userid")
    of_it = {name: getattr(copy, name) for name in same} | {"copy_id": copy.id, "kind": "update"}
    when = {"cause": "test", "priority": 4, "due_at": now, "queued_at": now, "at": now}
    renewals = [EMPTY | of_it | when | {"key": f"r{n}"} for n in range(3 * BATCH)]
    await bot.write(insert(outbox).values(renewals))

    async with running(delivery):
        await channel.until(lambda: sum(isinstance(one, Card) for one in channel.begun) == 3)
        await bot.write(insert(outbox).values(words_for(chen.userid, "别人的话")))
        delivery.wake()
        await channel.until(lambda: "别人的话" in channel.words)
        held = await messages(bot, outbox.c.copy_id == copy.id, outbox.c.lease_by.is_not(None))
        assert len(held) == 1

        channel.free.set()
        await channel.until(lambda: bool(channel.renewed))
    assert len(channel.renewed) == 1


async def test_what_was_not_sent_when_we_stop_others_send_at_once(bot: Bot, chen: Person) -> None:
    stuck = PretendChannel(hangs=lambda message: True)
    await bot.write(insert(outbox).values(words_for(chen.userid, *MANY)))
    async with running(delivery_through(bot, stuck)):
        await stuck.until(lambda: len(stuck.begun) == AT_ONCE)

    left = await messages(bot)
    assert {(row.state, row.lease_by, row.lease_until) for row in left} == {(PENDING, None, None)}
    other = PretendChannel()
    await delivery_through(bot, other).once()

    assert sorted(other.words) == sorted(MANY)
    assert stuck.words == []


async def test_a_call_under_way_when_we_stop_is_waited_for(bot: Bot, chen: Person) -> None:
    channel = PretendChannel(hangs=lambda message: True)
    delivery = delivery_through(bot, channel)
    await bot.write(insert(outbox).values(words_for(chen.userid, *MANY)))
    work = asyncio.create_task(delivery.forever())
    await channel.until(lambda: len(channel.begun) == AT_ONCE)

    stopping = asyncio.create_task(delivery.stop(10))
    channel.free.set()
    await stopping
    await work

    rows = await messages(bot)
    assert [row.state for row in rows].count(SENT) == len(channel.words) == AT_ONCE
    assert not any(row.lease_by for row in rows)


async def test_a_delivery_that_has_stopped_begins_nothing(bot: Bot, chen: Person) -> None:
    channel = PretendChannel()
    delivery = delivery_through(bot, channel)
    await delivery.stop(0)
    await bot.write(insert(outbox).values(words_for(chen.userid, "太晚")))

    assert not await delivery.once()
    [row] = await messages(bot)
    assert (row.state, row.lease_no, channel.begun) == (PENDING, 0, [])
