"""Taps on cards: the callback they become, and what the bot's answer changes in time, late, or not at all."""

import asyncio
import json
from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.wecom.selections import CannotTap
from tests.sandbox.dingtalk_company import CLIENT_ID, GROUP, to_group, to_person, variables
from tests.sandbox.dingtalk_play import Frame, Play, StreamBot, acked, playing

ALL_BY_KEY = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}


def answering(**response: Any) -> Any:
    def answer(frame: Frame) -> Frame | None:
        return acked(frame, {"response": response})

    return answer


async def ready(play: Play, **more: Any) -> StreamBot:
    bot = await play.bot()
    status, answer = await play.card(to_person(**more))
    assert (status, answer["success"]) == (200, True)
    return bot


async def test_a_tap_carries_its_params_and_the_answer_changes_the_card() -> None:
    async with playing() as play:
        bot = await ready(play)
        settled = {"cardParamMap": {"status": "已完成", "buttons": "[]"}}
        bot.answer = answering(cardData=settled, cardUpdateOptions=ALL_BY_KEY)
        outcome = await play.dingtalk.tap("HY2001", "完成")
        (card,) = play.dingtalk.cards_to("HY2001")
        with pytest.raises(CannotTap, match="已完成"):
            await play.dingtalk.tap("HY2001", "改期", on=card)

    data = bot.data()
    assert bot.frames[0]["headers"]["topic"] == "/v1.0/card/instances/callback"
    assert (data["type"], data["outTrackId"], data["userId"]) == ("actionCallback", "task-1", "HY2001")
    assert json.loads(data["content"]) == {
        "cardPrivateData": {"actionIds": ["tap"], "params": {"tap": "t-done"}}
    }
    assert (outcome.status, card.settled, card.buttons) == (200, "已完成", [])
    assert card.title == "任务 T-3021"


async def test_an_empty_answer_changes_nothing_and_a_line_can_be_tapped() -> None:
    async with playing() as play:
        bot = await ready(play)
        bot.answer = answering()
        outcome = await play.dingtalk.tap("HY2001", "1. 打电话")
        (card,) = play.dingtalk.cards_to("HY2001")

    assert json.loads(bot.data()["content"])["cardPrivateData"]["params"] == {"tap": "t-item"}
    assert (outcome.problem, card.buttons) == ("", ["1. 打电话", "完成", "改期"])


async def test_a_choice_goes_beside_the_tap() -> None:
    select = {
        "name": "share",
        "label": "分成",
        "options": [{"id": "a", "text": "七三"}, {"id": "b", "text": "五五"}],
    }
    cards = {"cardData": {"cardParamMap": variables(select=json.dumps(select, ensure_ascii=False))}}
    async with playing() as play:
        bot = await ready(play, **cards)
        await play.dingtalk.tap("HY2001", "完成", selected={"share": "b"})
        with pytest.raises(CannotTap):
            await play.dingtalk.tap("HY2001", "完成", selected={"share": "z"})

    params = json.loads(bot.data()["content"])["cardPrivateData"]["params"]
    assert params == {"share": "b", "tap": "t-done"}


WRONG_ANSWERS = {
    "a number": {"cardData": {"cardParamMap": {"title": 7}}},
    "a stranger": {"cardData": {"cardParamMap": {"stranger": "x"}}},
    "keyed by user": {"userPrivateData": {"HY2001": {"cardParamMap": {"title": "x"}}}, "cardData": []},
    "not marked private": {"userPrivateData": {"cardParamMap": {"title": "x"}}},
}


@pytest.mark.parametrize("response", WRONG_ANSWERS.values(), ids=WRONG_ANSWERS.keys())
async def test_a_wrong_answer_changes_nothing_and_is_shown_as_a_problem(response: dict[str, Any]) -> None:
    async with playing() as play:
        bot = await ready(play)
        bot.answer = answering(**response)
        outcome = await play.dingtalk.tap("HY2001", "完成")
        (card,) = play.dingtalk.cards_to("HY2001")

    assert outcome.problem
    assert card.bubble.problem == outcome.problem
    assert card.title == "任务 T-3021"


async def test_an_answer_after_the_time_is_too_late() -> None:
    async with playing(card_seconds=0.1) as play:
        bot = await ready(play)
        held: asyncio.Queue[Frame] = asyncio.Queue()
        bot.answer = lambda frame: held.put_nowait(frame)
        outcome = await play.dingtalk.tap("HY2001", "完成")
        late = {"response": {"cardData": {"cardParamMap": {"status": "已完成"}}}}
        await bot.socket.send_json(acked(await held.get(), late))
        bot.answer = answering()
        await play.dingtalk.tap("HY2001", "改期")
        (card,) = play.dingtalk.cards_to("HY2001")

    assert outcome.problem.startswith("操作超时")
    assert (card.settled, len(bot.frames)) == ("", 2)


