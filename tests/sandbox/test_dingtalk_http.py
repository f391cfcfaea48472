"""HTTP mode: signed robot messages, sealed events, and signed card presses with the change in the answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from wechatpy.crypto import PrpCrypto

from sandbox.dingtalk.posting import UrlRefused
from sandbox.dingtalk.tokens import Caller
from tests.sandbox.dingtalk_company import (
    AES_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    CORP_ID,
    EVENT_TOKEN,
    small_org,
    to_person,
)
from tests.sandbox.dingtalk_play import Play, playing

CARD_SECRET = "card-secret-for-tests"


class Doors:
    """A bot's three URLs. The cipher here is wechatpy's, so that the sandbox is judged by somebody else."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.events: list[dict[str, Any]] = []
        self.answer: Callable[[], web.StreamResponse] = lambda: web.json_response({})
        self.success = b"success"

    async def take(self, request: web.Request) -> web.StreamResponse:
        """A robot message or a press."""
        self.seen.append((request.path, await request.json(), dict(request.headers)))
        return self.answer()

    async def event(self, request: web.Request) -> web.StreamResponse:
        """An event: open it, and seal the answer."""
        query, crypto = request.query, PrpCrypto(base64.b64decode(AES_KEY + "="))
        encrypted = (await request.json())["encrypt"]
        assert query["signature"] == _sha1(EVENT_TOKEN, query["timestamp"], query["nonce"], encrypted)
        self.events.append(json.loads(crypto.decrypt(encrypted, CLIENT_ID)))
        sealed = crypto.encrypt(self.success.decode(), CLIENT_ID).decode()
        signature = _sha1(EVENT_TOKEN, "1", "n", sealed)
        return web.json_response(
            {"msg_signature": signature, "timeStamp": "1", "nonce": "n", "encrypt": sealed}
        )


def _sha1(*words: str) -> str:
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()


@asynccontextmanager
async def http_play() -> AsyncIterator[tuple[Play, Doors]]:
    doors = Doors()
    app = web.Application()
    app.router.add_post("/robot", doors.take)
    app.router.add_post("/card", doors.take)
    app.router.add_post("/event", doors.event)
    async with TestServer(app) as server:
        urls = {"robot_url": str(server.make_url("/robot")), "event_url": str(server.make_url("/event"))}
        org = small_org(mode="http", **urls)
        org.apps = org.apps[:1]
        async with playing(org, redeliver_after=0.1) as play:
            route = {
                "callbackRouteKey": "xiaoer-main",
                "callbackUrl": str(server.make_url("/card")),
                "apiSecret": CARD_SECRET,
            }
            await play.post("card/callbacks/register", route)
            yield play, doors


def caller(play: Play) -> Caller:
    (found,) = play.dingtalk.server.callers()
    return found


async def test_a_message_is_signed_and_may_be_answered_in_the_answer() -> None:
    async with http_play() as (play, doors):
        doors.answer = lambda: web.json_response({"msgtype": "text", "text": {"content": "收到"}})
        outcome = await play.dingtalk.say("HY2001", "你好")
        doors.answer = lambda: web.json_response({"msgtype": "empty"})
        await play.dingtalk.say("HY2001", "没事")

    (path, body, headers), _ = doors.seen
    message = f"{headers['timestamp']}\n{CLIENT_SECRET}".encode()
    sign = base64.b64encode(hmac.new(CLIENT_SECRET.encode(), message, hashlib.sha256).digest()).decode()
    assert (path, body["text"]["content"], headers["sign"]) == ("/robot", "你好", sign)
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert outcome.status == 200
    assert play.dingtalk.texts_to("HY2001") == ["收到"]


async def test_a_refusal_is_not_repeated_and_shown_on_the_phone() -> None:
    async with http_play() as (play, doors):
        doors.answer = lambda: web.Response(status=403)
        outcome = await play.dingtalk.say("HY2001", "你好")
        (bubble,) = play.dingtalk.server.talks.with_person("HY2001")

    assert (outcome.tries, outcome.status, len(doors.seen)) == (1, 403, 1)
    assert bubble.problem == outcome.problem


