"""What members do: taps on cards, pictures, voices and files; and what each of them sees."""

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.aibot.app import running
from sandbox.aibot.bots import Pace
from sandbox.aibot.rig import AibotSandbox
from sandbox.aibot.server import CannotSay
from sandbox.wecom.selections import CannotTap
from tests.sandbox.aibot_small_bot import (
    BOT,
    GROUP,
    PNG,
    Answer,
    Body,
    SmallAibot,
    always,
    decrypted,
    fetched,
    nothing,
    small_aibot,
    stream,
)
from tests.sandbox.company import AES_KEY, button_card, select_card, small_corp, text_notice
from tests.sandbox.conftest import RealTime


@pytest.fixture
async def bot() -> AsyncIterator[SmallAibot]:
    async with small_aibot() as bot:
        yield bot


@pytest.fixture
async def sandbox(bot: SmallAibot, real_time: RealTime) -> AsyncIterator[AibotSandbox]:
    pace = Pace(callback=0.3, poll=0.0)
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP], callback_url=bot.url, pace=pace, now=real_time)
    async with running(sandbox):
        yield sandbox


def with_card(card: Body, on_tap: Callable[[Body], Body | None] = lambda _: None) -> Answer:
    """Answer a message with the card and a tap with whatever `on_tap` makes of it."""

    async def answer(_bot: SmallAibot, body: Body) -> Body | None:
        if body["msgtype"] == "event":
            return on_tap(body)
        return {"msgtype": "template_card", "template_card": card}

    return answer


def update(card: Body, **more: Any) -> Body:
    return {"response_type": "update_template_card", "template_card": card, **more}


