"""The bot's end of a long connection, frame by frame, with nothing done on its own."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.sandbox.aibot_small_bot import BOT

Body = dict[str, Any]


class Socket:
    """One connection. Answers come in the order of the frames; what the platform pushes is kept."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.pushed: list[Body] = []
        self._numbers = itertools.count(1)

    async def call(self, cmd: str, body: Body | None = None, req_id: str | None = None) -> Body:
        """Send a frame and return its answer."""
        name = f"{cmd}_{next(self._numbers)}" if req_id is None else req_id
        frame: Body = {"cmd": cmd, "headers": {"req_id": name}}
        await self.ws.send_json(frame if body is None else {**frame, "body": body})
        answer = await self.answer()
        assert answer["headers"] == {"req_id": name}
        return answer

    async def code(self, cmd: str, body: Body | None = None, req_id: str | None = None) -> int:
        """Send a frame and return the errcode of its answer."""
        return int((await self.call(cmd, body, req_id))["errcode"])

    async def answer(self) -> Body:
        """The next frame that has no cmd."""
        while True:
            frame: Body = await self.ws.receive_json(timeout=5)
            if "cmd" not in frame:
                return frame
            self.pushed.append(frame)

    async def push(self) -> Body:
        """The next frame that the platform sends by itself."""
        if not self.pushed:
            frame: Body = await self.ws.receive_json(timeout=5)
            assert "cmd" in frame, frame
            return frame
        return self.pushed.pop(0)

    async def subscribe(self, secret: str = BOT.secret, bot_id: str = BOT.bot_id) -> int:
        """The first frame of every connection."""
        return await self.code("aibot_subscribe", {"bot_id": bot_id, "secret": secret})


@asynccontextmanager
async def dialled(session: aiohttp.ClientSession, url: str) -> AsyncIterator[Socket]:
    """A connection that is not subscribed yet."""
    async with session.ws_connect(url, max_msg_size=0) as ws:
        yield Socket(ws)
