"""People talk to the bot in DingTalk: with cards, in a group, from outside, and through mishaps."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from bot.clock import real_now
from bot.hearing import STRANGER
from bot.work import Chore
from sandbox.dingtalk.callbacks import Route
from sandbox.dingtalk.letters import Letter
from sandbox.faults import Fault
from storage.ledger import audit, inbox, outbox
from tests.conversation import NOW
from tests.platforms.dingtalk_app import CORP
from tests.platforms.dingtalk_bot import GROUP, GUEST, LU, NIE, ZHU, DingBot, company, store

REMIND = "提醒我明天上午10点给甬江港务打电话"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with store(request.param, tmp_path, server) as url:
        yield url


@pytest.fixture
async def bot(url: str) -> AsyncIterator[DingBot]:
    async with company(url) as bot:
        yield bot


async def done_count(bot: DingBot) -> int:
    done = (audit.c.action == "tap:task.done") & audit.c.noun.is_not(None)
    (row,) = await bot.rows(select(func.count()).select_from(audit).where(done))
    return int(row[0])


async def came(bot: DingBot, kind: str) -> int:
    (row,) = await bot.rows(select(func.count()).select_from(inbox).where(inbox.c.kind == kind))
    return int(row[0])


async def test_a_task_is_noted_shown_and_done_at_once(bot: DingBot) -> None:
    (shown,) = await bot.says(LU, REMIND)
    assert "甬江港务" in shown

    outcome = await bot.taps(LU, "完成")

    assert outcome.status == 200
    assert bot.card(LU).settled == "已完成"


async def test_what_the_answer_has_shown_is_not_sent_again(bot: DingBot) -> None:
    await bot.says(LU, REMIND)
    await bot.taps(LU, "完成")
    asked = select(outbox.c.state).where(outbox.c.kind == "update")
    async with asyncio.timeout(5):
        while [row.state for row in await bot.rows(asked)] != ["sent"]:
            pass

    assert bot.card(LU).settled == "已完成"
    assert not [one for one in bot.ding.ledger if one.kind == "update"]


async def test_after_undo_the_same_button_works_again(bot: DingBot) -> None:
    await bot.says(LU, REMIND)
    await bot.taps(LU, "完成")
    await bot.settle()

    await bot.says(LU, "撤销")
    await bot.taps(LU, "确认撤销")
    await bot.settle()
    await bot.taps(LU, "完成")

    assert await done_count(bot) == 2


async def test_many_taps_on_one_state_are_one(bot: DingBot) -> None:
    await bot.says(LU, REMIND)
    card = bot.card(LU)

    await asyncio.gather(*(bot.taps(LU, "完成", on=card, late=True) for _ in range(20)))

    assert await done_count(bot) == 1
    assert await came(bot, "tap") == 1
    assert bot.card(LU).settled == "已完成"


async def test_a_tap_that_is_delivered_twice_is_carried_out_once(bot: DingBot) -> None:
    await bot.says(LU, REMIND)
    bot.ding.server.faults.add(Fault("callback_twice", "", 1))

    await bot.taps(LU, "完成")

    assert await done_count(bot) == 1
    assert bot.card(LU).settled == "已完成"


async def test_a_button_of_a_card_that_is_not_renewed_lives_on(bot: DingBot) -> None:
    await bot.says(LU, "帮助")
    card = bot.card(LU)
    text = card.buttons[0]
    await bot.taps(LU, text, on=card, late=True)
    await bot.taps(LU, text, on=card, late=True)
    assert await came(bot, "tap") == 1

    old = update(inbox).where(inbox.c.kind == "tap").values(received_at=real_now() - timedelta(minutes=11))
    await bot.service.run(Chore("test:age", lambda conn, _: conn.execute(old)))
    await bot.taps(LU, text, on=card, late=True)
    await bot.taps(LU, text, on=card, late=True)

    assert await came(bot, "tap") == 2


async def test_a_help_card_offers_fresh_buttons_after_each_tap(bot: DingBot) -> None:
    await bot.says(LU, "帮助")
    text = bot.card(LU).buttons[0]
    for _ in range(3):
        await bot.taps(LU, text, on=bot.ding.cards_to(LU)[0])

    assert await came(bot, "tap") == 3


async def test_a_tap_by_somebody_the_card_was_forwarded_to_does_nothing_and_shows_nothing(
    bot: DingBot,
) -> None:
    await bot.says(LU, REMIND)
    card = bot.card(LU)
    server = bot.ding.server
    caller, trail = server.caller_of(card.bubble.chat), server.trails.begin("tap", NOW, bot.ding.chat(ZHU))
    content = json.dumps({"cardPrivateData": {"params": {"tap": card.key_of("完成")}}})
    data = {"outTrackId": card.task_id, "corpId": CORP, "userId": ZHU, "userIdType": 1, "content": content}

    reply = await bot.ding.callbacks.press(caller, Letter("card", data), Route(), trail)

    assert reply.data == {"response": {}}
    assert await done_count(bot) == 0


async def test_a_message_whose_acknowledgement_was_lost_takes_effect_once(bot: DingBot) -> None:
    bot.ding.server.faults.add(Fault("lose_callback_answer", "callback/1", 1))

    shown = await bot.says(LU, REMIND)

    assert len(shown) == 1
    assert await came(bot, "text") == 1


async def test_messages_come_through_after_goodbye(bot: DingBot) -> None:
    old = bot.ding.gateway.connections[0]
    await bot.ding.gateway.disconnect(old, after=0.1)
    await bot.ding.until(lambda: any(one is not old for one in bot.ding.gateway.connections))

    assert "甬江港务" in (await bot.says(LU, REMIND))[0]


async def test_voice_is_understood_and_a_picture_is_answered(bot: DingBot) -> None:
    await bot.ding.gestures.send_voice(bot.ding.chat(LU), "v.amr", b"voice", REMIND)
    await bot.settle()
    assert "甬江港务" in bot.card(LU).words

    await bot.ding.gestures.send_picture(bot.ding.chat(LU), "p.png", b"picture")
    await bot.settle()
    assert "看不懂" in bot.ding.texts_to(LU)[-1]


async def test_what_is_said_in_a_group_is_carried_out(bot: DingBot) -> None:
    await bot.says(LU, REMIND, GROUP)

    (row,) = await bot.rows(select(inbox.c.body, inbox.c.person_id).where(inbox.c.kind == "text"))
    assert row.body["text"] == REMIND
    assert row.person_id is not None
    assert "甬江港务" not in "".join(bot.read_by(NIE))


async def test_somebody_from_outside_is_greeted_and_learns_nothing(bot: DingBot) -> None:
    outcome = await bot.ding.say(GUEST, "查一下甬江港务", GROUP)
    await bot.settle()

    assert outcome.arrived
    assert bot.ding.texts_to(GUEST, GROUP) == [STRANGER]
    (row,) = await bot.rows(select(inbox.c.body, inbox.c.person_id))
    assert row.person_id is None
    assert row.body["sender"].startswith("~")


async def test_a_message_without_words_because_of_the_quota_harms_nobody(bot: DingBot) -> None:
    bot.ding.server.troubles.add("quota")

    assert await bot.says(LU, REMIND) == []
    assert len(await bot.says(LU, REMIND)) == 1


async def test_a_quotation_does_not_change_what_is_said(bot: DingBot) -> None:
    await bot.says(LU, REMIND)

    await bot.ding.say(LU, "帮助", quoted=bot.card(LU).bubble)
    await bot.settle()

    assert len(bot.ding.cards_to(LU)) == 2


async def test_without_a_template_everything_still_works(url: str) -> None:
    async with company(url, cards=False) as bot:
        (shown,) = await bot.says(LU, REMIND)
        assert "也可以直接回复：完成" in shown

        await bot.taps(LU, "完成")
        await bot.settle()

        assert await done_count(bot) == 1
        assert "已完成" in bot.read_by(LU)[-1]


async def test_a_card_that_was_acted_upon_by_words_is_renewed_in_place(bot: DingBot) -> None:
    await bot.says(LU, REMIND)
    await bot.says(LU, "完成")

    assert bot.ding.cards_to(LU)[0].settled == "已完成"


async def test_changes_of_the_contact_list_are_acknowledged(bot: DingBot) -> None:
    (org,) = bot.ding.server.orgs

    (outcome,) = await bot.ding.changes.leave(org, NIE)

    assert outcome.status == 200
    assert "SUCCESS" in outcome.reply


@asynccontextmanager
async def held_up(bot: DingBot) -> AsyncIterator[None]:
    """The writer is busy with something else while this lasts."""
    begun, over = threading.Event(), threading.Event()

    def wait(conn: Connection, now: datetime) -> None:
        begun.set()
        over.wait(20)

    waiting = asyncio.create_task(bot.service.run(Chore("test:wait", wait)))
    await asyncio.to_thread(begun.wait, 20)
    try:
        yield
    finally:
        over.set()
        await waiting


async def test_a_tap_that_takes_too_long_changes_nothing_at_first_and_is_shown_later(
    bot: DingBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.says(LU, REMIND)
    monkeypatch.setattr("bot.dingtalk.PATIENCE", 0.2)
    async with held_up(bot):
        outcome = await bot.taps(LU, "完成")
        assert outcome.reply == '{"response": {}}'

    while not bot.ding.cards_to(LU)[0].settled:
        await bot.settle()

    assert bot.ding.cards_to(LU)[0].settled == "已完成"


async def test_a_message_that_finds_us_busy_comes_again_and_takes_effect_once(
    bot: DingBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.service.PATIENCE", 0.2)
    async with held_up(bot):
        talking = asyncio.create_task(bot.ding.say(LU, REMIND))
        await bot.ding.until(
            lambda: any("没有应答" in line.words for line in bot.ding.server.journal.entries)
        )

    outcome = await talking

    assert outcome.arrived
    assert outcome.tries > 1
    assert await came(bot, "text") == 1
