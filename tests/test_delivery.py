"""What is said arrives, once, in its newest state, only where it may be seen, whatever the platform does."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from bot.checks import _outbox as operators_view
from bot.clock import real_now
from bot.delivery import LEASE, TRIES, Delivery
from sandbox.faults import Fault
from storage.base import Base
from storage.ledger import copies, inbox, outbox
from storage.org import Person as Colleague
from storage.org import Role
from storage.outbox import DEAD, DROPPED, EMPTY, PENDING, SENT, lease
from storage.schema import Lead, Task
from tests.conversation import Bot, Person
from tests.logged import log
from tests.posting import letter, message, post
from tests.replicas import Gate, let_time_pass, messages, one_round, replica
from tests.soundness import findings, opened

LEAD = "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机"
pytestmark = pytest.mark.usefixtures("log")
__all__ = ["log"]

REMIND = "提醒我今天上午11点给甬江港务打电话"
GIVE = "让陈思雨明天上午10点前整理恒通的报价资料"
SEND, UPDATE = "message/send", "message/update_template_card"
PEOPLE, ROLES = Base.metadata.tables["people"], Base.metadata.tables["roles"]


def calls(bot: Bot, path: str = SEND) -> int:
    """How often the platform was asked, whatever it answered."""
    return sum(entry.detail.get("path") == path for entry in bot.sandbox.wecom.journal.entries)


def refusals(bot: Bot) -> list[Any]:
    """The return codes other than 0 that the platform has given."""
    codes = [entry.detail.get("errcode") for entry in bot.sandbox.wecom.journal.entries]
    return [code for code in codes if code]


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
    await bot.write(
        update(Task).where(Task.code == "K-0701").values(set_by_id=await person_id(bot, "陈思雨"))
    )
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
    brief = Delivery(*parts, service.run, service.read, real_now, timedelta(seconds=0.3))
    await bot.sandbox.say(chen.userid, REMIND)
    async with replica(store_url, bot) as other, Gate(bot) as gate:
        slow = asyncio.create_task(brief.once())
        await gate.reached()
        [first] = await messages(bot)
        async with asyncio.timeout(10):
            while (await messages(bot))[0].lease_until <= first.lease_until + timedelta(seconds=0.6):
                assert not await one_round(other)
        gate.open.set()
        await slow

    [row] = await messages(bot)
    assert (row.state, row.lease_no, row.attempts) == (SENT, 1, 0)


async def test_one_card_is_renewed_by_one_at_a_time(
    bot: Bot, wu: Person, chen: Person, store_url: str
) -> None:
    await chen.says(LEAD)
    [copy] = await bot.rows(select(copies.c.id).order_by(copies.c.id).limit(1))
    now = real_now()
    rows = [_renewal(n, copy.id, now) for n in range(3)]
    await bot.write(insert(outbox).values(rows))

    one, two = opened(store_url), opened(store_url)
    try:
        with one.connect() as first, two.connect() as second:
            taken = lease(first, "first", now, LEASE)
            if first.dialect.name == "sqlite":
                first.commit()
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