async def test_a_tap_tells_card_key_and_choices(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = with_card(select_card())
    await sandbox.say("ChenSiyu", "排班")

    outcome = await sandbox.tap("ChenSiyu", "提交", selected={"day": ["mon"]})

    assert outcome.arrived
    assert bot.last["event"] == {
        "eventtype": "template_card_event",
        "template_card_event": {
            "card_type": "multiple_interaction",
            "event_key": "sch_ok",
            "task_id": "select-1",
            "selected_items": {
                "selected_item": [
                    {"question_key": "day", "option_ids": {"option_id": ["mon"]}},
                    {"question_key": "shift", "option_ids": {"option_id": ["am"]}},
                ]
            },
        },
    }
    assert (bot.last["chattype"], bot.last["from"]) == ("single", {"userid": "ChenSiyu"})
    assert "response_url" in bot.last
    assert isinstance(bot.last["create_time"], int)


async def test_a_menu_tells_no_choices(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    menu = {"action_list": [{"text": "静音", "key": "mute"}]}
    bot.answer = with_card(text_notice(task_id="n-1", action_menu=menu))
    await sandbox.say("ChenSiyu", "好")

    await sandbox.tap("ChenSiyu", "静音")

    detail = bot.last["event"]["template_card_event"]
    assert detail == {"card_type": "text_notice", "event_key": "mute", "task_id": "n-1"}


async def test_the_answer_to_a_tap_renews_the_card_of_all_in_the_group(
    sandbox: AibotSandbox, bot: SmallAibot
) -> None:
    done = button_card(main_title={"title": "已跟进"})
    bot.answer = with_card(button_card(), lambda _: update(done))
    await sandbox.say("ChenSiyu", "线索", GROUP.chatid)

    assert (await sandbox.tap("WuGuoqiang", "跟进")).problem == ""

    assert (bot.last["chatid"], bot.last["from"]) == (GROUP.chatid, {"userid": "WuGuoqiang"})
    for userid in GROUP.members:
        assert [card.title for card in sandbox.cards_to(userid)] == ["已跟进"]


async def test_or_only_of_those_it_names(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    done = button_card(replace_text="已跟进")
    bot.answer = with_card(button_card(), lambda _: update(done, userids=["wuguoqiang"]))
    await sandbox.say("ChenSiyu", "线索", GROUP.chatid)

    await sandbox.tap("WuGuoqiang", "跟进")

    assert sandbox.cards_to("WuGuoqiang")[0].settled == "已跟进"
    assert sandbox.cards_to("ChenSiyu")[0].buttons == ["跟进", "转商机"]
    with pytest.raises(CannotTap, match="已变灰"):
        await sandbox.tap("WuGuoqiang", "跟进", sandbox.cards_to("WuGuoqiang")[0])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (update(button_card(task_id="other")), 42014),
        (update(button_card(), msgtype="template_card"), 40008),
        ({"msgtype": "template_card", "template_card": button_card("new")}, 40008),
        (stream("好"), 40008),
        (update(button_card(), userids=["LinHao"]), 40003),
        (update(button_card(), userids="ChenSiyu"), 40058),
        (update({"card_type": "x", "task_id": "lead-1"}), 42031),
        ({"response_type": "update_template_card"}, 40063),
    ],
)
async def test_what_does_not_answer_a_tap_changes_nothing(
    sandbox: AibotSandbox, bot: SmallAibot, reply: Body, code: int
) -> None:
    bot.answer = with_card(button_card(), lambda _: reply)
    await sandbox.say("ChenSiyu", "线索")

    outcome = await sandbox.tap("ChenSiyu", "跟进")

    assert f"{code}" in outcome.problem
    assert [card.title for card in sandbox.cards_to("ChenSiyu")] == ["新线索 L-20961"]


async def test_a_tap_comes_once_only(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    bot.answer = with_card(button_card())
    await sandbox.say("ChenSiyu", "线索")
    bot.url, sandbox.aibot.callback_url = "", "http://127.0.0.1:9/callback"

    outcome = await sandbox.tap("ChenSiyu", "跟进")

    assert (outcome.tries, outcome.problem) == (1, "回调连接不上")
    assert (await sandbox.say("ChenSiyu", "好")).tries == 3


async def test_a_late_tap_shows_the_face_it_was_made_on(sandbox: AibotSandbox, bot: SmallAibot) -> None:
    done = button_card(replace_text="已跟进")
    bot.answer = with_card(button_card(), lambda _: update(done))
    await sandbox.say("ChenSiyu", "线索", GROUP.chatid)
    before = sandbox.cards_to("WuGuoqiang")[0]
    await sandbox.tap("ChenSiyu", "跟进")

    assert (await sandbox.tap("WuGuoqiang", "跟进", before, late=True)).arrived
    with pytest.raises(LookupError, match="没有带按钮"):
        await sandbox.tap("LinHao", "跟进")


async def test_a_picture_is_fetched_encrypted_within_five_minutes(
    sandbox: AibotSandbox, bot: SmallAibot, session: aiohttp.ClientSession, real_time: RealTime
) -> None:
    await sandbox.send_picture("ChenSiyu", PNG)

    assert bot.last["image"].keys() == {"url"}
    status, sealed = await fetched(session, bot.last["image"]["url"])
    assert (status, decrypted(sealed, base64.b64decode(AES_KEY + "="))) == (200, PNG)
    real_time.seconds += 300
    assert (await fetched(session, bot.last["image"]["url"]))[0] == 403


async def test_voices_files_and_mixed_messages_arrive(
    sandbox: AibotSandbox, bot: SmallAibot, session: aiohttp.ClientSession
) -> None:
    await sandbox.send_voice("ChenSiyu", "提醒我明天打电话")
    assert bot.last["voice"] == {"content": "提醒我明天打电话"}

    await sandbox.send_file("ChenSiyu", "名单.xlsx", b"PK....")
    _, sealed = await fetched(session, bot.last["file"]["url"])
    assert decrypted(sealed, base64.b64decode(AES_KEY + "=")) == b"PK...."

    await sandbox.send_picture("ChenSiyu", PNG, "看看这个", GROUP.chatid)
    first, second = bot.last["mixed"]["msg_item"]
    assert first == {"msgtype": "text", "text": {"content": "@小二 看看这个"}}
    assert (second["msgtype"], second["image"].keys()) == ("image", {"url"})
    assert [b.kind for b in sandbox.seen_by("ChenSiyu")] == ["voice", "file", "mixed"]


async def test_a_video_is_not_for_callbacks(sandbox: AibotSandbox) -> None:
    with pytest.raises(CannotSay, match="视频"):
        await sandbox.gestures.video(sandbox.aibot.place("ChenSiyu"), b"....ftyp....")


async def test_in_a_group_files_and_voices_do_not_reach_the_bot(sandbox: AibotSandbox) -> None:
    with pytest.raises(CannotSay, match="群里"):
        await sandbox.gestures.voice(sandbox.aibot.place("ChenSiyu", GROUP.chatid), "好")


async def test_what_is_private_and_what_all_see_are_kept_apart(
    sandbox: AibotSandbox, bot: SmallAibot
) -> None:
    bot.answer = always(stream("只给你"))
    await sandbox.say("ChenSiyu", "好")
    bot.answer = always(stream("给大家", name="st-2"))
    await sandbox.say("WuGuoqiang", "好", GROUP.chatid)
    bot.answer = nothing

    assert sandbox.texts_to("ChenSiyu") == ["只给你"]
    assert sandbox.texts_to("WuGuoqiang") == []
    assert sandbox.texts_in(GROUP.chatid) == ["给大家"]
    assert [b.body["content"] for b in sandbox.seen_by("WuGuoqiang")] == ["@小二 好", "给大家"]
    assert sandbox.seen_by("LinHao") == []
    with pytest.raises(CannotTap, match="不收评价"):
        await sandbox.gestures.judge(sandbox.seen_by("ChenSiyu")[-1], 1)
