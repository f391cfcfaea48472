"""Cards that hang on screens: renewed one at a time, never by an older state, each right used once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.clock import real_now
from bot.leasing import LEASE
from sandbox.faults import Fault
from storage.ledger import copies, outbox
from storage.outbox import EMPTY, PENDING, SENT, lease
from storage.schema import Lead
from tests.conversation import Bot, Person
from tests.logged import log
from tests.replicas import Gate, let_time_pass, messages, one_round, replica
from tests.soundness import findings, opened

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
SEND, UPDATE = "message/send", "message/update_template_card"


def refusals(bot: Bot) -> list[Any]:
    """The return codes other than 0 that the platform has given."""
    codes = [entry.detail.get("errcode") for entry in bot.sandbox.wecom.journal.entries]
    return [code for code in codes if code]


async def test_one_card_is_renewed_by_one_at_a_time(
    bot: Bot, wu: Person, chen: Person, store_url: str
) -> None:
    await chen.says(LEAD)
    [copy] = await bot.rows(select(copies.c.id).order_by(copies.c.id).limit(1))
    now = real_now()
    await bot.write(insert(outbox).values(_renewal(0, copy.id, now)))

    one, two = opened(store_url), opened(store_url)
    try:
        with one.connect() as first, two.connect() as second:
            taken = lease(first, "first", now, LEASE)
            if first.dialect.name == "sqlite":
                first.commit()
            # Another change is committed while the first replica's lease is not yet.
            await bot.write(insert(outbox).values([_renewal(n, copy.id, now) for n in (1, 2)]))
            again = lease(second, "second", now, LEASE)
            first.commit()
            second.commit()
    finally:
        one.dispose()
        two.dispose()

    mine = [leased for leased in (*taken, *again) if leased.row.copy_id == copy.id]
    assert len(mine) == 1
    assert mine[0].row.key == "r0"


def _renewal(number: int, copy_id: int, now: Any) -> dict[str, Any]:
    return EMPTY | {
        "key": f"r{number}", "cause": "test", "kind": "update", "draw": "tasks.shown", "args": {},
        "copy_id": copy_id, "due_at": now, "queued_at": now, "at": now, "priority": 0,
    }  # fmt: skip


async def test_the_right_to_renew_is_used_once_then_a_fresh_card_tells(
    bot: Bot, wu: Person, chen: Person
) -> None:
    await chen.says(LEAD)
    await wu.says("线索 L-20961")
    before = len(wu.cards)

    await chen.says("电话是13900001111")
    assert len(wu.cards) == before
    assert "13900001111" in wu.card.words
    await chen.says("电话是13900002222")

    assert len(wu.cards) == before + 1
    assert "13900002222" in wu.card.words
    renewed = [row.msgid for row in bot.sandbox.ledger if row.kind == "update"]
    assert len(renewed) == len(set(renewed)) == 3
    assert refusals(bot) == []
    assert await findings(bot) == []


async def test_an_expired_right_brings_a_fresh_card_to_others_and_none_to_the_doer(
    bot: Bot, wu: Person, chen: Person
) -> None:
    await chen.says(LEAD)
    await wu.says("线索 L-20961")
    before = len(wu.cards), len(chen.cards)
    bot.sandbox.wecom.responses.expire()

    await chen.says("电话是13900001111")

    assert (len(wu.cards), len(chen.cards)) == (before[0] + 1, before[1] + 1)
    assert "13900001111" in wu.card.words
    assert "已更新线索" in chen.card.title
    assert await findings(bot) == []


async def test_a_change_while_a_card_is_on_its_way_reaches_that_card(
    bot: Bot, wu: Person, chen: Person
) -> None:
    """It was drawn before the change, and hangs on no screen when the change looks for cards."""
    await chen.says(LEAD)
    await bot.sandbox.say(wu.userid, "线索 L-20961")
    async with Gate(bot) as gate:
        sending = asyncio.create_task(one_round(bot))
        await gate.reached()
        await bot.sandbox.say(chen.userid, "电话是13900001111")
        gate.open.set()
        await sending
    await bot.settle()

    assert await findings(bot) == []
    assert "13900001111" in wu.card.words


async def test_a_card_of_unknown_fate_is_followed_by_the_newest_state(
    bot: Bot, wu: Person, chen: Person
) -> None:
    await chen.says(LEAD)
    bot.sandbox.wecom.faults.add(Fault("lose_answer", SEND))
    await wu.says("线索 L-20961")
    assert [row.state for row in await messages(bot, outbox.c.state == PENDING)] == [PENDING]
    await bot.sandbox.say(chen.userid, "电话是13900001111")
    await let_time_pass(bot)

    await bot.settle()

    assert "13900001111" in wu.card.words
    assert await findings(bot) == []


async def test_a_renewal_of_unknown_fate_is_followed_by_the_newest_state(
    bot: Bot, wu: Person, chen: Person
) -> None:
    await chen.says(LEAD)
    await wu.says("线索 L-20961")
    bot.sandbox.wecom.faults.add(Fault("lose_answer", UPDATE, times=2))
    await chen.says("电话是13900001111")
    assert {row.state for row in await messages(bot, outbox.c.kind == "update")} == {PENDING}

    await bot.sandbox.say(chen.userid, "电话是13900002222")
    await let_time_pass(bot)
    await bot.settle()

    assert "13900002222" in wu.card.words
    assert not await messages(bot, outbox.c.state == PENDING)
    assert await findings(bot) == []


async def test_a_renewal_whose_sender_died_is_not_told_again(bot: Bot, wu: Person, chen: Person) -> None:
    """The platform took it, the mark was never written: the same right used twice means that it is done."""
    await chen.says(LEAD)
    await wu.says("线索 L-20961")
    codes = {row.id: row.response_code for row in await bot.rows(select(copies.c.id, copies.c.response_code))}
    await chen.says("电话是13900001111")
    shown = len(wu.cards)

    for copy, code in codes.items():
        await bot.write(update(copies).where(copies.c.id == copy).values(shown_version=1, response_code=code))
    unmarked = {"state": PENDING, "sent_at": None, "lease_by": "dead", "lease_until": real_now()}
    await bot.write(update(outbox).where(outbox.c.kind == "update").values(unmarked))
    await let_time_pass(bot)
    await bot.settle()

    assert len(wu.cards) == shown
    assert {row.state for row in await messages(bot)} == {SENT}


async def test_older_never_covers_newer(bot: Bot, wu: Person, chen: Person, store_url: str) -> None:
    """Many changes, two replicas that send as they like: at the end each phone shows the last one."""
    await chen.says(LEAD)
    await wu.says("线索 L-20961")
    async with replica(store_url, bot) as other:
        for n in range(8):
            await bot.sandbox.say(chen.userid, f"电话是1390000111{n}")
            await asyncio.gather(one_round(bot), one_round(other))
        while any(await asyncio.gather(one_round(bot), one_round(other))):
            pass

    [lead] = await bot.rows(select(Lead.__table__).where(Lead.code == "L-20961"))
    assert lead.phone == "13900001117"
    newest = func.max(copies.c.shown_version)
    shown = await bot.rows(select(newest).group_by(copies.c.person_id))
    assert [row[0] for row in shown] == [lead.version] * 2
    assert "13900001117" in wu.card.words
    assert await findings(bot) == []
