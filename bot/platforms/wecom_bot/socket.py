"""The long connection of a smart bot (doc/101463): subscribe, hear, answer, come back after a break.

One connection per bot is alive: a second one ends the first, which then stays away. An event comes once and
is acknowledged by nothing, so what has been heard is taken in even when the connection is gone.
"""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import structlog

from bot.event import Event
from bot.platforms.refused import BadCallback, ComeAgain
from bot.platforms.wecom.codes import Configuration, Dead, Retry, Unknown, outcome

log = structlog.get_logger()

PING = 30.0
ANSWERED = 5.0  # Seconds to wait for the answer to a frame of ours.
FIRST, LONGEST = 1.0, 30.0  # Seconds of back-off.
STABLE = 60.0  # A connection that lived so long starts the back-off anew.
REPLACED = 60.0  # Somebody else has the bot: come back slowly.
HANDSHAKE = 10.0  # Seconds; a host that says nothing is given up.
PERSISTENCE = 60.0  # Seconds to try to take in what nobody sends again.
GRACE = 5.0  # Seconds for what is in hand when we are told to stop.
LARGEST = 256 * 1024
AT_ONCE = 64
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
GONE = frozenset({846605, 846609})

Body = dict[str, Any]
Read = Callable[[Body], Event]
Take = Callable[[Event], Awaitable[Body | None]]


class Replaced(Exception):
    """Another connection of the same bot has taken over."""


@dataclass(slots=True)
class _Line:
    """One live connection and the frames on it whose answers are awaited."""

    socket: aiohttp.ClientWebSocketResponse
    waiting: dict[str, asyncio.Future[Body]] = field(default_factory=dict)


