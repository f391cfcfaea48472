"""The long connection: who may have it, what comes over it, and what may be said."""

import base64
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.aibot.app import running
from sandbox.aibot.rig import AibotSandbox
from sandbox.faults import Fault
from tests.sandbox.aibot_line import Body, Socket, dialled
from tests.sandbox.aibot_small_bot import BOT, GROUP, PNG, decrypted, fetched, stream
from tests.sandbox.company import button_card, small_corp, text_notice
from tests.sandbox.conftest import RealTime


@pytest.fixture
async def sandbox(real_time: RealTime) -> AsyncIterator[AibotSandbox]:
    sandbox = AibotSandbox(BOT, small_corp(), [GROUP], now=real_time)
    async with running(sandbox):
        yield sandbox


@pytest.fixture
def url(sandbox: AibotSandbox) -> str:
    return sandbox.ws_base


@pytest.fixture
async def socket(session: aiohttp.ClientSession, url: str) -> AsyncIterator[Socket]:
    async with dialled(session, url) as socket:
        assert await socket.subscribe() == 0
        yield socket


def markdown(words: str) -> Body:
    return {"msgtype": "markdown", "markdown": {"content": words}}


def card(content: Body) -> Body:
    return {"msgtype": "template_card", "template_card": content}


async def heard(sandbox: AibotSandbox, socket: Socket, group: str = "") -> str:
    """The req_id of what somebody says."""
    assert (await sandbox.say("ChenSiyu", "好", group)).arrived
    return str((await socket.push())["headers"]["req_id"])


async def test_nothing_goes_before_the_subscription(session: aiohttp.ClientSession, url: str) -> None:
    async with dialled(session, url) as socket:
        assert await socket.code("ping") == 846609
        assert await socket.code("aibot_send_msg", {"chatid": "ChenSiyu", **markdown("好")}) == 846609
        assert await socket.subscribe("wrong") == 40001
        assert await socket.subscribe(bot_id="aib_other") == 40001
        assert await socket.code("ping") == 846609
        assert await socket.subscribe() == 0
        assert await socket.code("ping") == 0


async def test_subscribing_too_often_is_refused(
    session: aiohttp.ClientSession, url: str, real_time: RealTime
) -> None:
    async with dialled(session, url) as socket:
        codes = [await socket.subscribe("wrong") for _ in range(11)]
        assert codes == [40001] * 10 + [45009]
        real_time.seconds += 60
        assert await socket.subscribe() == 0


async def test_callback_mode_has_no_long_connection(
    session: aiohttp.ClientSession, url: str, sandbox: AibotSandbox
) -> None:
    sandbox.aibot.callback_url = "http://127.0.0.1:9/callback"

    async with dialled(session, url) as socket:
        assert await socket.subscribe() == 40058


async def test_a_newer_connection_takes_the_place_of_the_old_one(
    session: aiohttp.ClientSession, url: str, sandbox: AibotSandbox, socket: Socket
) -> None:
    old = await heard(sandbox, socket)

    async with dialled(session, url) as newer:
        assert await newer.subscribe() == 0
        farewell = await socket.push()
        assert farewell["cmd"] == "aibot_event_callback"
        assert farewell["body"]["event"]["eventtype"] == "disconnected_event"
        assert (await socket.ws.receive()).type is aiohttp.WSMsgType.CLOSE
        assert await newer.code("aibot_respond_msg", stream("好"), old) == 846605
        assert (await sandbox.say("ChenSiyu", "还在吗")).arrived
        assert (await newer.push())["body"]["text"] == {"content": "还在吗"}


async def test_without_a_connection_a_message_is_lost(sandbox: AibotSandbox) -> None:
    outcome = await sandbox.say("ChenSiyu", "好")

    assert (outcome.arrived, outcome.problem) == (False, "机器人没有长连接")
    assert [b.problem for b in sandbox.seen_by("ChenSiyu")] == ["机器人没有长连接"]


