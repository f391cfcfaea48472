"""Streams in callback mode: the platform asks until the end, and each situation allows its own answers."""

import base64
import hashlib
from collections.abc import AsyncIterator

import pytest

from sandbox.aibot.app import running
from sandbox.aibot.bots import Pace
from sandbox.aibot.rig import AibotSandbox
from sandbox.aibot.server import CannotSay
from tests.sandbox.aibot_small_bot import BOT, GROUP, PNG, Body, SmallAibot, always, small_aibot, stream
from tests.sandbox.company import button_card, small_corp, text_notice
from tests.sandbox.conftest import RealTime

ITEM: Body = {
    "msgtype": "image",
    "image": {"base64": base64.b64encode(PNG).decode(), "md5": hashlib.md5(PNG).hexdigest()},
}


@pytest.fixture
async def bot() -> AsyncIterator[SmallAibot]:
    async with small_aibot() as bot:
        yield bot


@pytest.fixture
async def sandbox(bot: SmallAibot, real_time: RealTime) -> AsyncIterator[AibotSandbox]:
    pace = Pace(callback=2.0, poll=0.0)
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP], callback_url=bot.url, pace=pace, now=real_time)
    async with running(sandbox):
        yield sandbox


async def test_a_stream_is_asked_for_until_it_is_finished(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    states = iter([stream("正在", finish=False), stream("正在查询", finish=False), stream("查到 3 条")])

    async def growing(_bot: SmallAibot, _body: Body) -> Body | None:
        return next(states)

    bot.answer = growing
    await sandbox.say("ChenSiyu", "查排班", GROUP.chatid)
    await sandbox.until(lambda: sandbox.texts_in(GROUP.chatid) == ["查到 3 条"])

    assert sandbox.texts_in(GROUP.chatid, "WuGuoqiang") == ["查到 3 条"]
    assert sandbox.texts_to("ChenSiyu") == []
    polls = bot.of_type("stream")
    assert [poll["stream"] for poll in polls] == [{"id": "st-1"}, {"id": "st-1"}]
    assert all("response_url" not in poll for poll in polls)
    assert {(poll["chatid"], poll["from"]["userid"]) for poll in polls} == {(GROUP.chatid, "ChenSiyu")}
    assert len({body["msgid"] for body in bot.bodies}) == 3


async def test_after_six_minutes_nobody_asks_any_more(
    sandbox: AibotSandbox, bot: SmallAibot, real_time: RealTime
) -> None:
    async def endless(_bot: SmallAibot, _body: Body) -> Body | None:
        real_time.seconds += 100
        return stream("还在查", finish=False)

    bot.answer = endless
    await sandbox.say("ChenSiyu", "查")
    [asked] = sandbox.seen_by("ChenSiyu")[1:]
    await sandbox.until(lambda: sandbox.aibot.phones.talks.now(asked).problem)

    assert sandbox.aibot.phones.talks.now(asked).problem == "六分钟内没有说完"
    assert len(bot.of_type("stream")) == 3


async def test_a_refresh_with_another_stream_is_a_fault_to_be_seen(
    sandbox: AibotSandbox, bot: SmallAibot
) -> None:
    states = iter([stream("正在", finish=False), stream("别的", name="st-2"), stream("好")])

    async def confused(_bot: SmallAibot, _body: Body) -> Body | None:
        return next(states)

    bot.answer = confused
    await sandbox.say("ChenSiyu", "查")
    await sandbox.until(lambda: sandbox.texts_to("ChenSiyu") == ["好"])

    assert sandbox.seen_by("ChenSiyu")[-1].problem.startswith("流的刷新有误：40058")


async def test_three_messages_of_one_member_may_wait(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always(stream("正在", finish=False))
    for words in "一二三":
        await sandbox.say("ChenSiyu", words)

    with pytest.raises(CannotSay, match="三条"):
        await sandbox.say("ChenSiyu", "四")
    assert (await sandbox.say("WuGuoqiang", "一")).arrived


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ({"msgtype": "text", "text": {"content": "好"}}, 40008),
        ({"msgtype": "markdown", "markdown": {"content": "好"}}, 40008),
        (stream("好" * 6827), 40058),
        (stream("好", name=""), 40063),
        ({"msgtype": "stream", "stream": {"id": "a", "finish": "yes", "content": ""}}, 40058),
        (stream("好", finish=False, msg_item=[ITEM]), 40058),
        (stream("好", msg_item=[ITEM] * 11), 40058),
        (stream("好", msg_item=[{**ITEM, "image": {**ITEM["image"], "md5": "0" * 32}}]), 40058),
        (stream("好", feedback={"id": "f" * 257}), 40058),
        ({"msgtype": "template_card", "template_card": {"card_type": "x"}}, 42031),
        ({"response_type": "update_template_card", "template_card": button_card()}, 40008),
    ],
    ids=[
        "text", "markdown", "too long", "nameless", "finish is a word", "pictures too early",
        "too many pictures", "md5", "feedback", "bad card", "update",
    ],
)  # fmt: skip
async def test_what_may_not_answer_a_message_is_not_shown(
    sandbox: AibotSandbox, bot: SmallAibot, reply: Body, code: int
) -> None:
    bot.answer = always(reply)

    outcome = await sandbox.say("ChenSiyu", "好")

    assert f"{code}" in outcome.problem
    assert len(sandbox.seen_by("ChenSiyu")) == 1