class LongConnection:
    """Keeps one bot connected. `read` makes an event of a body, `take` commits it and may give a new face.

    Also the way its answers get out. Run `forever` in a task; cancelling it ends it at once.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        ws_base: str,
        bot_id: str,
        secret: str,
        read: Read,
        take: Take,
        clock: Callable[[], float],
    ) -> None:
        self._session, self._url = session, ws_base
        self._bot_id, self._secret = bot_id, secret
        self._read, self._take, self._clock = read, take, clock
        self._line: _Line | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(AT_ONCE)

    @property
    def connected(self) -> bool:
        """Whether the bot hears now."""
        return self._line is not None

    async def __call__(self, body: Body, *, userid: str, chat: str, reply_to: str) -> None:
        """Send to a group, or to a person where `chat` is empty. Raises `Outcome`."""
        where = {"chatid": chat or userid, "chat_type": 2 if chat else 1}
        line = self._line
        if line is None:
            raise Retry("智能机器人的长连接暂时断开，或在另一个进程里", 2.0)
        await self._ask(line, "aibot_send_msg", where | body)

    async def forever(self) -> None:
        """Connect, hear, connect again. Ends when cancelled; what has been heard is still taken in."""
        pause = FIRST
        try:
            while True:
                began = self._clock()
                wait = await self._ended()
                if self._clock() - began > STABLE:
                    pause = FIRST
                await asyncio.sleep(wait or pause * random.uniform(0.5, 1.0))
                pause = min(LONGEST, pause * 2)
        finally:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=GRACE)

    async def _ended(self) -> float:
        """One connection; how long to stay away after it, 0 for the usual time."""
        try:
            await self._once()
        except Replaced:
            log.warning("smart bot replaced by another connection", bot=self._bot_id)
            return REPLACED
        except Configuration as wrong:
            log.error("smart bot refused", bot=self._bot_id, reason=wrong.reason)
            return REPLACED
        except (aiohttp.ClientError, OSError, TimeoutError, Retry, Unknown, Dead) as problem:
            log.warning("smart bot disconnected", bot=self._bot_id, why=type(problem).__name__)
        return 0.0

    async def _once(self) -> None:
        """One connection, from the handshake to its end."""
        async with asyncio.timeout(HANDSHAKE):
            socket = await self._session.ws_connect(self._url, heartbeat=None, max_msg_size=LARGEST)
        async with socket:
            line = _Line(socket)
            hearing = asyncio.create_task(self._hear(line), name="smart-bot-hears")
            try:
                await self._ask(line, "aibot_subscribe", {"bot_id": self._bot_id, "secret": self._secret})
                self._line = line
                beating = asyncio.create_task(self._beat(line), name="smart-bot-pings")
                try:
                    # Whichever ends first ends the connection.
                    done, _ = await asyncio.wait({hearing, beating}, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
                finally:
                    beating.cancel()
            finally:
                self._line = None
                hearing.cancel()
                for answer in line.waiting.values():
                    answer.cancel()

    async def _beat(self, line: _Line) -> None:
        while True:
            await asyncio.sleep(PING)
            # The platform's own clients allow two misses; one more try costs us a few seconds only.
            try:
                await self._ask(line, "ping", None)
            except Unknown:
                await self._ask(line, "ping", None)

    async def _hear(self, line: _Line) -> None:
        async for message in line.socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                frame = json.loads(CONTROL.sub("", message.data))
            except (ValueError, RecursionError):
                continue
            if isinstance(frame, dict):
                self._heard(line, frame)

    def _heard(self, line: _Line, frame: Body) -> None:
        headers, body = frame.get("headers"), frame.get("body")
        req_id = headers.get("req_id") if isinstance(headers, dict) else None
        command = frame.get("cmd")
        if command is None:
            waiting = line.waiting.pop(str(req_id), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
        elif command in ("aibot_msg_callback", "aibot_event_callback") and isinstance(body, dict):
            if _eventtype(body) == "disconnected_event":
                raise Replaced
            task = asyncio.create_task(self._taken(line, str(req_id), body), name="smart-bot-event")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _taken(self, line: _Line, req_id: str, body: Body) -> None:
        async with self._gate:
            try:
                face = await self._committed(self._read(body))
            except BadCallback:
                log.warning("smart bot event refused", bot=self._bot_id)
                return
            except Exception:
                log.exception("smart bot event not carried out", bot=self._bot_id)
                return
            if face is not None:
                try:
                    await self._ask(line, "aibot_respond_update_msg", face, req_id=req_id)
                except (Retry, Unknown, Dead, Configuration, ConnectionError) as problem:
                    # Its record is as it is; only this card still shows what was.
                    log.warning("card not renewed in place", why=str(problem))

    async def _committed(self, event: Event) -> Body | None:
        """Take it in, again while we are busy: nobody sends it a second time, and its key is one."""
        until = self._clock() + PERSISTENCE
        while True:
            try:
                return await self._take(event)
            except ComeAgain:
                if self._clock() > until:
                    raise
                await asyncio.sleep(1.0)

    async def _ask(self, line: _Line, command: str, body: Body | None, *, req_id: str = "") -> Body:
        """Send a frame and wait for its answer. Raises `Outcome`."""
        req_id = req_id or f"{command}_{uuid4().hex}"
        frame: Body = {"cmd": command, "headers": {"req_id": req_id}}
        if body is not None:
            frame["body"] = body
        answer: asyncio.Future[Body] = asyncio.get_running_loop().create_future()
        line.waiting[req_id] = answer
        try:
            await line.socket.send_str(json.dumps(frame, ensure_ascii=False))
            async with asyncio.timeout(ANSWERED):
                found = await asyncio.shield(answer)
        except TimeoutError:
            raise Unknown("智能机器人的服务器没有及时应答", 5.0) from None
        except (asyncio.CancelledError, ConnectionError):
            if answer.cancelled():
                raise Unknown("智能机器人的连接中断", 2.0) from None
            raise
        finally:
            line.waiting.pop(req_id, None)
        _check(found, command, self._clock())
        return found


def _eventtype(body: Body) -> str:
    event = body.get("event")
    found = event.get("eventtype") if isinstance(event, dict) else None
    return found if isinstance(found, str) else ""


def _check(answer: Body, command: str, now: float) -> None:
    code = answer.get("errcode")
    if code == 0:
        return
    if command == "aibot_subscribe":
        raise Configuration("智能机器人的 bot_id 或 secret 不被接受", REPLACED)
    if code in GONE:
        raise Retry("智能机器人的连接刚刚换过", 2.0)
    if not isinstance(code, int):
        raise Unknown("智能机器人的服务器应答不是预期的形式", 5.0)
    raise outcome(code, str(answer.get("errmsg", "")), now)
