"""The switches of the page do to DingTalk what they do to WeCom, and two platforms can share one shelf."""

import json
from typing import Any

import aiohttp
import pytest

from sandbox.dingtalk.rig import DingTalk
from sandbox.dingtalk.server import Shelf
from sandbox.switches import turn
from sandbox.wecom.server import WeCom
from tests.sandbox.company import small_corp
from tests.sandbox.dingtalk_company import CLIENT_ID, small_org
from tests.sandbox.dingtalk_play import Play, playing


async def send(play: Play, words: str = "好") -> tuple[int, dict[str, Any]]:
    content = json.dumps({"content": words})
    body = {"robotCode": CLIENT_ID, "userIds": ["HY2001"], "msgKey": "sampleText", "msgParam": content}
    return await play.post("robot/oToMessages/batchSend", body)


async def test_the_platform_is_down() -> None:
    async with playing() as play:
        turn(play.dingtalk.server.faults, "http", on=True)
        url = f"{play.dingtalk.api_base}/v1.0/robot/oToMessages/batchSend"
        for _ in range(2):
            async with play.session.post(url, json={}) as response:
                assert response.status == 503
        turn(play.dingtalk.server.faults, "http", on=False)

        assert (await send(play))[0] == 200


@pytest.mark.parametrize(
    ("name", "code"),
    [("token", "InvalidAuthentication"), ("rate", "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")],
)
async def test_every_second_call_is_refused(name: str, code: str) -> None:
    async with playing() as play:
        turn(play.dingtalk.server.faults, name, on=True)
        first = await send(play)
        await play.sign_in()
        second = await send(play)

    assert (first[1]["code"], second[0]) == (code, 200)


async def test_an_answer_is_lost_after_the_message_went_out() -> None:
    async with playing() as play:
        turn(play.dingtalk.server.faults, "answer", on=True)
        with pytest.raises(aiohttp.ClientError):
            await send(play)
        assert (await send(play, "二"))[0] == 200

    assert play.dingtalk.texts_to("HY2001") == ["好", "二"]


@pytest.mark.parametrize("name", ["twice", "callback"])
async def test_every_message_comes_twice(name: str) -> None:
    async with playing() as play:
        bot = await play.bot()
        turn(play.dingtalk.server.faults, name, on=True)
        outcome = await play.dingtalk.say("HY2001", "你好")

    assert outcome.status == 200
    assert [bot.data(n)["text"]["content"] for n in range(len(bot.frames))] == ["你好", "你好"]


async def test_two_platforms_on_one_shelf_show_in_one_order() -> None:
    clock = DingTalk([small_org()]).server.read_clock
    wecom = WeCom([small_corp()], read_clock=clock)
    shelf = Shelf(wecom.journal, wecom.faults, wecom.ledger, wecom.talks, wecom.trails)
    async with playing(shelf=shelf) as play:
        bot = await play.bot()
        await play.dingtalk.say("HY2001", "你好")
        await send(play)
        (said, answered) = wecom.talks.with_person("HY2001")

    assert (said.number, answered.number) == (1, 2)
    assert answered.trail == said.trail == wecom.trails.cause
    assert wecom.ledger.to("HY2001")[0].body == {"content": "好"}
    assert said.view()["platform"] == "dingtalk"
    trail = wecom.trails.of(said.trail)
    assert trail is not None
    assert json.loads(trail.plaintext)["msgId"] == bot.data()["msgId"] == said.msgid
    assert [(one.status, one.path) for one in trail.tries] == [(200, "/v1.0/im/bot/messages/get")]