async def test_a_text_of_just_the_limit_with_pictures_is_shown(
    sandbox: AibotSandbox, bot: SmallAibot
) -> None:
    bot.answer = always(stream("a" * 20480, msg_item=[ITEM] * 10))

    assert (await sandbox.say("ChenSiyu", "好")).problem == ""
    assert sandbox.seen_by("ChenSiyu")[-1].body["pictures"] == 10


async def test_a_stream_may_bring_one_card(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    first = {**stream("正在", finish=False), "msgtype": "stream_with_template_card"}
    states = iter([first, {**first, "template_card": button_card()}, stream("好")])

    async def with_card(_bot: SmallAibot, _body: Body) -> Body | None:
        return next(states)

    bot.answer = with_card
    await sandbox.say("ChenSiyu", "查")
    await sandbox.until(lambda: sandbox.texts_to("ChenSiyu") == ["好"])

    assert [card.title for card in sandbox.cards_to("ChenSiyu")] == ["新线索 L-20961"]


async def test_a_card_alone_may_answer_too(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always({"msgtype": "template_card", "template_card": text_notice()})

    assert (await sandbox.say("ChenSiyu", "好", GROUP.chatid)).problem == ""
    for userid in GROUP.members:
        assert [card.title for card in sandbox.cards_to(userid)] == ["调休提醒"]


async def test_a_task_id_serves_once_for_a_bot(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always({"msgtype": "template_card", "template_card": button_card()})

    assert (await sandbox.say("ChenSiyu", "一")).problem == ""
    assert "42014" in (await sandbox.say("WuGuoqiang", "二")).problem


async def test_opening_the_chat_is_told_once_a_day(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always({"msgtype": "text", "text": {"content": "你好"}})

    first, second = await sandbox.enter("ChenSiyu"), await sandbox.enter("ChenSiyu")

    assert (first.arrived, second.arrived, len(bot.bodies)) == (True, False, 1)
    assert bot.last["event"] == {"eventtype": "enter_chat", "enter_chat": {}}
    assert "response_url" not in bot.last
    assert sandbox.texts_to("ChenSiyu") == ["你好"]


async def test_a_welcome_is_no_stream(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always(stream("你好"))

    assert "40008" in (await sandbox.enter("ChenSiyu")).problem


async def test_thumbs_are_told_and_answered_by_nothing(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = always(stream("好", feedback={"id": "fb-17"}))
    await sandbox.say("ChenSiyu", "好")

    outcome = await sandbox.judge("ChenSiyu", 2, "答非所问", [1])

    detail = {"id": "fb-17", "type": 2, "content": "答非所问", "inaccurate_reason_list": [1]}
    assert bot.last["event"] == {"eventtype": "feedback_event", "feedback_event": detail}
    assert "40008" in outcome.problem
    bot.answer = always(None)
    assert (await sandbox.judge("ChenSiyu", 3)).problem == ""