async def test_a_broken_connection_is_noticed(sandbox: AibotSandbox, socket: Socket) -> None:
    sandbox.line.cut()

    assert (await socket.ws.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    await sandbox.until(lambda: sandbox.line.live is None)
    with pytest.raises(LookupError, match="没有长连接"):
        sandbox.line.cut()


async def test_a_message_comes_as_a_frame(sandbox: AibotSandbox, socket: Socket) -> None:
    await sandbox.say("ChenSiyu", "查排班", GROUP.chatid, quote="上周")

    frame = await socket.push()
    assert frame["cmd"] == "aibot_msg_callback"
    assert frame["body"].pop("msgid").startswith("CAIQ")
    assert frame["body"] == {
        "aibotid": BOT.bot_id,
        "chatid": GROUP.chatid,
        "chattype": "group",
        "from": {"userid": "ChenSiyu"},
        "msgtype": "text",
        "text": {"content": "@小二 查排班"},
        "quote": {"msgtype": "text", "text": {"content": "上周"}},
    }


async def test_a_repeated_message_has_its_old_msgid(sandbox: AibotSandbox, socket: Socket) -> None:
    sandbox.aibot.faults.add(Fault("callback_twice", "callback"))
    await sandbox.say("ChenSiyu", "好")

    first, second = await socket.push(), await socket.push()
    assert first["body"] == second["body"]
    assert first["headers"] != second["headers"]


async def test_a_stream_is_pushed_until_it_is_finished(sandbox: AibotSandbox, socket: Socket) -> None:
    req_id = await heard(sandbox, socket, GROUP.chatid)

    for words, finish in (("正在", False), ("正在查", False), ("查到 3 条", True)):
        assert await socket.code("aibot_respond_msg", stream(words, finish=finish), req_id) == 0
    assert sandbox.texts_in(GROUP.chatid, "WuGuoqiang") == ["查到 3 条"]
    assert await socket.code("aibot_respond_msg", stream("还有"), req_id) == 846608


async def test_a_stream_has_six_minutes(sandbox: AibotSandbox, socket: Socket, real_time: RealTime) -> None:
    req_id = await heard(sandbox, socket)
    assert await socket.code("aibot_respond_msg", stream("正在", finish=False), req_id) == 0

    real_time.seconds += 359
    assert await socket.code("aibot_respond_msg", stream("正在查", finish=False), req_id) == 0
    real_time.seconds += 1
    assert await socket.code("aibot_respond_msg", stream("好"), req_id) == 846608
    assert await socket.code("aibot_send_msg", {"chatid": "ChenSiyu", **markdown("好")}) == 0
    assert sandbox.texts_to("ChenSiyu") == ["正在查", "好"]


async def test_a_message_can_be_answered_for_a_day(
    sandbox: AibotSandbox, socket: Socket, real_time: RealTime
) -> None:
    req_id = await heard(sandbox, socket)
    real_time.seconds += 24 * 3600
    assert await socket.code("aibot_respond_msg", markdown("好"), req_id) == 0
    real_time.seconds += 1
    assert await socket.code("aibot_respond_msg", markdown("好"), req_id) == 846605


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ({"msgtype": "text", "text": {"content": "好"}}, 40008),
        ({**stream("好"), "msgtype": "stream_with_template_card"}, 40008),
        (stream("好", msg_item=[{"msgtype": "image", "image": {}}]), 40058),
        (stream("好" * 6827), 40058),
        (markdown("好" * 6827), 40058),
        ({"msgtype": "file", "file": {"media_id": "made-up"}}, 40007),
        (card(button_card(task_id="a b")), 42014),
    ],
)
async def test_what_may_not_be_said_is_refused(
    sandbox: AibotSandbox, socket: Socket, reply: Body, code: int
) -> None:
    req_id = await heard(sandbox, socket)

    assert await socket.code("aibot_respond_msg", reply, req_id) == code
    assert len(sandbox.seen_by("ChenSiyu")) == 1


async def test_cards_go_to_private_chats_alone(sandbox: AibotSandbox, socket: Socket) -> None:
    private, group = await heard(sandbox, socket), await heard(sandbox, socket, GROUP.chatid)

    assert await socket.code("aibot_respond_msg", card(text_notice()), group) == 40008
    assert await socket.code("aibot_respond_msg", card(text_notice()), private) == 0
    assert await socket.code("aibot_send_msg", {"chatid": GROUP.chatid, **card(text_notice())}) == 40008
    assert await socket.code("aibot_send_msg", {"chatid": "ChenSiyu", **card(text_notice())}) == 0
    assert len(sandbox.cards_to("ChenSiyu")) == 2


async def test_a_tap_is_answered_within_five_seconds_and_once(
    sandbox: AibotSandbox, socket: Socket, real_time: RealTime
) -> None:
    req_id = await heard(sandbox, socket)
    await socket.call("aibot_respond_msg", card(button_card()), req_id)
    await sandbox.tap("ChenSiyu", "跟进")
    first = await socket.push()
    assert first["cmd"] == "aibot_event_callback"
    assert first["body"]["event"]["template_card_event"]["task_id"] == "lead-1"
    await sandbox.tap("ChenSiyu", "转商机")
    second = await socket.push()
    done = {"response_type": "update_template_card", "template_card": button_card(replace_text="已跟进")}

    real_time.seconds += 5
    tapped = first["headers"]["req_id"]
    assert await socket.code("aibot_respond_msg", markdown("好"), tapped) == 846605
    assert await socket.code("aibot_respond_update_msg", done, req_id) == 846605
    wrong = {**done, "template_card": button_card("other")}
    assert await socket.code("aibot_respond_update_msg", wrong, tapped) == 42014
    assert await socket.code("aibot_respond_update_msg", done, tapped) == 0
    assert await socket.code("aibot_respond_update_msg", done, tapped) == 846605
    assert sandbox.cards_to("ChenSiyu")[0].settled == "已跟进"
    real_time.seconds += 1
    assert await socket.code("aibot_respond_update_msg", done, second["headers"]["req_id"]) == 846605


