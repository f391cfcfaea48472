"""The Stream client against a small gateway that pushes, hangs, says goodbye and flaps."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.platforms.dingtalk.answers import card_answer
from bot.platforms.dingtalk.events import read_message
from bot.platforms.dingtalk.gateway import Gateway, NotOpened
from bot.platforms.dingtalk.stream import Answer, Patience, Stream
from bot.platforms.refused import BadCallback, ComeAgain
from tests.platforms.dingtalk_post import HERE, NOW, ROBOT, SECRET, SIGNER, message, pressed
from tests.platforms.dingtalk_vectors import Vector, named, of_kind

QUICK = Patience(first=0.01, longest=0.05, denied=0.02, steady=60.0)
MESSAGES, PRESSES = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
Row = dict[str, Any]
Play = Callable[["Line"], Awaitable[None]]


@dataclass
class Line:
    """One connection as the gateway sees it."""

    socket: web.WebSocketResponse
    acks: asyncio.Queue[Row] = field(default_factory=asyncio.Queue)

    async def push(self, frame: Row | str) -> None:
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def asked(self, frame: Row) -> Row:
        """What comes back to a frame."""
        await self.push(frame)
        async with asyncio.timeout(5):
            return await self.acks.get()


@dataclass
class Double:
    """The gateway: what each connection is put through, and what was asked of it."""

    plays: list[Play] = field(default_factory=list)
    opened: list[Row] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    endpoint: str = ""
    tickets: set[str] = field(default_factory=set)
    lines: asyncio.Queue[Line] = field(default_factory=asyncio.Queue)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1.0/gateway/connections/open", self.open)
        app.router.add_get("/connect", self.connect)
        return app

    async def open(self, request: web.Request) -> web.StreamResponse:
        self.opened.append(await request.json())
        self.headers.append(dict(request.headers))
        if self.refusals:
            status, text = self.refusals.pop(0)
            return web.Response(status=status, text=text)
        ticket = f"t+{len(self.opened)}&x"
        self.tickets.add(ticket)
        endpoint = self.endpoint or f"ws://127.0.0.1:{request.url.port}/connect"
        return web.json_response({"endpoint": endpoint, "ticket": ticket})

    async def connect(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=403)
        self.tickets.remove(request.query["ticket"])
        socket = web.WebSocketResponse(autoping=not self.deaf)
        await socket.prepare(request)
        line = Line(socket)
        await self.lines.put(line)
        if self.plays:
            await self.plays.pop(0)(line)
        async for got in socket:
            if got.type is aiohttp.WSMsgType.TEXT:
                await line.acks.put(json.loads(got.data))
        return socket

    deaf: bool = False

    async def next(self) -> Line:
        """The next connection that is made."""
        async with asyncio.timeout(5):
            return await self.lines.get()


@dataclass
class Ears:
    """What the bot would do, as simply as can be."""

    heard: list[Row] = field(default_factory=list)
    events: list[tuple[Row, Row]] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    response: Row = field(default_factory=dict)
    fine: bool = True
    gate: asyncio.Event | None = None
    written: asyncio.Event = field(default_factory=asyncio.Event)

    async def message(self, row: Row) -> None:
        if self.gate:
            await self.gate.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        self.heard.append(row)

    async def press(self, row: Row) -> Answer:
        await self.message(row)
        return Answer(self.response, self.then)

    async def then(self) -> None:
        self.written.set()

    async def happening(self, headers: Row, row: Row) -> bool:
        self.events.append((headers, row))
        return self.fine


@pytest.fixture
def double() -> Double:
    return Double()


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def server(double: Double) -> AsyncIterator[TestServer]:
    server = TestServer(double.app(), host="127.0.0.1")
    async with server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def gateway(session: aiohttp.ClientSession, server: TestServer, heartbeat: float = 30.0) -> Gateway:
    return Gateway(session, ROBOT, SECRET, str(server.make_url("/")), heartbeat=heartbeat)


@asynccontextmanager
async def listening(stream: Stream) -> AsyncIterator[None]:
    task = asyncio.create_task(stream.forever())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def line(
    double: Double, ears: Ears, server: TestServer, session: aiohttp.ClientSession
) -> AsyncIterator[Line]:
    """An open connection."""
    async with listening(Stream("ding", gateway(session, server), ears, QUICK)):
        yield await double.next()


def callback(row: Row, topic: str = MESSAGES, message_id: str = "cb1") -> Row:
    headers = {"topic": topic, "messageId": message_id, "contentType": "application/json"}
    return {"specVersion": "1.0", "type": "CALLBACK", "headers": headers, "data": json.dumps(row)}


def system(topic: str, data: str = "{}") -> Row:
    return {"type": "SYSTEM", "headers": {"topic": topic, "messageId": "s1"}, "data": data}


async def test_it_opens_as_the_gateway_wants(line: Line, double: Double) -> None:
    (asked,) = double.opened

    assert (asked["clientId"], asked["clientSecret"]) == (ROBOT, SECRET)
    assert {(one["type"], one["topic"]) for one in asked["subscriptions"]} == {
        ("EVENT", "*"), ("CALLBACK", MESSAGES), ("CALLBACK", PRESSES),
    }  # fmt: skip
    assert double.headers[0]["Accept"] == "application/json"


@pytest.mark.parametrize("vector", of_kind("stream_frame"), ids=lambda vector: vector["id"])
async def test_a_golden_frame_gets_its_golden_answer(line: Line, ears: Ears, vector: Vector) -> None:
    handler, wanted = vector["input"].get("handler", {}), vector["expect"]["ack"]
    ears.response = card_answer(handler.get("public", {}), handler.get("private"))
    ears.fine = handler.get("result") != "fail"

    ack = await line.asked(vector["input"]["frame"])

    assert ack["code"] in wanted.get("code_any_of", [wanted.get("code")])
    assert wanted["headers"].items() <= ack["headers"].items()
    assert isinstance(ack["data"], str)
    data = json.loads(ack["data"])
    assert data == wanted.get("data_json", data)
    assert wanted.get("data_json_contains", {}).items() <= data.items()
    assert wanted.get("data_json_has_key", next(iter(data))) in data


async def test_the_golden_click_is_read_whole(line: Line, ears: Ears) -> None:
    vector = named("stream-card-action")

    await line.asked(vector["input"]["frame"])

    (row,), facts = ears.heard, vector["expect"]["facts"]
    inside = json.loads(row["content"])["cardPrivateData"]
    assert (row["outTrackId"], row["userId"]) == (facts["out_track_id"], facts["user_id"])
    assert (inside["actionIds"], inside["params"]) == (facts["action_ids"], facts["params"])


async def test_a_message_is_acknowledged_when_it_is_committed_and_not_before(line: Line, ears: Ears) -> None:
    ears.gate = asyncio.Event()
    await line.push(callback(message()))

    assert (await line.asked(system("ping", '{"opaque":"x"}')))["headers"]["messageId"] == "s1"

    ears.gate.set()
    async with asyncio.timeout(5):
        ack = await line.acks.get()
    assert (ack["code"], ack["headers"]["messageId"], ack["data"]) == (200, "cb1", '{"response":null}')


@pytest.mark.parametrize("trouble", [ComeAgain("busy"), RuntimeError("a bug")], ids=["busy", "bug"])
async def test_what_was_not_committed_is_not_acknowledged(line: Line, ears: Ears, trouble: Exception) -> None:
    ears.troubles = [trouble]

    await line.push(callback(message(), message_id="first"))
    again = await line.asked(callback(message(), message_id="second"))

    assert again["headers"]["messageId"] == "second"
    assert len(ears.heard) == 1


async def test_the_same_message_on_two_pushes_has_one_name(line: Line, ears: Ears) -> None:
    for push in ("first", "second"):
        await line.asked(callback(message(), message_id=push))

    first, second = (read_message(row, HERE, SIGNER, NOW).key for row in ears.heard)
    assert first == second


async def test_what_is_not_for_us_is_answered_and_does_not_come_again(line: Line, ears: Ears) -> None:
    ears.troubles = [BadCallback("meant for another corp", 403)]

    assert (await line.asked(callback(message())))["code"] == 400


@pytest.mark.parametrize(
    "data", ["", "{", "[]", '"{}"', '{"a":1,"a":2}', '{"content":' * 5000, '{"x":"' + "y" * 70_000 + '"}'],
    ids=lambda data: data[:12],
)  # fmt: skip
@pytest.mark.parametrize("topic", [MESSAGES, PRESSES])
async def test_json_gone_wrong_is_answered(line: Line, ears: Ears, topic: str, data: str) -> None:
    ears.troubles = [BadCallback("no such thing")]

    ack = await line.asked(callback({}, topic) | {"data": data})

    assert ack["code"] == 400


@pytest.mark.parametrize(
    "frame", ["", "[]", "{", '{"type":7,"headers":[]}', '{"headers":{"messageId":"' + "m" * 999 + '"}}']
)
async def test_what_is_no_frame_harms_nobody(line: Line, frame: str) -> None:
    await line.push(frame)

    ack = await line.asked(system("ping", '{"opaque":"y"}'))
    while ack["code"] == 404:
        ack = await line.acks.get()
    assert json.loads(ack["data"]) == {"opaque": "y"}


async def test_an_unknown_topic_is_told_so(line: Line) -> None:
    assert (await line.asked(callback({}, "/v1.0/graph/api/invoke")))["code"] == 404


async def test_unknown_talk_of_the_system_is_ignored(line: Line) -> None:
    await line.push(system("KEEPALIVE"))

    assert (await line.asked(system("ping")))["headers"]["messageId"] == "s1"


async def test_after_goodbye_a_new_connection_is_there_at_once_and_the_old_one_still_acknowledges(
    line: Line, ears: Ears, double: Double
) -> None:
    ears.gate = asyncio.Event()
    await line.push(callback(message()))
    await line.push(system("disconnect", '{"reason":"connection is expired"}'))

    fresh = await double.next()
    ears.gate.set()

    async with asyncio.timeout(5):
        assert (await line.acks.get())["headers"]["messageId"] == "cb1"
    assert (await fresh.asked(callback(message(), message_id="cb2")))["headers"]["messageId"] == "cb2"


async def test_goodbye_needs_no_pause_and_a_clean_close_does(
    double: Double, ears: Ears, server: TestServer, session: aiohttp.ClientSession
) -> None:
    never = Patience(first=3600.0, longest=3600.0, denied=3600.0)
    async with listening(Stream("ding", gateway(session, server), ears, never)):
        first = await double.next()
        await first.push(system("disconnect"))
        second = await double.next()
        await second.socket.close()

        # A third would take an hour; the second has ended, so nothing else is under way.
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await double.lines.get()
    assert len(double.opened) == 2


async def test_a_flapping_gateway_is_not_stormed(
    double: Double, ears: Ears, server: TestServer, session: aiohttp.ClientSession
) -> None:
    async def goodbye(line: Line) -> None:
        await line.push(system("disconnect"))

    double.plays = [goodbye] * 1000
    patience = Patience(first=0.05, longest=3600.0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.0):
            await Stream("ding", gateway(session, server), ears, patience).forever()

    assert 2 <= len(double.opened) <= 7


def test_pauses_grow_to_a_minute_and_differ() -> None:
    patience = Patience()
    pauses = [[patience.pause(failures) for _ in range(50)] for failures in range(80)]

    assert all(0.5 <= pause <= 1.0 for pause in pauses[0])
    assert all(30.0 <= pause <= 60.0 for late in pauses[7:] for pause in late)
    assert len(set(pauses[9])) > 10


async def test_refused_credentials_are_tried_slowly(
    double: Double, ears: Ears, server: TestServer, session: aiohttp.ClientSession
) -> None:
    double.refusals = [(401, '{"code":"authFailed"}')] * 100
    patience = Patience(first=0.001, longest=0.001, denied=3600.0)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await Stream("ding", gateway(session, server), ears, patience).forever()

    assert len(double.opened) == 1


@pytest.mark.parametrize("refusal", [(503, "<html>busy</html>"), (400, "?"), (200, "<xml/>"), (200, "{}")])
async def test_a_gateway_that_answers_rubbish_is_tried_again(
    double: Double,
    ears: Ears,
    server: TestServer,
    session: aiohttp.ClientSession,
    refusal: tuple[int, str],
) -> None:
    double.refusals = [refusal]

    async with listening(Stream("ding", gateway(session, server), ears, QUICK)):
        line = await double.next()
        assert (await line.asked(callback(message())))["code"] == 200


async def test_a_used_ticket_is_not_used_again(
    double: Double, server: TestServer, session: aiohttp.ClientSession
) -> None:
    double.endpoint = str(server.make_url("/connect")).replace("http", "ws") + "?ticket=stolen"

    line = await gateway(session, server).open()
    await line.close()

    double.endpoint = str(server.make_url("/nowhere")).replace("http", "ws")
    with pytest.raises(NotOpened) as refusal:
        await gateway(session, server).open()
    assert "t+" not in str(refusal.value) + repr(refusal.value.__context__)


@pytest.mark.parametrize(
    "endpoint",
    [
        "ws://evil.example/connect",
        "wss://127.0.0.1/connect",
        "http://127.0.0.1/",
        "ws://u:p@127.0.0.1/",
        "ws://[",
        "",
    ],
)
async def test_a_ticket_goes_to_no_other_host(
    double: Double, server: TestServer, session: aiohttp.ClientSession, endpoint: str
) -> None:
    double.endpoint = endpoint or "nothing"

    with pytest.raises(NotOpened):
        await gateway(session, server).open()


def test_the_gateways_host_lies_in_the_domain_of_the_api() -> None:
    trusted = {
        "wss://wss-open-connection.dingtalk.com:443/connect": True,
        "wss://api.dingtalk.com/connect": True,
        "ws://wss-open-connection.dingtalk.com/connect": False,
        "wss://dingtalk.com.evil.example/connect": False,
        "wss://evildingtalk.com/connect": False,
    }
    made = Gateway.__new__(Gateway)
    made._base = URL("https://api.dingtalk.com")

    for endpoint, expected in trusted.items():
        assert made._trusts(URL(endpoint)) is expected, endpoint


async def test_a_silent_socket_is_given_up(
    double: Double, ears: Ears, server: TestServer, session: aiohttp.ClientSession
) -> None:
    double.deaf = True
    async with listening(Stream("ding", gateway(session, server, heartbeat=0.1), ears, QUICK)):
        await double.next()
        double.deaf = False
        fresh = await double.next()
        assert (await fresh.asked(callback(message())))["code"] == 200


async def test_cancelling_ends_at_once_whatever_is_in_hand(
    double: Double, ears: Ears, server: TestServer, session: aiohttp.ClientSession
) -> None:
    ears.gate = asyncio.Event()
    task = asyncio.create_task(Stream("ding", gateway(session, server), ears, QUICK).forever())
    line = await double.next()
    await line.push(callback(message()))
    await line.asked(system("ping"))

    task.cancel()
    async with asyncio.timeout(1.0):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not [one for one in asyncio.all_tasks() if "_carry_out" in repr(one)]


async def test_no_secret_is_logged(line: Line, double: Double, capsys: pytest.CaptureFixture[str]) -> None:
    await line.socket.close()
    await double.next()

    said = "".join(capsys.readouterr())
    assert SECRET not in said
    assert "ticket" not in said


async def test_a_click_is_answered_with_the_cards_new_state(line: Line, ears: Ears) -> None:
    ears.response = card_answer({"status": "已完成"})

    ack = await line.asked(callback(pressed("x"), PRESSES))

    inside = json.loads(ack["data"])["response"]
    assert inside["cardData"]["cardParamMap"] == {"status": "已完成"}
    async with asyncio.timeout(5):
        await ears.written.wait()
