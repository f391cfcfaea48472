"""The client and the connection against a small real server that behaves, and misbehaves, like WeCom."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiolimiter import AsyncLimiter

from bot.event import Kind
from bot.platforms.wecom.client import Sent, WeComClient
from bot.platforms.wecom.codes import Configuration, Dead, Exists, Expired, Outcome, Retry, Unknown
from bot.platforms.wecom.connection import WeComConnection
from bot.platforms.wecom.crypto import BadCallback
from bot.platforms.wecom.limits import Pace
from cards.model import Card, Line, Text
from tests.platforms.wecom_post import AES_KEY, AGENT, CORP, NOW, SIGNER, TOKEN, post, query, said, sealed

SECRET = "s3cr3t-of-the-app"
HI = {"msgtype": "text", "text": {"content": "你好"}}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Clock:
    """Real time that moves when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class Pretend:
    """WeCom, with a ledger of what it was asked and a list of answers to give first."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    logins: int = 0
    login_answer: dict[str, Any] | Answer | None = None
    answers: list[dict[str, Any] | Answer] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/cgi-bin/gettoken", self.gettoken)
        app.router.add_post("/cgi-bin/message/send", self.send)
        app.router.add_post("/cgi-bin/message/update_template_card", self.update)
        return app

    async def gettoken(self, request: web.Request) -> web.StreamResponse:
        self.logins += 1
        if callable(self.login_answer):
            return await self.login_answer(request)
        if self.login_answer:
            return web.json_response(self.login_answer)
        if request.query["corpsecret"] != SECRET or request.query["corpid"] != CORP:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        token = f"token-{self.logins}"
        self.tokens.append(token)
        self.good = {token}
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})

    async def send(self, request: web.Request) -> web.StreamResponse:
        told = await self.answer(request, self.sent)
        return told or web.json_response(
            {"errcode": 0, "errmsg": "ok", "msgid": f"m{len(self.sent)}", "response_code": "rc"}
        )

    async def update(self, request: web.Request) -> web.StreamResponse:
        return await self.answer(request, self.updates) or web.json_response({"errcode": 0, "errmsg": "ok"})

    async def answer(self, request: web.Request, ledger: list[dict[str, Any]]) -> web.StreamResponse | None:
        body = json.loads(await request.read())
        if request.query.get("access_token") not in self.good:
            return web.json_response({"errcode": 42001, "errmsg": "access_token expired, hint: [1_2]"})
        if self.answers:
            answer = self.answers.pop(0)
            return await answer(request) if callable(answer) else web.json_response(answer)
        ledger.append(body)
        return None


@pytest.fixture
def pretend() -> Pretend:
    return Pretend()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def server(pretend: Pretend) -> AsyncIterator[TestServer]:
    server = TestServer(pretend.app(), host="127.0.0.1")
    async with server:
        yield server


@pytest.fixture
def client(session: aiohttp.ClientSession, server: TestServer, clock: Clock) -> WeComClient:
    return made(session, str(server.make_url("/cgi-bin")), clock)


def made(
    session: aiohttp.ClientSession, api_base: str, clock: Clock, *, secret: str = SECRET, total: float = 5.0
) -> WeComClient:
    return WeComClient(
        session,
        corp_id=CORP,
        agent_id=AGENT,
        secret=secret,
        api_base=api_base,
        clock=clock,
        timeout=aiohttp.ClientTimeout(total=total),
        limiter=AsyncLimiter(1000, 1),
    )


async def failing(call: Awaitable[Sent]) -> Outcome:
    """The outcome of a call that fails, which never tells a token or the secret."""
    with pytest.raises(Outcome) as failure:
        await call
    words = "".join(traceback.format_exception(failure.value)) + repr(failure.value)
    assert failure.value.__context__ is None or isinstance(failure.value.__context__, Outcome)
    assert "token-" not in words
    assert SECRET not in words
    return failure.value


# What goes well


async def test_a_message_is_sent_with_what_wecom_wants(client: WeComClient, pretend: Pretend) -> None:
    sent = await client.send(["ZhangSan", "lisi"], HI)

    assert sent == Sent("m1", "rc")
    assert pretend.sent == [
        {
            "touser": "ZhangSan|lisi",
            "agentid": AGENT,
            **HI,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 14_400,
        }
    ]


async def test_a_base_without_a_path_means_the_usual_one(
    session: aiohttp.ClientSession, server: TestServer, clock: Clock, pretend: Pretend
) -> None:
    await made(session, str(server.make_url("/")), clock).send(["li"], HI, dedupe=0)

    assert "enable_duplicate_check" not in pretend.sent[0]


async def test_recipients_left_out_are_named(client: WeComClient, pretend: Pretend) -> None:
    pretend.answers = [
        {"errcode": 0, "invaliduser": "WangWu|", "unlicenseduser": "zhao|qian", "msgid": 5},
        {"errcode": 0, "invaliduser": ["WangWu", 7]},
    ]

    assert await client.send(["wangwu", "li"], HI) == Sent(invalid=("wangwu", "zhao", "qian"))
    updated = await client.update_card(["wangwu"], {"button": {"replace_name": "x"}}, response_code="rc")
    assert updated.invalid == ("wangwu",)


@pytest.mark.parametrize("userid", ["@all", "a|b", "", "张三", "a b", "x" * 65])
async def test_nobody_but_the_one_meant_is_addressed(
    client: WeComClient, pretend: Pretend, userid: str
) -> None:
    assert isinstance(await failing(client.send([userid], HI)), Dead)
    assert isinstance(await failing(client.update_card(["li", userid], {}, response_code="rc")), Dead)
    assert isinstance(await failing(client.send([], HI)), Dead)
    assert not pretend.sent


# The token


async def test_one_token_serves_many_calls(client: WeComClient, pretend: Pretend) -> None:
    await asyncio.gather(*(client.send(["li"], HI) for _ in range(20)))

    assert pretend.logins == 1


async def test_a_hundred_calls_with_an_expired_token_refresh_it_once(
    client: WeComClient, pretend: Pretend
) -> None:
    await client.check()
    pretend.good.clear()

    await asyncio.gather(*(client.send(["li"], HI) for _ in range(100)))

    assert pretend.logins == 2
    assert len(pretend.sent) == 100


async def test_a_hundred_calls_refresh_once_even_if_the_same_token_comes_back(
    client: WeComClient, pretend: Pretend
) -> None:
    await client.check()
    pretend.good.clear()
    pretend.login_answer = {"errcode": 0, "access_token": "token-1", "expires_in": 100}

    failures = await asyncio.gather(*(failing(client.send(["li"], HI)) for _ in range(100)))

    assert pretend.logins == 2
    assert {type(failure) for failure in failures} == {Retry}


async def test_a_call_that_learns_late_of_an_old_token_keeps_the_new_one(
    client: WeComClient, pretend: Pretend
) -> None:
    """Its answer was held back while others had already refreshed: no second refresh follows."""
    await client.check()
    held, arrived = asyncio.Event(), asyncio.Event()

    async def late(_: web.Request) -> web.StreamResponse:
        arrived.set()
        await held.wait()
        return web.json_response({"errcode": 42001, "errmsg": "access_token expired"})

    pretend.answers = [late]
    slow = asyncio.create_task(client.send(["li"], HI))
    await arrived.wait()
    pretend.good.clear()
    await client.send(["zhang"], HI)
    held.set()
    await slow

    assert pretend.logins == 2
    assert pretend.good == {"token-2"}
    assert len(pretend.sent) == 2


@pytest.mark.parametrize(("passed", "logins"), [(6899, 1), (6901, 2), (7300, 2)])
async def test_a_token_is_renewed_five_minutes_ahead(
    client: WeComClient, pretend: Pretend, clock: Clock, passed: int, logins: int
) -> None:
    await client.check()
    clock.now += passed

    await client.send(["li"], HI)

    assert pretend.logins == logins


async def test_while_renewing_fails_the_old_token_serves_to_its_end(
    client: WeComClient, pretend: Pretend, clock: Clock
) -> None:
    await client.check()
    pretend.login_answer = {"errcode": -1, "errmsg": "system busy"}
    clock.now += 6901

    for _ in range(20):
        await client.send(["li"], HI)
    assert pretend.logins == 2
    clock.now += 300
    assert isinstance(await failing(client.send(["li"], HI)), Retry)


async def test_a_token_about_to_end_is_not_asked_for_at_every_call(
    client: WeComClient, pretend: Pretend, clock: Clock
) -> None:
    """WeCom gives the same token with the rest of its time while it is valid."""
    pretend.good = {"token-x"}
    pretend.login_answer = {"errcode": 0, "access_token": "token-x", "expires_in": 200}
    for _ in range(20):
        await client.send(["li"], HI)

    assert pretend.logins == 1


async def test_a_wrong_secret_is_tried_three_times_in_ten_minutes(
    session: aiohttp.ClientSession, server: TestServer, clock: Clock, pretend: Pretend
) -> None:
    client = made(session, str(server.make_url("/cgi-bin")), clock, secret="wrong")
    for _ in range(60):
        failures = await asyncio.gather(*(failing(client.send(["li"], HI)) for _ in range(5)))
        assert {type(failure) for failure in failures} == {Configuration}
        assert "Secret" in failures[0].reason
        clock.now += 9.9

    assert 1 <= pretend.logins <= 3
    clock.now += 600
    await failing(client.send(["li"], HI))
    assert pretend.logins <= 4


async def test_a_secret_that_is_revoked_stops_the_calls(client: WeComClient, pretend: Pretend) -> None:
    await client.check()
    pretend.good.clear()
    pretend.login_answer = {"errcode": 40001, "errmsg": "invalid credential"}

    failures = await asyncio.gather(*(failing(client.send(["li"], HI)) for _ in range(20)))

    assert {type(failure) for failure in failures} == {Configuration}
    assert pretend.logins == 2


async def test_logging_in_too_often_keeps_quiet_for_an_hour(
    client: WeComClient, pretend: Pretend, clock: Clock
) -> None:
    pretend.login_answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
    for _ in range(5):
        failure = await failing(client.send(["li"], HI))
        assert isinstance(failure, Retry)
        clock.now += 600
    assert pretend.logins == 1
    clock.now -= 7200

    pretend.login_answer = None
    await client.send(["li"], HI)


LOGINS: list[dict[str, Any]] = [
    {"errcode": None},
    {"errcode": 0},
    {"errcode": 0, "access_token": "", "expires_in": 7200},
    {"errcode": 0, "access_token": "t", "expires_in": "7200"},
    {"errcode": 0, "access_token": "t", "expires_in": 0},
]


@pytest.mark.parametrize("answer", LOGINS)
async def test_an_odd_answer_to_the_login_is_tried_again_later(
    client: WeComClient, pretend: Pretend, answer: dict[str, Any]
) -> None:
    pretend.login_answer = answer

    failures = await asyncio.gather(*(failing(client.send(["li"], HI)) for _ in range(50)))

    assert {type(failure) for failure in failures} == {Retry}
    assert pretend.logins == 1


# What goes wrong


@pytest.mark.parametrize(
    ("code", "kind", "after"),
    [
        (-1, Retry, 2),
        (45009, Retry, 60),
        (45033, Retry, 5),
        (60020, Configuration, 300),
        (301002, Configuration, 300),
        (81013, Dead, 0),
        (60111, Dead, 0),
        (12345, Dead, 0),
    ],
)
async def test_a_code_becomes_its_outcome(
    client: WeComClient, pretend: Pretend, code: int, kind: type[Outcome], after: float
) -> None:
    pretend.answers = [{"errcode": code, "errmsg": "no"}]

    failure = await failing(client.send(["li"], HI))

    assert (type(failure), failure.after) == (kind, after)


async def test_a_task_known_already_means_an_earlier_try_worked(
    client: WeComClient, pretend: Pretend
) -> None:
    pretend.answers = [{"errcode": 42014, "errmsg": "invalid task_id"}]

    assert await client.send(["li"], HI) == Sent(repeated=True)
    assert issubclass(Exists, Outcome)


async def test_a_used_code_means_done_after_a_time_out_and_a_fresh_card_otherwise(
    client: WeComClient, pretend: Pretend
) -> None:
    pretend.answers = [{"errcode": 60140, "errmsg": "invalid response_code"}] * 2
    change = {"button": {"replace_name": "已同意"}}

    assert isinstance(await failing(client.update_card(["li"], change, response_code="rc")), Expired)
    assert (await client.update_card(["li"], change, response_code="rc", again=True)).repeated


def status(code: int, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text='{"errcode":0}', headers=headers)

    return answer


def text(words: str | bytes) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=words if isinstance(words, bytes) else words.encode())

    return answer


async def truncated(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"errcode":0,')
    assert request.transport
    request.transport.abort()
    return response


async def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


ODD: dict[str, tuple[Answer, type[Outcome]]] = {
    "500": (status(500), Unknown),
    "502": (status(502), Unknown),
    "503": (status(503), Retry),
    "429": (status(429), Retry),
    "404": (status(404), Configuration),
    "redirect": (status(302, Location="http://169.254.169.254/latest"), Retry),
    "compressed": (status(200, **{"Content-Encoding": "identity2"}), Unknown),
    "HTML": (text("<html>登录</html>"), Unknown),
    "empty": (text(""), Unknown),
    "half": (text('{"errcode":0'), Unknown),
    "list": (text("[0]"), Unknown),
    "no code": (text('{"errmsg":"ok"}'), Unknown),
    "code as text": (text('{"errcode":"0"}'), Unknown),
    "code as truth": (text('{"errcode":false}'), Unknown),
    "deep": (text("[" * 100_000), Unknown),
    "long number": (text('{"errcode":' + "1" * 10_000 + "}"), Unknown),
    "not UTF-8": (text(b'{"errcode":0,"errmsg":"\xff"}'), Unknown),
    "truncated": (truncated, Unknown),
    "reset": (reset, Unknown),
}


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_answer_is_an_outcome(client: WeComClient, pretend: Pretend, name: str) -> None:
    answer, kind = ODD[name]
    pretend.answers = [answer]

    assert type(await failing(client.send(["li"], HI))) is kind

    await client.send(["li"], HI)
    assert len(pretend.sent) == 1


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_answer_to_the_login_has_had_no_effect(
    client: WeComClient, pretend: Pretend, name: str
) -> None:
    pretend.login_answer, kind = ODD[name]

    assert type(await failing(client.send(["li"], HI))) is (Configuration if kind is Configuration else Retry)


async def test_an_endless_answer_is_cut_off(client: WeComClient, pretend: Pretend) -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(50):
            await response.write(b" " * 1_000_000)
            written += 1
        return response

    pretend.answers = [endless]

    assert isinstance(await failing(client.send(["li"], HI)), Unknown)
    assert written < 50


async def test_silence_is_unknown(
    session: aiohttp.ClientSession, server: TestServer, clock: Clock, pretend: Pretend
) -> None:
    client = made(session, str(server.make_url("/cgi-bin")), clock, total=0.2)
    await client.check()
    over = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    pretend.answers = [silent]

    assert isinstance(await failing(client.send(["li"], HI)), Unknown)
    over.set()


async def test_nobody_listening_is_worth_another_try(session: aiohttp.ClientSession, clock: Clock) -> None:
    async with TestServer(Pretend().app(), host="127.0.0.1") as gone:
        base = str(gone.make_url("/cgi-bin"))

    assert isinstance(await failing(made(session, base, clock).send(["li"], HI)), Retry)


async def test_an_untrusted_certificate_is_a_setting(
    session: aiohttp.ClientSession, server: TestServer, clock: Clock
) -> None:
    base = str(server.make_url("/cgi-bin")).replace("http:", "https:")

    failure = await failing(made(session, base, clock).send(["li"], HI))

    assert isinstance(failure, Configuration)
    assert "证书" in failure.reason


async def test_nothing_secret_is_logged(
    client: WeComClient, pretend: Pretend, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pretend.answers = [reset, text("<html>")]
    for _ in range(2):
        await failing(client.send(["li"], HI))
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]

    assert all("token-" not in record.getMessage() and SECRET not in record.getMessage() for record in ours)


@pytest.mark.parametrize(
    "base", ["", "ftp://a", "https://", "https://u:p@a", "https://a/b?c=d", "//a", "a.b"]
)
async def test_an_address_that_cannot_be_one_stops_the_start(
    session: aiohttp.ClientSession, clock: Clock, base: str
) -> None:
    with pytest.raises(ValueError):
        made(session, base, clock)


# The connection as a whole


@pytest.fixture
def connection(session: aiohttp.ClientSession, server: TestServer, clock: Clock) -> WeComConnection:
    return connected(session, str(server.make_url("/cgi-bin")), clock)


def connected(session: aiohttp.ClientSession, api_base: str, clock: Clock, **changes: Any) -> WeComConnection:
    settings: dict[str, Any] = {
        "name": "main",
        "corp_id": CORP,
        "agent_id": AGENT,
        "secret": SECRET,
        "token": TOKEN,
        "encoding_aes_key": AES_KEY,
        "public_url": "",
    } | changes
    return WeComConnection(
        **settings, api_base=api_base, signer=SIGNER, session=session, clock=clock, pace=Pace(clock)
    )


async def test_a_connection_reads_and_echoes(connection: WeComConnection) -> None:
    event = connection.read(*post(said("<Content>hi</Content><MsgId>5</MsgId>")), NOW)
    echo = sealed("4012887365012345678")

    assert (event.key, event.kind, event.text) == ("wecom:main:5", Kind.TEXT, "hi")
    assert connection.echo([*query(echo), ("echostr", echo)], NOW) == "4012887365012345678"
    with pytest.raises(BadCallback):
        connection.read([], b"", NOW)


async def test_a_repeated_delivery_is_the_same_to_the_byte(
    connection: WeComConnection, pretend: Pretend, clock: Clock
) -> None:
    for name in ("t-1", "t-1", "t-2"):
        await connection.deliver("ZhangSan", Text("请尽快处理"), task_id=name)
        clock.now += 120

    assert pretend.sent[0] == pretend.sent[1] != pretend.sent[2]


async def test_a_long_message_goes_out_in_parts(connection: WeComConnection, pretend: Pretend) -> None:
    sent = await connection.deliver("li", Text("长" * 2000), task_id="t-1")

    assert [body["text"]["content"][:6] for body in pretend.sent] == [
        "(1/4)\n",
        "(2/4)\n",
        "(3/4)\n",
        "(4/4)\n",
    ]
    assert sent.msgid == "m4"


async def test_the_thirty_first_message_waits_and_is_not_lost(
    connection: WeComConnection, pretend: Pretend, clock: Clock
) -> None:
    for number in range(30):
        await connection.deliver("li", Text("x"), task_id=f"t-{number}")

    failure = await failing(connection.deliver("LI", Text("x"), task_id="t-31"))
    assert (type(failure), failure.after) == (Retry, 60)
    clock.now += failure.after
    await connection.deliver("li", Text("x"), task_id="t-31")
    assert len(pretend.sent) == 31


async def test_a_member_left_out_is_not_reached(connection: WeComConnection, pretend: Pretend) -> None:
    pretend.answers = [{"errcode": 0, "unlicenseduser": "zhangsan", "msgid": "m"}]

    assert isinstance(await failing(connection.deliver("ZhangSan", Text("x"), task_id="t")), Dead)


async def test_an_update_replaces_the_card(connection: WeComConnection, pretend: Pretend) -> None:
    settled = Card("工单", lines=(Line("状态", "已同意"),), settled="已同意")

    await connection.update("li", settled, response_code="rc_1")

    request = pretend.updates[0]
    assert (request["userids"], request["agentid"], request["response_code"]) == (["li"], AGENT, "rc_1")
    assert request["template_card"]["replace_text"] == "已同意"


async def test_two_connections_with_equal_keys_refuse_each_others_callbacks(
    session: aiohttp.ClientSession, server: TestServer, clock: Clock
) -> None:
    other = connected(session, str(server.make_url("/cgi-bin")), clock, name="other", agent_id=AGENT + 1)

    with pytest.raises(BadCallback) as refusal:
        other.read(*post(said("<Content>hi</Content>")), NOW)

    assert refusal.value.status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"corp_id": ""},
        {"secret": ""},
        {"agent_id": 0},
        {"token": ""},
        {"encoding_aes_key": "x"},
        {"public_url": "javascript:alert(1)"},
        {"public_url": "https://a.invalid/" + "x" * 2048},
    ],
)
async def test_settings_that_cannot_be_right_stop_the_start(
    session: aiohttp.ClientSession, server: TestServer, clock: Clock, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError):
        connected(session, str(server.make_url("/cgi-bin")), clock, **wrong)
