"""A sandbox that runs, a bot behind it, and a caller that knows its token."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright
from wechatpy.work.client import WeChatClient

from sandbox.app import Sandbox, running
from tests.sandbox.browsing import CHROMIUM, FLAGS
from tests.sandbox.company import AGENT_ID, CORP_ID, SECRET, small_corp
from tests.sandbox.small_bot import SmallBot, small_bot


class RealTime:
    """The real clock of the pretend platform, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_795_000_000.0

    def __call__(self) -> float:
        return self.seconds


class Api:
    """Raw calls to /cgi-bin, as the bytes come."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox, self.session = sandbox, session
        self.token = ""

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(f"{self.sandbox.api_base}/{path}", params=query) as response:
            assert response.status == 200
            answer: dict[str, Any] = await response.json()
            return answer

    async def sign_in(self, secret: str = SECRET) -> "Api":
        answer = await self.get("gettoken", corpid=CORP_ID, corpsecret=secret)
        self.token = answer["access_token"]
        return self

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        url = f"{self.sandbox.api_base}/{path}"
        data = body if isinstance(body, bytes) else None
        json = None if isinstance(body, bytes) else body
        async with self.session.post(
            url, params={"access_token": self.token}, data=data, json=json
        ) as response:
            assert response.status == 200
            answer: dict[str, Any] = await response.json()
            return answer

    async def send(self, msgtype: str, content: Any, touser: str = "ChenSiyu", **more: Any) -> dict[str, Any]:
        body = {"touser": touser, "msgtype": msgtype, "agentid": AGENT_ID, msgtype: content, **more}
        return await self.post("message/send", body)

    async def card(self, card: dict[str, Any], touser: str = "ChenSiyu", **more: Any) -> dict[str, Any]:
        return await self.send("template_card", card, touser, **more)

    async def update(self, code: str, **what: Any) -> dict[str, Any]:
        body = {"agentid": AGENT_ID, "response_code": code, **what}
        return await self.post("message/update_template_card", body)


@pytest.fixture
def real_time() -> RealTime:
    return RealTime()


@pytest.fixture
async def bot() -> AsyncIterator[SmallBot]:
    async with small_bot() as bot:
        yield bot


@pytest.fixture
async def sandbox(bot: SmallBot, real_time: RealTime) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox([small_corp(bot.url)], now=real_time, callback_timeout=2.0)
    async with running(sandbox):
        yield sandbox


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def api(sandbox: Sandbox, session: aiohttp.ClientSession) -> Api:
    return await Api(sandbox, session).sign_in()


@pytest.fixture
async def outsider(sandbox: Sandbox) -> AsyncIterator[WeChatClient]:
    """The official-style client of wechatpy, which knows nothing of the sandbox but its address."""

    class Client(WeChatClient):  # type: ignore[misc]
        API_BASE_URL = f"{sandbox.api_base}/"

        def fetch_access_token(self) -> Any:
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(f"{self.API_BASE_URL}gettoken", query)

    client = Client(CORP_ID, SECRET, timeout=5)
    yield client
    await asyncio.to_thread(client._http.close)
