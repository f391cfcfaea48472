"""Session webhooks that expire; the custom robot with its secret, its keywords and its twenty a minute."""

from typing import Any

import pytest

from sandbox.dingtalk.crypto import robot_sign
from tests.sandbox.dingtalk_company import GROUP, ROBOT, ROBOT_SECRET
from tests.sandbox.dingtalk_play import Play, playing

LINK = "https://example.invalid/a"


def text(words: str = "提醒：开会") -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": words}}


async def post(play: Play, url: str, body: Any, **query: str) -> dict[str, Any]:
    async with play.session.post(url, json=body, params=query) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def push(play: Play, body: Any, secret: str = ROBOT_SECRET, **query: str) -> dict[str, Any]:
    """A push through the custom robot, rightly signed unless the query says otherwise."""
    timestamp = str(int(play.clock() * 1000))
    signed = {"timestamp": timestamp, "sign": robot_sign(secret, timestamp)}
    url = f"{play.dingtalk.api_base}/robot/send"
    return await post(play, url, body, **{"access_token": ROBOT, **signed, **query})


async def test_an_answer_goes_back_to_where_the_question_came_from() -> None:
    async with playing() as play:
        bot = await play.bot()
        await play.dingtalk.say("HY2001", "你好")
        await post(play, bot.data()["sessionWebhook"], text("一对一"))
        await play.dingtalk.say("guest", "你好", GROUP)
        answer = await post(play, bot.data()["sessionWebhook"], text("群里"))
        private = play.dingtalk.texts_to("HY2001", "")
        group = [play.dingtalk.texts_to(who, GROUP) for who in ("HY2001", "guest")]

    assert answer == {"errcode": 0, "errmsg": "ok"}
    assert (private, group) == (["一对一"], [["群里"], ["群里"]])


async def test_a_session_is_over_after_ninety_minutes() -> None:
    async with playing() as play:
        bot = await play.bot()
        await play.dingtalk.say("HY2001", "你好")
        url = bot.data()["sessionWebhook"]
        play.clock.seconds += 5400
        late = await post(play, url, text())
        made_up = await post(play, f"{url}x", text())

        assert (late["errcode"], made_up["errcode"]) == (300001, 300001)
        assert play.dingtalk.texts_to("HY2001") == []


RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("text", text()),
    ("markdown", {"msgtype": "markdown", "markdown": {"title": "提醒", "text": "# 开会"}}),
    ("link", {"msgtype": "link", "link": {"title": "提醒", "text": "看", "messageUrl": LINK}}),
    (
        "action_card",
        {
            "msgtype": "actionCard",
            "actionCard": {"title": "提醒", "text": "x", "singleTitle": "开", "singleURL": LINK},
        },
    ),
    (
        "action_card",
        {
            "msgtype": "actionCard",
            "actionCard": {"title": "提醒", "text": "x", "btns": [{"title": "开", "actionURL": LINK}]},
        },
    ),
    (
        "feed_card",
        {
            "msgtype": "feedCard",
            "feedCard": {"links": [{"title": "提醒", "messageURL": LINK, "picURL": LINK}]},
        },
    ),
]


@pytest.mark.parametrize(("kind", "body"), RIGHT, ids=range(len(RIGHT)))
async def test_the_custom_robot_pushes_every_kind(kind: str, body: dict[str, Any]) -> None:
    async with playing() as play:
        answer = await push(play, body)
        seen = [bubble.kind for bubble in play.dingtalk.server.talks.with_person("guest")]

    assert (answer["errcode"], seen) == (0, [kind])


WRONG: list[tuple[int, dict[str, Any]]] = [
    (400105, {"msgtype": "image", "image": {"media_id": "x"}}),
    (400105, {}),
    (40035, {"msgtype": "text", "text": "提醒"}),
    (40035, {"msgtype": "text", "text": {"content": ""}}),
    (40035, {"msgtype": "markdown", "markdown": {"text": "提醒"}}),
    # The case of the keys differs between the kinds.
    (40035, {"msgtype": "link", "link": {"title": "提醒", "text": "x", "messageURL": LINK}}),
    (
        40035,
        {
            "msgtype": "feedCard",
            "feedCard": {"links": [{"title": "提醒", "messageUrl": LINK, "picUrl": LINK}]},
        },
    ),
    (
        430101,
        {
            "msgtype": "actionCard",
            "actionCard": {"title": "提醒", "text": "x", "singleTitle": "开", "singleURL": "nowhere"},
        },
    ),
    (40035, {**text(), "at": {"atUserIds": [str(n) for n in range(51)]}}),
    (310000, text("没有那个词")),
    (460101, text("提醒" * 5000)),
]


@pytest.mark.parametrize(("code", "body"), WRONG, ids=range(len(WRONG)))
async def test_the_custom_robot_refuses_what_is_wrong(code: int, body: dict[str, Any]) -> None:
    async with playing() as play:
        answer = await push(play, body)

        assert answer["errcode"] == code
        assert not len(play.dingtalk.ledger)


async def test_the_signature_must_be_right_and_fresh() -> None:
    async with playing() as play:
        wrong = await push(play, text(), secret="SECother")
        unsigned = await push(play, text(), timestamp="", sign="")
        old = str(int(play.clock() * 1000) - 3_600_000)
        stale = await push(play, text(), timestamp=old, sign=robot_sign(ROBOT_SECRET, old))
        unknown = await push(play, text(), access_token="nobody")
        async with play.session.post(
            f"{play.dingtalk.api_base}/robot/send?access_token={ROBOT}", data="x"
        ) as response:
            typed = await response.json()

    assert (wrong["errcode"], wrong["errmsg"]) == (310000, "sign not match")
    assert (unsigned["errcode"], unsigned["errmsg"]) == (310000, "invalid timestamp")
    assert (stale["errcode"], stale["errmsg"]) == (310000, "invalid timestamp")
    assert (unknown["errcode"], typed["errcode"]) == (400101, 43004)


async def test_the_twenty_first_in_a_minute_is_refused_for_ten_minutes() -> None:
    async with playing() as play:
        codes = [(await push(play, text()))["errcode"] for _ in range(21)]
        play.clock.seconds += 599
        paused = await push(play, text())
        play.clock.seconds += 1
        after = await push(play, text())

    assert codes == [0] * 20 + [410100]
    assert (paused["errcode"], after["errcode"]) == (410100, 0)


async def test_a_message_uuid_is_shown_once() -> None:
    async with playing() as play:
        for _ in range(2):
            assert (await push(play, {**text(), "msgUuid": "once"}))["errcode"] == 0

        assert play.dingtalk.texts_to("HY2001") == ["提醒：开会"]
        assert play.dingtalk.server.repeated == 1