async def test_a_press_is_signed_and_its_answer_shown() -> None:
    settled = {"cardParamMap": {"status": "已完成"}}
    options = {"updateCardDataByKey": True}
    async with http_play() as (play, doors):
        await play.card(to_person(callbackType="HTTP", callbackRouteKey="xiaoer-main"))
        doors.answer = lambda: web.json_response({"cardData": settled, "cardUpdateOptions": options})
        outcome = await play.dingtalk.tap("HY2001", "完成")
        (card,) = play.dingtalk.cards_to("HY2001")

    ((path, body, headers),) = doors.seen
    timestamp = headers["x-ddpaas-signature-timestamp"]
    expected = base64.b64encode(hmac.new(CARD_SECRET.encode(), timestamp.encode(), hashlib.sha256).digest())
    assert (path, headers["x-ddpaas-signature"]) == ("/card", expected.decode())
    assert json.loads(body["content"])["cardPrivateData"]["params"] == {"tap": "t-done"}
    assert (outcome.status, card.settled, card.title) == (200, "已完成", "任务 T-3021")


async def test_a_route_that_nobody_registered_is_a_problem() -> None:
    async with http_play() as (play, doors):
        await play.card(to_person(callbackType="HTTP", callbackRouteKey="unknown"))
        outcome = await play.dingtalk.tap("HY2001", "完成")

    assert (outcome.tries, doors.seen) == (0, [])


async def test_an_event_is_sealed_and_flat() -> None:
    async with http_play() as (play, doors):
        (outcome,) = await play.dingtalk.changes.leave(caller(play).org, "HY2001")

    (event,) = doors.events
    assert (outcome.tries, outcome.status) == (1, 200)
    assert (event["EventType"], event["CorpId"], event["UserId"]) == ("user_leave_org", CORP_ID, ["HY2001"])
    assert event["eventId"]


async def test_an_event_without_a_sealed_success_comes_again() -> None:
    async with http_play() as (play, doors):
        doors.success = b"failure"
        (outcome,) = await play.dingtalk.changes.leave(caller(play).org, "HY2001")

    assert (outcome.tries, outcome.arrived) == (3, False)
    assert len({event["eventId"] for event in doors.events}) == 1


async def test_the_url_is_checked_when_it_is_saved() -> None:
    async with http_play() as (play, doors):
        await play.dingtalk.callbacks.posting.verify(caller(play))
        doors.success = b"no"
        with pytest.raises(UrlRefused):
            await play.dingtalk.callbacks.posting.verify(caller(play))

    assert doors.events == [{"EventType": "check_url"}] * 2


async def test_a_bot_that_is_down_is_tried_three_times() -> None:
    org = small_org(mode="http", robot_url="http://127.0.0.1:9/robot")
    async with playing(org, redeliver_after=0.02) as play:
        outcome = await play.dingtalk.say("HY2001", "你好")

    assert (outcome.tries, outcome.arrived, outcome.problem) == (3, False, "回调连接不上")


async def test_what_was_overheard_can_be_sent_again_bit_by_bit() -> None:
    async with http_play() as (play, doors):
        await play.dingtalk.say("HY2001", "你好")
        play.clock.seconds += 5
        again = await play.dingtalk.redeliver(exact=True)
        fresh = await play.dingtalk.redeliver()

    (first, second, third) = doors.seen
    assert (again.status, fresh.status) == (200, 200)
    assert (first[1], first[2]["timestamp"], first[2]["sign"]) == (
        second[1], second[2]["timestamp"], second[2]["sign"],
    )  # fmt: skip
    assert (third[1], third[2]["timestamp"] == first[2]["timestamp"]) == (first[1], False)
