"""What is said arrives, once, in its newest state, only where it may be seen, whatever the platform does."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import delete, select, update

from bot.checks import _outbox as operators_view
from bot.clock import real_now
from bot.delivery import TRIES
from sandbox.faults import Fault
from storage.base import Base
from storage.ledger import inbox, outbox
from storage.org import Person as Colleague
from storage.org import Role
from storage.outbox import DEAD, DROPPED, PENDING, SENT
from storage.schema import Collaborator, Lead, Task
from tests.conversation import Bot, Person
from tests.logged import log
from tests.posting import letter, message, post
from tests.replicas import Gate, calls, let_time_pass, messages
from tests.soundness import findings

__all__ = ["log"]
pytestmark = pytest.mark.usefixtures("log")

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"

REMIND = "提醒我今天上午11点给甬江港务打电话"
GIVE = "让陈思雨明天上午10点前整理恒通的报价资料"
SEND = "message/send"
PEOPLE, ROLES = Base.metadata.tables["people"], Base.metadata.tables["roles"]


async def person_id(bot: Bot, name: str) -> int:
    [row] = await bot.rows(select(Colleague.id).where(Colleague.name == name))
    return int(row.id)


TROUBLES: dict[str, Fault] = {
    "500": Fault("http", SEND, times=2, status=500),
    "503": Fault("http", SEND, times=2, status=503),
    "busy": Fault("errcode", SEND, times=2, code=-1),
    "rate": Fault("errcode", SEND, times=2, code=45009),
    "cut before": Fault("drop", SEND, times=2),
    "cut after": Fault("lose_answer", SEND, times=2),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_trouble_delays_and_never_repeats(bot: Bot, chen: Person, trouble: str) -> None:
    """A card and a plain answer, each seen once, whatever became of the tries before."""
    bot.sandbox.wecom.faults.add(TROUBLES[trouble].fresh(trouble))
    await bot.sandbox.say(chen.userid, REMIND)
    await bot.sandbox.say(chen.userid, "你好")
    await bot.settle()
    waiting = await messages(bot, outbox.c.state == PENDING)
    assert len(waiting) == 2
    assert all(row.attempts == 1 and row.reason and row.due_at > real_now() for row in waiting)
    if trouble == "rate":
        assert all(row.due_at > real_now() + timedelta(seconds=30) for row in waiting)

    await let_time_pass(bot)
    await bot.settle()
    await let_time_pass(bot)
    await bot.settle()

    assert [row.state for row in await messages(bot)] == [SENT, SENT]
    assert len(bot.sandbox.ledger.sent()) == 2
    assert len(chen.cards) == 1
    assert sum("我在" in words for words in bot.sandbox.texts_to(chen.userid)) == 1
    assert await findings(bot) == []


@pytest.mark.parametrize("end", ["expire", "revoke"])
async def test_a_token_that_has_ended_is_replaced_within_the_same_try(
    bot: Bot, chen: Person, end: str
) -> None:
    await chen.says("你好")
    getattr(bot.sandbox.wecom.tokens, end)()
    asked = calls(bot, "gettoken")

    for _ in range(5):
        await bot.sandbox.say(chen.userid, REMIND)
    await bot.settle()

    assert len(chen.cards) == 5
    assert all(row.state == SENT and row.attempts == 0 for row in await messages(bot))
    assert calls(bot, "gettoken") == asked + 1


async def test_a_platform_that_hangs_keeps_no_callback_waiting(bot: Bot, chen: Person, wu: Person) -> None:
    await bot.sandbox.say(chen.userid, REMIND)
    async with Gate(bot) as gate:
        sending = asyncio.create_task(bot.settle())
        await gate.reached()

        async with asyncio.timeout(3):
            assert (await post(bot, letter(message("你好", sender=wu.userid)))).status == 200
            assert (await post(bot, letter(message(REMIND, sender=chen.userid)))).status == 200
        assert chen.cards == []
    await sending

    await bot.settle()
    assert len(chen.cards) == 2


async def test_equal_words_said_twice_arrive_twice(bot: Bot, chen: Person) -> None:
    await chen.says("你好")
    await chen.says("你好")

    assert len(bot.sandbox.texts_to(chen.userid)) == 2


@pytest.mark.parametrize("lost", [1, 2])
async def test_an_acknowledgement_that_got_lost_brings_the_event_again_without_effect(
    bot: Bot, chen: Person, lost: int
) -> None:
    bot.sandbox.wecom.faults.add(Fault("lose_callback_answer", "callback", times=lost))

    await chen.says(REMIND)
    await bot.sandbox.redeliver(exact=True)
    await bot.sandbox.redeliver()
    await bot.settle()

    assert len(await bot.rows(select(Task.id).where(Task.code.in_(["K-0701", "K-0702"])))) == 1
    assert len(await bot.rows(select(inbox.c.key))) == 1
    assert len(chen.cards) == 1
    assert await findings(bot) == []


async def test_what_may_no_longer_be_seen_when_it_is_sent_is_not_sent(
    bot: Bot, wu: Person, chen: Person
) -> None:
    await wu.says(GIVE)
    shown = len(bot.sandbox.ledger.to(wu.userid))
    await bot.sandbox.tap(chen.userid, "完成")
    held = delete(Role).where(Role.person_id == await person_id(bot, "吴国强"))

    await bot.write(held)
    # Whoever set a task works on it beside its owner; that ends here too.
    await bot.write(delete(Collaborator).where(Collaborator.person_id == await person_id(bot, "吴国强")))
    await bot.settle()

    told = await messages(
        bot, outbox.c.person_id == await person_id(bot, "吴国强"), outbox.c.state == DROPPED
    )
    assert {row.kind for row in told} == {"push", "update"}
    assert all("无权" in row.reason for row in told)
    assert len(bot.sandbox.ledger.to(wu.userid)) == shown


async def test_an_own_record_that_was_handed_on_is_not_shown_to_whoever_had_it(
    bot: Bot, chen: Person, lin: Person
) -> None:
    await bot.sandbox.say(chen.userid, LEAD)
    [unit] = await bot.rows(select(Colleague.unit_id).where(Colleague.name == "林浩"))
    moved = {"owner_id": await person_id(bot, "林浩"), "unit_id": unit.unit_id}

    await bot.write(update(Lead).where(Lead.code == "L-20961").values(moved))
    await bot.write(delete(Role).where(Role.person_id == await person_id(bot, "陈思雨")))
    await bot.settle()

    [row] = await messages(bot)
    assert (row.state, row.reason) == (DROPPED, "收件人已无权查看，或记录已不在")
    assert bot.sandbox.ledger.to(chen.userid) == []


async def test_somebody_who_has_left_hears_nothing_more(bot: Bot, chen: Person) -> None:
    await bot.sandbox.say(chen.userid, REMIND)
    await bot.write(update(PEOPLE).where(PEOPLE.c.name == "陈思雨").values(left_at=bot.service.clock.now()))

    await bot.settle()
    await bot.move(hours=2)

    assert bot.sandbox.ledger.to(chen.userid) == []
    mine = outbox.c.person_id == await person_id(bot, "陈思雨")
    rows = await messages(bot, mine)
    assert rows
    assert {(row.state, row.reason) for row in rows} == {(DROPPED, "收件人已离职")}


async def test_a_message_that_can_never_arrive_is_seen_by_the_operator(bot: Bot, chen: Person) -> None:
    bot.sandbox.wecom.faults.add(Fault("errcode", SEND, code=81013))

    await chen.says(REMIND)

    [row] = await messages(bot)
    assert row.state == DEAD
    assert "接收人" in row.reason
    async with aiohttp.ClientSession() as session, session.get(f"{bot.site}/metrics") as answer:
        assert 'xiaoer_outbox{state="dead"} 1.0' in await answer.text()
    shown = await bot.service.read(lambda conn: list(operators_view(conn, real_now())))
    assert any(one.ok is False and row.reason in one.seen for one in shown)
    assert await findings(bot) == []


async def test_tries_end_but_not_before_two_hours_of_silence(bot: Bot, chen: Person) -> None:
    bot.sandbox.wecom.faults.add(Fault("http", SEND, times=None, status=502))

    await bot.sandbox.say(chen.userid, REMIND)
    waited = timedelta(0)
    for _ in range(TRIES + 3):
        began = real_now()
        await bot.settle()
        [row] = await messages(bot)
        waited += max(row.due_at - began, timedelta(0))
        await let_time_pass(bot)

    assert (row.state, row.attempts) == (DEAD, TRIES)
    assert chen.cards == []
    assert waited > timedelta(hours=2)


async def test_a_message_nobody_can_draw_dies_and_holds_up_no_other(bot: Bot, chen: Person) -> None:
    await bot.sandbox.say(chen.userid, "你好")
    await bot.write(update(outbox).values(draw="nothing.of_ours"))
    await bot.sandbox.say(chen.userid, REMIND)

    await bot.settle()
    assert len(chen.cards) == 1
    for _ in range(TRIES):
        await let_time_pass(bot)
        await bot.settle()

    broken, fine = await messages(bot)
    assert (fine.state, broken.state, broken.attempts) == (SENT, DEAD, TRIES)
    assert broken.reason
    assert await findings(bot) == []
