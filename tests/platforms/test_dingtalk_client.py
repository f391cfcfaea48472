"""The connection against a small real server that behaves, and misbehaves, like DingTalk."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms.dingtalk.client import Sent
from bot.platforms.dingtalk.connection import UNSAID, DingtalkConnection
from bot.platforms.outcomes import Configuration, Dead, Expired, Outcome, Retry, Unknown
from cards.general import Say
from cards.model import Button, Card, Line, Text
from tests.platforms.dingtalk_double import TEMPLATE, Answer, Clock, Pretend, connected
from tests.platforms.dingtalk_post import NOW, SECRET, in_group, pressed

CARD = Card("待办 T-1", lines=(Line("时间", "明天 10:00"),), buttons=(Button("完成", Say("完成")),))
HI = Text("你好")


@pytest.fixture
def pretend() -> Pretend:
    return Pretend()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(pretend: Pretend) -> AsyncIterator[TestServer]:
    server = TestServer(pretend.app(), host="127.0.0.1")
    async with server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def base(server: TestServer) -> str:
    return str(server.make_url("/"))


@pytest.fixture
def ding(session: aiohttp.ClientSession, base: str, clock: Clock) -> DingtalkConnection:
    return connected(session, base, clock)


@pytest.fixture
def bare(session: aiohttp.ClientSession, base: str, clock: Clock) -> DingtalkConnection:
    """Without a card template."""
    return connected(session, base, clock, card_template="")


async def failing(call: Awaitable[Sent]) -> Outcome:
    """The outcome of a call that fails, which never tells a token or the secret."""
    with pytest.raises(Outcome) as failure:
        await call
    words = "".join(traceback.format_exception(failure.value)) + repr(failure.value)
    assert SECRET not in words
    assert "token-" not in words
    return failure.value


async def test_a_card_is_made_once_under_its_name(ding: DingtalkConnection, pretend: Pretend) -> None:
    sent = await ding.deliver("u1001", CARD, task_id="xe-1")

    (body,) = pretend.asked("createAndDeliver")
    assert sent == Sent("pqk-1", response_code="xe-1")
    assert (body["outTrackId"], body["cardTemplateId"], body["callbackType"]) == ("xe-1", TEMPLATE, "STREAM")
    assert body["openSpaceId"] == "dtv1.card//IM_ROBOT.u1001"
    assert body["imRobotOpenDeliverModel"] == {"spaceType": "IM_ROBOT", "robotCode": "dingdemoappkey01"}
    assert not body["imRobotOpenSpaceModel"]["supportForward"]
    assert all(isinstance(value, str) for value in body["cardData"]["cardParamMap"].values())


async def test_a_card_that_is_there_already_is_there(ding: DingtalkConnection, pretend: Pretend) -> None:
    pretend.answers = [(400, {"code": "param.cardAlreadyExist"})]

    assert await ding.deliver("u1001", CARD, task_id="xe-1") == Sent(response_code="xe-1", repeated=True)


async def test_a_card_that_reached_nobody_is_not_taken_for_sent(
    ding: DingtalkConnection, pretend: Pretend
) -> None:
    pretend.answers = [(200, {"success": True, "result": {"deliverResults": [{"success": False}]}})]

    assert isinstance(await failing(ding.deliver("u1001", CARD, task_id="xe-1")), Dead)


async def test_a_card_is_renewed_as_often_as_needed(ding: DingtalkConnection, pretend: Pretend) -> None:
    for _ in range(2):
        sent = await ding.update("u1001", Card("待办 T-1", settled="已完成"), response_code="xe-1")
        assert sent.response_code == "xe-1"

    body = pretend.asked("PUT /v1.0/card/instances")[-1]
    assert body["cardData"]["cardParamMap"]["status"] == "已完成"
    assert body["cardData"]["cardParamMap"]["buttons"] == "[]"
    assert body["cardUpdateOptions"]["updateCardDataByKey"] is True


async def test_a_card_that_is_gone_needs_a_fresh_one(ding: DingtalkConnection, pretend: Pretend) -> None:
    pretend.answers = [(400, {"code": "param.cardNotExist"})]

    assert isinstance(await failing(ding.update("u1001", CARD, response_code="xe-1")), Expired)


async def test_each_state_of_a_card_carries_taps_of_its_own(
    ding: DingtalkConnection, pretend: Pretend
) -> None:
    taps = []
    for _ in range(2):
        await ding.update("u1001", CARD, response_code="xe-1")
        values = pretend.asked("instances")[-1]["cardData"]["cardParamMap"]
        taps.append(json.loads(values["buttons"])[0]["tap"])

    first, second = (ding.read_press(pressed(tap), NOW) for tap in taps)
    assert first.key != second.key
    assert first.press == second.press


async def test_words_go_as_markdown(ding: DingtalkConnection, pretend: Pretend) -> None:
    sent = await ding.deliver("u1001", Text("第一行\n*第二行*"), task_id="xe-1")

    (body,) = pretend.asked("batchSend")
    assert sent.msgid == "pqk-2"
    assert (body["userIds"], body["msgKey"]) == (["u1001"], "sampleMarkdown")
    assert json.loads(body["msgParam"]) == {"title": "第一行", "text": "第一行  \n  ＊第二行＊"}


async def test_without_a_template_buttons_say_something(bare: DingtalkConnection, pretend: Pretend) -> None:
    await bare.deliver("u1001", CARD, task_id="xe-1")

    (body,) = pretend.asked("batchSend")
    assert body["msgKey"] == "sampleActionCard"
    assert isinstance(await failing(bare.update("u1001", CARD, response_code="xe-1")), Expired)


@pytest.mark.parametrize("field", ["invalidStaffIdList", "filteredStaffIdList"])
async def test_a_member_left_out_is_not_taken_for_reached(
    ding: DingtalkConnection, pretend: Pretend, field: str
) -> None:
    pretend.answers = [(200, {"processQueryKey": "k", field: ["u1001"]})]

    assert isinstance(await failing(ding.deliver("u1001", HI, task_id="xe-1")), Dead)


async def test_a_member_who_is_held_back_is_tried_later(ding: DingtalkConnection, pretend: Pretend) -> None:
    pretend.answers = [(200, {"processQueryKey": "k", "flowControlledStaffIdList": ["u1001"]})]

    outcome = await failing(ding.deliver("u1001", HI, task_id="xe-1"))

    assert isinstance(outcome, Retry)
    assert outcome.after >= 60


@pytest.mark.parametrize(
    ("status", "body", "wanted", "after"),
    [
        (403, {"code": "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}, Retry, 1),
        (403, {"code": "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"}, Retry, 60),
        (403, {"code": "Forbidden.AccessDenied.ApiCountLimitForOrg"}, Configuration, 3600),
        (403, {"code": "Forbidden.AccessDenied.IpNotInWhiteList"}, Configuration, 300),
        (400, {"code": "invalidParameter.robotCode.auth"}, Configuration, 300),
        (400, {"code": "param.templateNotExist"}, Configuration, 300),
        (400, {"code": "param.openSpaceIdInvalid"}, Dead, 0),
        (400, {"code": "staffId.notExisted"}, Dead, 0),
        (400, {"code": "send.too.fast"}, Retry, 5),
        (500, {"code": "system.busy"}, Unknown, 5),
        (503, "<html>", Retry, 5),
        (504, {"code": "x"}, Unknown, 5),
        (400, "<html>punished</html>", Unknown, 5),
        (404, "<html>", Configuration, 300),
        (403, {"status": 1111, "wait": 5, "punish": "deny"}, Retry, 300),
        (200, "<html>", Unknown, 5),
        (302, "elsewhere", Retry, 60),
    ],
)
async def test_an_answer_says_what_to_do(
    ding: DingtalkConnection, pretend: Pretend, status: int, body: Any, wanted: type[Outcome], after: float
) -> None:
    pretend.answers = [(status, body)]

    outcome = await failing(ding.deliver("u1001", CARD, task_id="xe-1"))

    assert type(outcome) is wanted
    assert outcome.after == after
    assert "<html>" not in outcome.reason


async def test_a_missing_permission_is_named(ding: DingtalkConnection, pretend: Pretend) -> None:
    detail = {"requiredScopes": ["Card.Instance.Write", "<script>"]}
    code = "Forbidden.AccessDenied.AccessTokenPermissionDenied"
    pretend.answers = [(403, {"code": code, "accessdenieddetail": detail})]

    outcome = await failing(ding.deliver("u1001", CARD, task_id="xe-1"))

    assert isinstance(outcome, Configuration)
    assert "Card.Instance.Write" in outcome.reason
    assert "<script>" not in outcome.reason


async def test_what_the_content_check_refuses_is_said_neutrally(
    ding: DingtalkConnection, pretend: Pretend
) -> None:
    pretend.answers = [(400, {"code": "param.contentUnsafe"})]

    await ding.deliver("u1001", CARD, task_id="xe-1")

    (body,) = pretend.asked("batchSend")
    assert json.loads(body["msgParam"])["text"] == UNSAID.text


async def test_a_hundred_calls_with_an_old_token_fetch_one(
    ding: DingtalkConnection, pretend: Pretend
) -> None:
    await ding.client.check()
    pretend.good = set()

    await asyncio.gather(*(ding.deliver("u1001", CARD, task_id=f"xe-{n}") for n in range(100)))

    assert pretend.count == 2
    assert len(pretend.asked("createAndDeliver")) == 100


@pytest.mark.parametrize(
    ("login", "wanted"),
    [
        ((400, {"code": "invalidClientIdOrSecret"}), Configuration),
        ((401, {"code": "authFailed"}), Configuration),
        ((200, {"expireIn": 7200}), Retry),
        ((503, "<html>"), Retry),
    ],
)
async def test_without_a_token_nothing_is_sent(
    ding: DingtalkConnection, pretend: Pretend, login: Answer, wanted: type[Outcome]
) -> None:
    pretend.logins = [login]

    assert type(await failing(ding.deliver("u1001", CARD, task_id="xe-1"))) is wanted
    await failing(ding.deliver("u1001", CARD, task_id="xe-2"))
    assert pretend.count == 1


async def test_words_of_unknown_fate_are_not_repeated_and_a_card_once(
    bare: DingtalkConnection, pretend: Pretend
) -> None:
    pretend.answers = [(504, {"code": "x"})] * 3

    assert type(await failing(bare.deliver("u1001", HI, task_id="xe-1"))) is Dead
    assert type(await failing(bare.deliver("u1001", CARD, task_id="xe-2"))) is Unknown
    assert type(await failing(bare.deliver("u1001", CARD, task_id="xe-2"))) is Dead


async def test_a_card_that_comes_again_says_so(bare: DingtalkConnection, pretend: Pretend) -> None:
    pretend.answers = [(504, {"code": "x"})]
    await failing(bare.deliver("u1001", CARD, task_id="xe-1"))

    await bare.deliver("u1001", CARD, task_id="xe-1")

    (body,) = pretend.asked("batchSend")
    assert json.loads(body["msgParam"])["title"].startswith("【重发】")


async def test_a_guest_is_answered_in_the_conversation_while_it_lives(
    ding: DingtalkConnection, pretend: Pretend, base: str, clock: Clock
) -> None:
    address = f"{base}robot/sendBySession?session=s1"
    event = ding.read_message(in_group("你好", senderStaffId="", sessionWebhook=address), NOW)

    await ding.deliver(event.sender, HI, task_id="xe-1")

    assert pretend.asked("sendBySession") == [
        {"msgtype": "markdown", "markdown": {"title": "你好", "text": "你好"}}
    ]
    clock.now += 6000
    assert type(await failing(ding.deliver(event.sender, HI, task_id="xe-2"))) is Dead


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/robot/sendBySession?session=s",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://[",
        "//",
    ],
)
async def test_a_reply_goes_to_no_other_host(
    ding: DingtalkConnection, pretend: Pretend, address: str
) -> None:
    event = ding.read_message(in_group("你好", senderStaffId="", sessionWebhook=address), NOW)

    assert type(await failing(ding.deliver(event.sender, HI, task_id="xe-1"))) is Dead
    assert not pretend.calls


async def test_a_conversation_that_has_ended_is_not_tried_again(
    ding: DingtalkConnection, pretend: Pretend, base: str
) -> None:
    pretend.answers = [(200, {"errcode": 300001, "errmsg": "session 不存在"})]
    address = f"{base}robot/sendBySession?session=s1"
    event = ding.read_message(in_group("你好", senderStaffId="", sessionWebhook=address), NOW)

    assert isinstance(await failing(ding.deliver(event.sender, HI, task_id="xe-1")), Dead)
    assert not pretend.calls


async def test_a_group_is_answered_in_its_conversation_and_later_by_its_name(
    ding: DingtalkConnection, pretend: Pretend, base: str
) -> None:
    address = f"{base}robot/sendBySession?session=s1"
    await ding.deliver("u1001", HI, task_id="xe-1", chat="cidGroup==", reply_to=address)
    pretend.answers = [(200, {"errcode": 300001})]
    await ding.deliver("u1001", HI, task_id="xe-2", chat="cidGroup==", reply_to=address)
    await ding.deliver("u1001", CARD, task_id="xe-3", chat="cidGroup==")

    assert len(pretend.asked("sendBySession")) == 1
    sent = pretend.asked("groupMessages/send")
    assert [one["openConversationId"] for one in sent] == ["cidGroup=="] * 2
    assert {one["msgKey"] for one in sent} == {"sampleMarkdown"}
    assert not pretend.asked("createAndDeliver")


@pytest.mark.parametrize(
    ("errcode", "wanted"), [(-1, Retry), (410100, Retry), (430102, Dead), ("310000", Configuration)]
)
async def test_a_conversation_answers_with_numbers(
    ding: DingtalkConnection, pretend: Pretend, base: str, errcode: int, wanted: type[Outcome]
) -> None:
    pretend.answers = [(200, {"errcode": errcode})]
    address = f"{base}robot/sendBySession?session=s1"

    outcome = await failing(ding.deliver("u1", HI, task_id="xe-1", chat="cid==", reply_to=address))

    assert isinstance(outcome, wanted)


async def test_an_answer_of_unknown_fate_is_not_repeated_in_a_group(
    ding: DingtalkConnection, pretend: Pretend, base: str
) -> None:
    pretend.answers = [(502, "<html>")]
    address = f"{base}robot/sendBySession?session=s1"

    assert type(await failing(ding.deliver("u1", HI, task_id="xe-1", chat="cid==", reply_to=address))) is Dead


async def test_a_renewal_waits_for_the_answer_to_a_click(ding: DingtalkConnection, pretend: Pretend) -> None:
    async with ding.answering("xe-1"):
        renewal = asyncio.create_task(ding.update("u1001", CARD, response_code="xe-1"))
        await ding.update("u1001", CARD, response_code="xe-2")
        assert [body["outTrackId"] for body in pretend.asked("instances")] == ["xe-2"]
    await renewal

    assert [body["outTrackId"] for body in pretend.asked("instances")] == ["xe-2", "xe-1"]


async def test_a_server_that_hangs_or_floods_is_left(
    session: aiohttp.ClientSession, base: str, clock: Clock, pretend: Pretend
) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async def flood(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * (2 * 1024 * 1024))

    ding = connected(session, base, clock, timeout=aiohttp.ClientTimeout(total=0.3))
    await ding.client.check()
    pretend.answers = [hang, flood]

    for _ in range(2):
        assert type(await failing(ding.deliver("u1001", CARD, task_id="xe-1"))) is Unknown


async def test_over_http_a_card_names_its_route(
    session: aiohttp.ClientSession, base: str, clock: Clock, pretend: Pretend
) -> None:
    ding = connected(session, base, clock, callback_route="xiaoer-ding")
    await ding.client.register_route("https://bot.example/card", "secret-of-the-route")
    await ding.deliver("u1001", CARD, task_id="xe-1")

    (registered,) = pretend.asked("callbacks/register")
    (body,) = pretend.asked("createAndDeliver")
    assert registered["callbackRouteKey"] == "xiaoer-ding"
    assert (body["callbackType"], body["callbackRouteKey"]) == ("HTTP", "xiaoer-ding")


async def test_a_received_file_has_an_address(ding: DingtalkConnection, pretend: Pretend) -> None:
    pretend.answers = [(200, {"downloadUrl": "https://down.example/x"})]

    assert await ding.client.file_address("dc") == "https://down.example/x"
