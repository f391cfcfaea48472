"""A bot of a few lines that reads callbacks with wechatpy, so that the sandbox is judged by somebody else."""

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from wechatpy.work.crypto import WeChatCrypto

from tests.sandbox.company import AES_KEY, CORP_ID, TOKEN

Answer = Callable[["SmallBot", ET.Element], Awaitable[web.StreamResponse]]


async def empty(_bot: "SmallBot", _message: ET.Element) -> web.StreamResponse:
    """Accepted, nothing to say."""
    return web.Response()


class SmallBot:
    """Keeps what it received; `answer` may be exchanged by a test."""

    def __init__(self) -> None:
        self.crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
        self.messages: list[ET.Element] = []
        self.queries: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.answer: Answer = empty
        self.echo_suffix = ""
        self.url = ""

    @property
    def last(self) -> ET.Element:
        """The newest decrypted message."""
        return self.messages[-1]

    def word(self, name: str) -> str | None:
        """A field of the newest message."""
        return self.last.findtext(name)

    async def verify(self, request: web.Request) -> web.Response:
        """Answer the URL verification."""
        q = request.query
        echo = self.crypto.check_signature(q["msg_signature"], q["timestamp"], q["nonce"], q["echostr"])
        return web.Response(text=echo + self.echo_suffix)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Decrypt, remember, answer."""
        q = request.query
        body = await request.read()
        xml = self.crypto.decrypt_message(body, q["msg_signature"], q["timestamp"], q["nonce"])
        self.queries.append(dict(q))
        self.bodies.append(body)
        self.messages.append(ET.fromstring(xml))
        return await self.answer(self, self.last)

    def sealed(self, xml: str) -> web.Response:
        """A passive reply, sealed by wechatpy."""
        return web.Response(text=self.crypto.encrypt_message(xml, "1597212914", "1764000007"))


def passive(inside: str, to: str = "ChenSiyu", sender: str = CORP_ID) -> str:
    """The plaintext of a passive reply."""
    return f"<xml><ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName>{inside}</xml>"


def answering(xml: str) -> Answer:
    """Always answer with that plaintext, sealed."""

    async def answer(bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        return bot.sealed(xml)

    return answer


class Never:
    """An answer that never comes; `release` lets the waiting requests go at the end of a test."""

    def __init__(self) -> None:
        self.released = asyncio.Event()

    async def __call__(self, _bot: SmallBot, _message: ET.Element) -> web.StreamResponse:
        await self.released.wait()
        return web.Response()


@asynccontextmanager
async def small_bot() -> AsyncIterator[SmallBot]:
    """Serve it on a free port."""
    bot = SmallBot()
    app = web.Application()
    app.router.add_get("/callback/wecom/main", bot.verify)
    app.router.add_post("/callback/wecom/main", bot.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callback/wecom/main"
    try:
        yield bot
    finally:
        await runner.cleanup()
