"""The one long connection of a bot: who has it, and what is pushed over it (doc/101463)."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.aibot import bodies
from sandbox.aibot.frames import pushed
from sandbox.aibot.rates import Windows
from sandbox.aibot.server import Aibot
from sandbox.aibot.turns import Turn
from sandbox.aibot.uploads import Uploads
from sandbox.wecom.callbacks import Outcome
from sandbox.wecom.codes import Refused
from sandbox.wecom.fields import Body, text

NOBODY = "机器人没有长连接"


@dataclass(slots=True, eq=False)
class Connection:
    """One socket and the request it came by. Its `turns` by req_id die with it."""

    request: web.Request
    ws: web.WebSocketResponse
    turns: dict[str, Turn] = field(default_factory=dict)


class Line:
    """At most one subscribed connection; a newer one takes its place."""

    def __init__(self, aibot: Aibot) -> None:
        self.aibot = aibot
        self.uploads = Uploads(aibot)
        self.live: Connection | None = None
        self._subscribes = Windows(aibot.now, ((60.0, aibot.pace.subscribes),))
        self._leaving: set[asyncio.Task[None]] = set()

    def subscribe(self, connection: Connection, body: Body) -> None:
        """Let a connection be the live one. Raises `Refused`; the real codes are not documented."""
        if not self._subscribes.allow(self.aibot.bot.bot_id):
            raise Refused(45009)
        secret = self.aibot.bot.secret
        if not secret or not secrets.compare_digest(secret.encode(), text(body, "secret").encode()):
            raise Refused(40001)
        if self.aibot.by_callback:
            raise Refused(40058, "this bot is in callback mode")
        old, self.live = self.live, connection
        if old is not None and old is not connection:
            task = asyncio.create_task(self._dismiss(old))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        self.aibot.journal.note("callback", "智能机器人的长连接已订阅", bot=self.aibot.bot.bot_id)

    def leave(self, connection: Connection) -> None:
        """A connection is over."""
        if self.live is connection:
            self.live = None
            self.aibot.journal.note("callback", "智能机器人的长连接断开", bot=self.aibot.bot.bot_id)

    async def hand_over(self, turn: Turn, body: dict[str, Any]) -> Outcome:
        """Push what a member did; without a connection it is lost."""
        if self.live is None:
            return Outcome(0, problem=NOBODY)
        cmd = "aibot_event_callback" if body["msgtype"] == "event" else "aibot_msg_callback"
        times = 2 if self.aibot.faults.take("callback", "callback_twice") else 1
        for _ in range(times):
            if not await self._push(self.live, cmd, body, turn):
                return Outcome(times, problem=NOBODY)
        return Outcome(times, 200)

    def cut(self) -> None:
        """Break the connection off without a word. Raises `LookupError` when there is none."""
        if self.live is None:
            raise LookupError(NOBODY)
        transport = self.live.request.transport
        if transport is not None:
            transport.abort()

    async def close(self) -> None:
        """Close the connection at the end of the sandbox."""
        leaving = tuple(self._leaving)
        if self.live is not None:
            await self.live.ws.close()
        await asyncio.gather(*leaving)

    async def _dismiss(self, connection: Connection) -> None:
        await self._push(connection, "aibot_event_callback", bodies.disconnected(self.aibot))
        await connection.ws.close()

    async def _push(
        self, connection: Connection, cmd: str, body: Mapping[str, Any], turn: Turn | None = None
    ) -> bool:
        req_id = secrets.token_hex(12)
        if turn is not None:
            connection.turns[req_id] = turn
        try:
            await connection.ws.send_str(pushed(cmd, req_id, body))
        except ConnectionError:
            return False
        self.aibot.journal.note("callback", f"推给智能机器人：{cmd}", bot=self.aibot.bot.bot_id)
        return True
