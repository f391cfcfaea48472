"""A smart bot in callback mode that reads and seals with wechatpy, so that others judge the envelopes."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechatpy.crypto import _get_signature
from wechatpy.work.crypto import PrpCrypto, WeChatCrypto

from sandbox.aibot.bots import Bot, Group
from tests.sandbox.company import AES_KEY, TOKEN

Body = dict[str, Any]
Answer = Callable[["SmallAibot", Body], Awaitable[Body | None]]

BOT = Bot("aib_demo_01", "小二", TOKEN, AES_KEY, "long-secret")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
GROUP = Group("wrSALES01", "华东销售群", ("ChenSiyu", "WuGuoqiang"))


async def nothing(_bot: "SmallAibot", _body: Body) -> Body | None:
    """Accepted, nothing to say."""
    return None


class SmallAibot:
    """Keeps what it received. `answer` and the `spoiled` fields of the envelope may be set by a test."""

    def __init__(self) -> None:
        self.crypto = WeChatCrypto(TOKEN, AES_KEY, "")
        self.bodies: list[Body] = []
        self.queries: list[dict[str, str]] = []
        self.raw: list[bytes] = []
        self.answer: Answer = nothing
        self.spoiled: Body = {}
        self.echo_suffix = ""
        self.url = ""

    @property
    def last(self) -> Body:
        """The newest callback."""
        return self.bodies[-1]

    def of_type(self, msgtype: str) -> list[Body]:
        """The callbacks of one msgtype."""
        return [body for body in self.bodies if body["msgtype"] == msgtype]

    async def verify(self, request: web.Request) -> web.Response:
        """Answer the verification of the address."""
        q = request.query
        echo = self.crypto.check_signature(q["msg_signature"], q["timestamp"], q["nonce"], q["echostr"])
        return web.Response(text=echo + self.echo_suffix)

    async def receive(self, request: web.Request) -> web.Response:
        """Decrypt, remember, answer sealed."""
        q = request.query
        raw = await request.read()
        envelope = {"Encrypt": json.loads(raw)["encrypt"]}
        text = self.crypto.decrypt_message(envelope, q["msg_signature"], q["timestamp"], q["nonce"])
        self.queries.append(dict(q))
        self.raw.append(raw)
        self.bodies.append(json.loads(text))
        body = await self.answer(self, self.last)
        return web.Response() if body is None else web.json_response(self.sealed(body, q["nonce"]))

    def sealed(self, body: Body, nonce: str) -> Body:
        """The envelope of a passive reply, with what a test spoils in it."""
        encrypted = PrpCrypto(self.crypto.key).encrypt(json.dumps(body), "").decode()
        signature = _get_signature(TOKEN, "1764000006", nonce, encrypted)
        whole = {"encrypt": encrypted, "msgsignature": signature, "timestamp": 1764000006, "nonce": nonce}
        return {**whole, **self.spoiled}


def stream(words: str, *, finish: bool = True, name: str = "st-1", **more: Any) -> Body:
    """A stream reply."""
    return {"msgtype": "stream", "stream": {"id": name, "finish": finish, "content": words, **more}}


def always(body: Body | None) -> Answer:
    """Always that answer."""

    async def answer(_bot: SmallAibot, _body: Body) -> Body | None:
        return body

    return answer


@asynccontextmanager
async def small_aibot(kind: type[SmallAibot] = SmallAibot) -> AsyncIterator[SmallAibot]:
    """Serve it on a free port."""
    bot = kind()
    app = web.Application()
    app.router.add_get("/callback", bot.verify)
    app.router.add_post("/callback", bot.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callback"
    try:
        yield bot
    finally:
        await runner.cleanup()


async def fetched(session: aiohttp.ClientSession, url: str) -> tuple[int, bytes]:
    """Status and bytes behind an address."""
    async with session.get(url) as response:
        return response.status, await response.read()


def decrypted(sealed: bytes, key: bytes) -> bytes:
    """A file as its sender had it, by another road than the sandbox's."""
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    body = decryptor.update(sealed) + decryptor.finalize()
    assert len(body) % 32 == 0
    return body[: -body[-1]]