async def test_a_welcome_has_five_seconds_too(
    sandbox: AibotSandbox, socket: Socket, real_time: RealTime
) -> None:
    hello = {"msgtype": "text", "text": {"content": "你好"}}
    await sandbox.enter("ChenSiyu")
    await sandbox.enter("WuGuoqiang")
    first, second = [(await socket.push())["headers"]["req_id"] for _ in range(2)]

    assert await socket.code("aibot_respond_welcome_msg", markdown("好"), first) == 40008
    assert await socket.code("aibot_respond_welcome_msg", hello, first) == 0
    assert await socket.code("aibot_respond_welcome_msg", hello, first) == 846605
    real_time.seconds += 6
    assert await socket.code("aibot_respond_welcome_msg", card(text_notice()), second) == 846605
    assert sandbox.texts_to("ChenSiyu") == ["你好"]


async def test_pushes_reach_those_who_have_written(sandbox: AibotSandbox, socket: Socket) -> None:
    async def send(chatid: str, chat_type: int | None = None) -> int:
        named = {"chatid": chatid} if chat_type is None else {"chatid": chatid, "chat_type": chat_type}
        return await socket.code("aibot_send_msg", {**named, **markdown("早")})

    assert await send("ChenSiyu") == 40050
    await heard(sandbox, socket)
    assert [await send("chensiyu"), await send("ChenSiyu", 1), await send("ChenSiyu", 2)] == [0, 0, 40050]
    assert await send(GROUP.chatid) == 40050
    await heard(sandbox, socket, GROUP.chatid)
    assert [await send(GROUP.chatid, 2), await send(GROUP.chatid, 1)] == [0, 40050]
    assert await send("NoBody") == 40050
    assert await send("ChenSiyu", 3) == 40058
    assert await socket.code("aibot_send_msg", {"chatid": "ChenSiyu", **stream("好")}) == 40008
    assert sandbox.texts_to("ChenSiyu") == ["早", "早"]
    assert sandbox.texts_in(GROUP.chatid, "WuGuoqiang") == ["早"]


async def test_thirty_a_minute_and_a_thousand_an_hour(
    sandbox: AibotSandbox, socket: Socket, real_time: RealTime
) -> None:
    req_id = await heard(sandbox, socket)
    await heard(sandbox, socket, GROUP.chatid)

    codes = []
    for _ in range(34):
        for _ in range(30):
            codes.append(await socket.code("aibot_send_msg", {"chatid": "ChenSiyu", **markdown("早")}))
        if len(codes) == 30:
            assert await socket.code("aibot_respond_msg", markdown("好"), req_id) == 45009
            assert await socket.code("aibot_send_msg", {"chatid": GROUP.chatid, **markdown("早")}) == 0
        real_time.seconds += 60
    assert codes == [0] * 1000 + [45009] * 20


async def test_frames_that_cannot_be_read_are_answered(socket: Socket) -> None:
    async def sent(raw: str) -> Body:
        await socket.ws.send_str(raw)
        return await socket.answer()

    assert (await sent("{"))["errcode"] == 40035
    assert (await sent('{"cmd":"ping"}'))["errcode"] == 846605
    assert (await sent('{"cmd":"ping","headers":{"req_id":"a"},"body":7}'))["errcode"] == 40058
    assert (await sent('{"cmd":"dance","headers":{"req_id":"a"}}'))["errcode"] == 40008
    tidied = await sent('{"cmd":"ping",\x01"headers":{"req_id":"a\x02b"}}')
    assert tidied == {"headers": {"req_id": "ab"}, "errcode": 0, "errmsg": "ok"}


async def test_troubles_can_be_switched_on(sandbox: AibotSandbox, socket: Socket) -> None:
    req_id = await heard(sandbox, socket)
    sandbox.aibot.faults.add(Fault("errcode", "aibot/aibot_respond_msg", code=-1))
    assert await socket.code("aibot_respond_msg", markdown("一"), req_id) == -1

    sandbox.aibot.faults.add(Fault("lose_answer", "aibot/aibot_respond_msg"))
    sandbox.aibot.faults.add(Fault("drop", "aibot/ping"))
    for cmd, name in (("aibot_respond_msg", req_id), ("ping", "p1")):
        frame = {"cmd": cmd, "headers": {"req_id": name}, "body": markdown("二")}
        await socket.ws.send_json(frame)
    assert await socket.code("ping") == 0
    assert sandbox.texts_to("ChenSiyu") == ["二"]


async def test_a_picture_comes_with_a_key_of_its_own(
    sandbox: AibotSandbox, socket: Socket, session: aiohttp.ClientSession
) -> None:
    await sandbox.send_picture("ChenSiyu", PNG)
    await sandbox.gestures.video(sandbox.aibot.place("ChenSiyu"), b"....ftyp....")

    image, video = (await socket.push())["body"]["image"], (await socket.push())["body"]["video"]
    _, sealed = await fetched(session, image["url"])
    assert decrypted(sealed, base64.b64decode(image["aeskey"])) == PNG
    assert video["aeskey"] != image["aeskey"]