async def test_the_private_part_of_an_answer_is_for_the_one_who_tapped() -> None:
    async with playing() as play:
        bot = await play.bot()
        await play.card(to_group())
        bot.answer = answering(
            userPrivateData={"cardParamMap": {"voted": "已投"}}, cardUpdateOptions=ALL_BY_KEY
        )
        await play.dingtalk.tap("HY2002", "完成")
        (mine,), (others,) = play.dingtalk.cards_to("HY2002"), play.dingtalk.cards_to("HY2001")

    assert bot.data()["spaceId"] == GROUP
    assert "已投" in mine.words
    assert "已投" not in others.words


@pytest.mark.parametrize("kind", ["", "stream"])
async def test_without_a_type_in_capitals_taps_never_arrive(kind: str) -> None:
    async with playing() as play:
        bot = await ready(play, callbackType=kind)
        outcome = await play.dingtalk.tap("HY2001", "完成")

    assert (outcome.tries, bot.frames) == (0, [])
    assert outcome.problem


async def test_a_late_tap_is_sent_from_the_face_it_was_made_on() -> None:
    async with playing() as play:
        bot = await ready(play)
        bot.answer = answering()
        (before,) = play.dingtalk.cards_to("HY2001")
        change = {"outTrackId": "task-1", "cardData": {"cardParamMap": {"title": "完了", "status": "已完成"}}}
        await play.put("card/instances", change)
        await play.dingtalk.tap("HY2001", "完成", on=before, late=True)

    assert json.loads(bot.data()["content"])["cardPrivateData"]["params"] == {"tap": "t-done"}


async def test_a_lost_answer_of_a_tap_is_not_repeated_by_the_platform() -> None:
    async with playing() as play:
        bot = await ready(play)
        play.dingtalk.server.faults.add(Fault("lose_callback_answer", "callback/1"))
        outcome = await play.dingtalk.tap("HY2001", "完成")

    assert outcome.problem.startswith("操作超时")
    assert len(bot.frames) == 1


async def test_an_action_card_button_sends_words_as_the_person() -> None:
    link = "dtmd://dingtalkclient/sendMessage?content=%E5%AE%8C%E6%88%90%20T3021"
    body = {
        "robotCode": CLIENT_ID,
        "userIds": ["HY2001"],
        "msgKey": "sampleActionCard",
        "msgParam": json.dumps(
            {"title": "任务", "text": "回复：完成 T3021", "singleTitle": "完成", "singleURL": link}
        ),
    }
    async with playing() as play:
        bot = await play.bot()
        await play.post("robot/oToMessages/batchSend", body)
        (card,) = play.dingtalk.cards_to("HY2001")
        await play.dingtalk.tap("HY2001", "完成")
        said = [
            b.body["content"] for b in play.dingtalk.server.talks.with_person("HY2001") if b.side == "person"
        ]

    assert (card.title, card.buttons) == ("任务", ["完成"])
    assert bot.data()["text"]["content"] == "完成 T3021"
    assert said == ["完成 T3021"]


async def test_a_tap_whose_inner_json_is_cut_off() -> None:
    async with playing() as play:
        bot = await ready(play)
        bot.answer = lambda frame: acked(frame, {"response": {}}, code=400)
        play.dingtalk.server.troubles.add("broken_content")
        outcome = await play.dingtalk.tap("HY2001", "完成")

    with pytest.raises(ValueError):
        json.loads(bot.data()["content"])
    assert (outcome.status, outcome.problem) == (400, "卡片回调得到 400")


async def test_a_forwarded_card_is_tapped_by_somebody_else_and_renewed_with_the_others() -> None:
    async with playing() as play:
        bot = await ready(play)
        (mine,) = play.dingtalk.cards_to("HY2001")
        with pytest.raises(CannotTap):
            await play.dingtalk.forward(mine, "HY2002")
        theirs = await play.dingtalk.forward(mine, "HY2002", forced=True)
        bot.answer = answering(cardData={"cardParamMap": {"status": "已完成"}}, cardUpdateOptions=ALL_BY_KEY)
        await play.dingtalk.tap("HY2002", "完成", on=theirs)
        settled = [card.settled for who in ("HY2001", "HY2002") for card in play.dingtalk.cards_to(who)]

    assert bot.data()["userId"] == "HY2002"
    assert settled == ["已完成", "已完成"]


async def test_the_words_of_an_action_card_in_a_group_are_not_heard() -> None:
    link = "dtmd://dingtalkclient/sendMessage?content=ok"
    words = json.dumps({"title": "任务", "text": "x", "singleTitle": "好", "singleURL": link})
    body = {"robotCode": CLIENT_ID, "msgKey": "sampleActionCard", "msgParam": words}
    async with playing() as play:
        bot = await play.bot()
        await play.post("robot/groupMessages/send", {**body, "openConversationId": GROUP})
        outcome = await play.dingtalk.tap("HY2001", "好")
        seen = [
            b.body["content"] for b in play.dingtalk.server.talks.with_person("HY2002") if b.side == "other"
        ]

    assert (outcome.tries, bot.frames, seen) == (0, [], ["ok"])
