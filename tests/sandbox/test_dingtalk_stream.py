"""The Stream gateway: tickets, answers, repeats, and every way to lose a connection."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from sandbox.dingtalk.frames import BadAck, read_ack
from sandbox.faults import Fault
from tests.sandbox.dingtalk_company import CLIENT_ID, CORP_ID, GROUP, OTHER_ID
from tests.sandbox.dingtalk_play import ALL, Frame, acked, playing


async def test_a_message_reaches_the_bot_and_is_acknowledged() -> None:
    async with playing() as play:
        bot = await play.bot()
        outcome = await play.dingtalk.say("HY2001", "你好")

    frame, data = bot.frames[0], bot.data(0)
    assert (outcome.tries, outcome.status, outcome.problem) == (1, 200, "")
    assert (frame["specVersion"], frame["type"]) == ("1.0", "CALLBACK")
    assert frame["headers"]["topic"] == "/v1.0/im/bot/messages/get"
    assert all(isinstance(value, str) for value in frame["headers"].values())
    assert (data["msgtype"], data["text"], data["conversationType"]) == ("text", {"content": "你好"}, "1")
    assert (data["senderStaffId"], data["robotCode"]) == ("HY2001", CLIENT_ID)
    assert data["sessionWebhookExpiredTime"] - data["createAt"] == 5_400_000
    assert data["chatbotCorpId"] == CORP_ID


async def test_a_ticket_is_good_once_and_for_ninety_seconds() -> None:
    async def knock(opened: dict[str, str]) -> int:
        url = f"{opened['endpoint']}?ticket={opened['ticket']}"
        try:
            async with play.session.ws_connect(url):
                return 101
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status

    async with playing() as play:
        _, first = await play.open()
        assert [await knock(first), await knock(first)] == [101, 401]
        _, second = await play.open()
        play.clock.seconds += 90
        assert await knock(second) == 401
        assert await knock({**second, "ticket": "made-up"}) == 401


async def test_wrong_credentials_and_subscriptions_are_refused() -> None:
    async with playing() as play:
        status, answer = await play.open(clientSecret="wrong")
        empty, _ = await play.open(subscriptions=[])
        event, _ = await play.open(subscriptions=[{"type": "EVENT", "topic": "user_add_org"}])
        system, _ = await play.open(subscriptions=[*ALL, {"type": "SYSTEM", "topic": "ping"}])

    assert (status, answer["code"]) == (401, "authFailed")
    assert answer["requestid"]
    assert (empty, event, system) == (400, 400, 200)


async def test_without_the_accept_header_the_answer_is_xml() -> None:
    body = {"clientId": CLIENT_ID, "clientSecret": "xiaoer-secret-for-tests-only", "subscriptions": ALL}
    async with playing() as play:
        url = f"{play.dingtalk.api_base}/v1.0/gateway/connections/open"
        async with play.session.post(url, json=body) as response:
            assert (response.status, response.content_type) == (200, "application/xml")


async def test_without_an_answer_it_comes_again_with_the_same_message_id() -> None:
    async with playing() as play:
        bot = await play.bot()
        bot.answer = lambda frame: acked(frame) if len(bot.frames) == 3 else None
        outcome = await play.dingtalk.say("HY2001", "在吗")

    assert (outcome.tries, outcome.status) == (3, 200)
    assert len({bot.data(n)["msgId"] for n in range(3)}) == 1
    assert len({frame["headers"]["messageId"] for frame in bot.frames}) == 3


async def test_a_bot_that_never_answers_is_given_up_after_three_pushes() -> None:
    async with playing() as play:
        bot = await play.bot()
        bot.answer = lambda frame: None
        outcome = await play.dingtalk.say("HY2001", "在吗")
        (bubble,) = play.dingtalk.server.talks.with_person("HY2001")

    assert (outcome.tries, outcome.arrived, len(bot.frames)) == (3, False, 3)
    assert bubble.problem == outcome.problem == "小二没有应答"


async def test_a_message_while_nobody_is_connected_is_lost() -> None:
    async with playing() as play:
        outcome = await play.dingtalk.say("HY2001", "有人吗")
        bot = await play.bot()
        await play.dingtalk.say("HY2001", "现在呢")

    assert (outcome.tries, outcome.arrived) == (0, False)
    assert [bot.data(n)["text"]["content"] for n in range(len(bot.frames))] == ["现在呢"]


async def test_only_subscribed_topics_are_pushed() -> None:
    async with playing() as play:
        bot = await play.bot([{"type": "EVENT", "topic": "*"}])
        outcome = await play.dingtalk.say("HY2001", "你好")

    assert (outcome.tries, bot.frames) == (0, [])


async def test_two_connections_share_the_messages() -> None:
    async with playing() as play:
        one, other = await play.bot(), await play.bot()
        for n in range(20):
            await play.dingtalk.say("HY2001", str(n))

    assert len(one.frames) + len(other.frames) == 20
    assert one.frames
    assert other.frames


async def test_another_apps_connection_hears_nothing() -> None:
    async with playing() as play:
        await play.bot()
        _, opened = await play.open(clientId=OTHER_ID, clientSecret="other-secret-for-tests-only")
        async with play.session.ws_connect(f"{opened['endpoint']}?ticket={opened['ticket']}") as stranger:
            await play.dingtalk.connected(2)
            for n in range(8):
                assert (await play.dingtalk.say("HY2001", str(n))).tries == 1
            with pytest.raises(TimeoutError):
                await stranger.receive(timeout=0.05)


async def test_a_ping_wants_its_opaque_back() -> None:
    async with playing() as play:
        bot = await play.bot()
        (connection,) = play.dingtalk.gateway.connections

        assert await play.dingtalk.gateway.ping(connection)
        assert bot.frames[0]["type"] == "SYSTEM"


async def test_after_disconnect_nothing_is_pushed_but_a_late_ack_still_counts() -> None:
    async with playing(redeliver_after=5.0) as play:
        bot = await play.bot()
        held: asyncio.Queue[Frame] = asyncio.Queue()
        bot.answer = lambda frame: held.put_nowait(frame)
        gateway, (connection,) = play.dingtalk.gateway, play.dingtalk.gateway.connections
        saying = asyncio.create_task(play.dingtalk.say("HY2001", "进行中"))
        frame = await held.get()
        await gateway.disconnect(connection, after=0.2)
        nobody = await play.dingtalk.say("HY2001", "没人")
        await bot.socket.send_json(acked(frame))

        assert (await saying).status == 200
        assert nobody.tries == 0
        await asyncio.wait_for(bot.closed.wait(), 2)
        assert bot.frames[1]["headers"]["topic"] == "disconnect"
        assert bot.socket.close_code == 1000


async def test_a_cut_connection_ends_without_a_close_frame() -> None:
    async with playing() as play:
        bot = await play.bot()
        (connection,) = play.dingtalk.gateway.connections
        play.dingtalk.gateway.cut(connection)

        await asyncio.wait_for(bot.closed.wait(), 2)
        assert bot.socket.close_code in (None, 1006)


async def test_a_silent_socket_stays_open_and_answers_no_ping() -> None:
    async with playing() as play:
        bot = await play.bot()
        gateway, (connection,) = play.dingtalk.gateway, play.dingtalk.gateway.connections
        gateway.silence(connection)
        outcome = await play.dingtalk.say("HY2001", "听得到吗")

        assert (outcome.arrived, bot.frames) == (False, [])
        assert not bot.socket.closed
        assert gateway.connections == [connection]


async def test_a_message_is_pushed_twice_or_its_answer_lost_when_switched_on() -> None:
    async with playing() as play:
        bot = await play.bot()
        play.dingtalk.server.faults.add(Fault("callback_twice"))
        await play.dingtalk.say("HY2001", "一")
        play.dingtalk.server.faults.add(Fault("lose_callback_answer", "callback/1"))
        await play.dingtalk.say("HY2001", "二")
        await play.dingtalk.redeliver()

    assert [bot.data(n)["text"]["content"] for n in range(5)] == ["一", "一", "二", "二", "二"]
    assert len({bot.data(n)["msgId"] for n in range(5)}) == 2


async def test_a_frame_of_an_unknown_topic_may_be_answered_404() -> None:
    async with playing() as play:
        bot = await play.bot()
        bot.answer = lambda frame: acked(frame, code=404 if "nobody" in frame["headers"]["topic"] else 200)
        play.dingtalk.server.troubles.add("unknown_topic")
        outcome = await play.dingtalk.say("HY2001", "你好")

    assert outcome.status == 200
    assert [frame["headers"]["topic"].count("nobody") for frame in bot.frames] == [1, 0]


async def test_the_month_is_used_up() -> None:
    async with playing() as play:
        bot = await play.bot()
        play.dingtalk.server.troubles.add("quota")
        await play.dingtalk.say("HY2001", "你好")

    assert bot.data()["msgtype"] == "text"
    assert "text" not in bot.data()
    assert bot.data()["errorCode"] == "20001"


def ack(**changed: Any) -> str:
    good = {
        "code": 200,
        "headers": {"messageId": "m1", "contentType": "application/json"},
        "message": "OK",
        "data": '{"response":null}',
    }
    return json.dumps({**good, **changed})


BROKEN = {
    "not JSON": "nothing",
    "a list": "[]",
    "no headers": ack(headers=None),
    "no id": ack(headers={"contentType": "application/json"}),
    "no content type": ack(headers={"messageId": "m1"}),
    "code as text": ack(code="200"),
    "data as object": ack(data={"response": None}),
    "data not JSON": ack(data="OK"),
    "data a list": ack(data="[]"),
}


@pytest.mark.parametrize("words", BROKEN.values(), ids=BROKEN.keys())
def test_a_wrong_answer_is_no_answer(words: str) -> None:
    with pytest.raises(BadAck):
        read_ack(words)


def test_a_right_answer_is_read() -> None:
    message_id, answer = read_ack(ack())

    assert (message_id, answer.code, answer.data) == ("m1", 200, {"response": None})


async def test_a_group_message_comes_with_a_blank_where_the_mention_was() -> None:
    async with playing() as play:
        bot = await play.bot()
        await play.dingtalk.say("HY2001", "查一下 L-20931", "西南项目群")
        unheard = await play.dingtalk.say("HY2001", "大家好", GROUP, mention=False)
        await play.dingtalk.say("guest", "报价呢", GROUP)
        lines = [(b.side, b.author) for b in play.dingtalk.server.talks.with_person("HY2002")]

    first, last = bot.data(0), bot.data(1)
    assert (first["conversationType"], first["conversationId"]) == ("2", GROUP)
    assert (first["text"]["content"], first["isInAtList"]) == (" 查一下 L-20931", True)
    assert first["conversationTitle"] == "西南项目群"
    assert unheard.tries == 0
    assert last["senderNick"] == "外部客户"
    assert "senderStaffId" not in last
    assert lines == [("other", "韩雪"), ("other", "韩雪"), ("other", "外部客户")]


async def test_the_last_message_can_be_pushed_again_even_with_its_frame_id() -> None:
    async with playing() as play:
        bot = await play.bot()
        await play.dingtalk.say("HY2001", "你好")
        await play.dingtalk.redeliver()
        await play.dingtalk.redeliver(exact=True)

    ids = [frame["headers"]["messageId"] for frame in bot.frames]
    assert len({bot.data(n)["msgId"] for n in range(3)}) == 1
    assert (ids[0] != ids[1], ids[1] == ids[2]) == (True, True)


async def test_a_bot_that_pings_finds_out_about_a_silent_socket() -> None:
    async with playing() as play:
        bot = await play.bot(heartbeat=0.1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.closed.wait(), 0.4)
        (connection,) = play.dingtalk.gateway.connections
        play.dingtalk.gateway.silence(connection)

        await asyncio.wait_for(bot.closed.wait(), 2)


async def test_an_answer_on_another_connection_does_not_count() -> None:
    async with playing() as play:
        one = await play.bot()
        other = await play.bot([{"type": "EVENT", "topic": "*"}])
        held: asyncio.Queue[Frame] = asyncio.Queue()
        one.answer = lambda frame: held.put_nowait(frame)
        saying = asyncio.create_task(play.dingtalk.say("HY2001", "你好"))
        for _ in range(3):
            await other.socket.send_json(acked(await held.get()))

        assert not (await saying).arrived
