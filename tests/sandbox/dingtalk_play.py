"""A DingTalk that runs, raw calls to it, and a Stream bot of a few lines that a test can make misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.dingtalk.app import running
from sandbox.dingtalk.org import Org
from sandbox.dingtalk.rig import DingTalk
from tests.sandbox.dingtalk_company import CLIENT_ID, CLIENT_SECRET, small_org

Frame = dict[str, Any]
ALL = [
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},
    {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"},
]
HEADER = "x-acs-dingtalk-access-token"


class RealTime:
    """The real clock of the platform, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_795_000_000.0

    def __call__(self) -> float:
        return self.seconds


def acked(frame: Frame, data: Any = None, code: int = 200) -> Frame:
    """The usual answer to a frame."""
    inside = {"response": None} if data is None else data
    headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
    return {"code": code, "headers": headers, "message": "OK", "data": json.dumps(inside)}


class StreamBot:
    """One connection. `answer` makes the ack of a frame, or None for silence."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.answer: Callable[[Frame], Frame | None] = acked
        self.closed = asyncio.Event()

    async def listen(self) -> None:
        """Answer until the connection ends."""
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.ERROR:  # A ping without its pong.
                break
            frame = json.loads(message.data)
            self.frames.append(frame)
            is_ping = frame["headers"]["topic"] == "ping"
            answer = acked(frame, json.loads(frame["data"])) if is_ping else self.answer(frame)
            if answer is not None:
                await self.socket.send_json(answer)
        self.closed.set()

    def data(self, n: int = -1) -> dict[str, Any]:
        """The data of a frame."""
        found: dict[str, Any] = json.loads(self.frames[n]["data"])
        return found


class Play:
    """Everything a test needs in one place."""

    def __init__(self, dingtalk: DingTalk, session: aiohttp.ClientSession, clock: RealTime) -> None:
        self.dingtalk, self.session, self.clock = dingtalk, session, clock
        self.token = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._bots: list[StreamBot] = []

    async def call(
        self, method: str, path: str, body: Any = None, **query: str
    ) -> tuple[int, dict[str, Any]]:
        """One call to the new host with the token in the header."""
        url, headers = f"{self.dingtalk.api_base}/{path}", {HEADER: self.token}
        async with self.session.request(method, url, json=body, params=query, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """A POST below /v1.0."""
        return await self.call("POST", f"v1.0/{path}", body)

    async def put(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """A PUT below /v1.0."""
        return await self.call("PUT", f"v1.0/{path}", body)

    async def card(self, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """createAndDeliver."""
        return await self.post("card/instances/createAndDeliver", body)

    async def old(self, path: str, body: Any = None) -> dict[str, Any]:
        """A POST to the old host with the token in the query; always HTTP 200."""
        url = f"{self.dingtalk.api_base}/{path}"
        async with self.session.post(url, json=body, params={"access_token": self.token}) as response:
            assert response.status == 200
            answer: dict[str, Any] = await response.json()
            return answer

    async def sign_in(self, key: str = CLIENT_ID, secret: str = CLIENT_SECRET) -> dict[str, Any]:
        """Fetch a token and use it from now on."""
        _, answer = await self.post("oauth2/accessToken", {"appKey": key, "appSecret": secret})
        self.token = answer["accessToken"]
        return answer

    async def open(self, **what: Any) -> tuple[int, dict[str, Any]]:
        """Ask the gateway for a ticket."""
        body = {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "subscriptions": ALL, **what}
        url = f"{self.dingtalk.api_base}/v1.0/gateway/connections/open"
        headers = {"Accept": "application/json"}
        async with self.session.post(url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def bot(
        self, subscriptions: list[dict[str, str]] | None = None, heartbeat: float | None = None
    ) -> StreamBot:
        """One more connected bot. `heartbeat`: seconds between its pings."""
        before = len(self.dingtalk.gateway.connections)
        _, opened = await self.open(subscriptions=subscriptions or ALL)
        url = f"{opened['endpoint']}?ticket={opened['ticket']}"
        bot = StreamBot(await self.session.ws_connect(url, heartbeat=heartbeat))
        self._bots.append(bot)
        self._tasks.append(asyncio.create_task(bot.listen()))
        await self.dingtalk.connected(before + 1)
        return bot

    async def stop(self) -> None:
        """End the bots."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for bot in self._bots:
            await bot.socket.close()


@asynccontextmanager
async def playing(org: Org | None = None, **how: Any) -> AsyncIterator[Play]:
    """A running DingTalk; without an answer it pushes again after 0.15 s."""
    clock = RealTime()
    settings = {"redeliver_after": 0.15, "card_seconds": 0.3, "now": clock, **how}
    async with (
        running(DingTalk([org or small_org()], **settings)) as dingtalk,
        aiohttp.ClientSession() as session,
    ):
        play = Play(dingtalk, session, clock)
        try:
            await play.sign_in()
            yield play
        finally:
            await play.stop()
