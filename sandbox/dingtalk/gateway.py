"""The Stream gateway: tickets, open connections, frames to one of them at random, and their answers."""

import asyncio
import random
import secrets
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.dingtalk.codes import Refused
from sandbox.dingtalk.fields import Answer, Body
from sandbox.dingtalk.frames import Ack, BadAck, Push, frame, read_ack
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller

TICKET_SECONDS = 90
LARGEST_FRAME = 256 * 1024
KINDS = ("SYSTEM", "EVENT", "CALLBACK")
Topics = frozenset[tuple[str, str]]


class NobodyListens(Exception):
    """No open connection of the app has subscribed to this."""


class NoAck(Exception):
    """A frame went out and no answer came in time."""


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket of an app. `leaving`: told to disconnect; `silent`: open, but nothing goes through."""

    caller: Caller
    topics: Topics
    request: web.Request
    socket: web.WebSocketResponse
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    leaving: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _Ticket:
    caller: Caller
    topics: Topics
    until: float


class Gateway:
    """Hands frames to the bots that are connected. Faults are methods: ping, disconnect, cut, silence."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tickets: dict[str, _Ticket] = {}
        self._waiting: dict[str, tuple[Connection, asyncio.Future[Ack]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        self._last_id = ""
        self.opened = 0  # Tickets given out so far: what a flapping client costs.

    def open(self, body: Body, socket_url: str) -> Answer:
        """A ticket for one connection within 90 s. Raises `Refused` (401 for wrong credentials)."""
        caller = self._server.app_of(body.get("clientId"), body.get("clientSecret"))
        if caller is None:
            raise Refused("authFailed", "鉴权失败", 401)
        topics = _topics(body.get("subscriptions"))
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = _Ticket(caller, topics, self._server.now() + TICKET_SECONDS)
        self.opened += 1
        return {"endpoint": socket_url, "ticket": ticket}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until either side ends it. A ticket is good for one use."""
        ticket = self._tickets.pop(request.query.get("ticket", ""), None)
        if ticket is None or ticket.until <= self._server.now():
            return web.json_response(Refused("invalidTicket", "ticket is invalid").answer(), status=401)
        socket = web.WebSocketResponse(autoping=False, max_msg_size=LARGEST_FRAME)
        await socket.prepare(request)
        connection = Connection(ticket.caller, ticket.topics, request, socket)
        self.connections.append(connection)
        self._note(connection, "小二接上了 Stream 连接")
        try:
            async for message in socket:
                if message.type is WSMsgType.PING and not connection.silent:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT and not connection.silent:
                    self._take(connection, message.data)
        finally:
            self.connections.remove(connection)
            self._note(connection, "Stream 连接断开")
        return socket

    def listeners(self, caller: Caller, kind: str, topic: str) -> list[Connection]:
        """The connections of an app to which such a frame may go."""
        return [
            one
            for one in self.connections
            if one.caller.app.client_id == caller.app.client_id
            and not one.leaving
            and (kind == "SYSTEM" or (kind, topic) in one.topics)
        ]

    async def push(self, caller: Caller, push: Push, seconds: float, *, same_id: bool = False) -> Ack:
        """Send one frame to a connection chosen at random. Raises `NobodyListens`, `NoAck`.

        Whether a frame that comes again has its old messageId is not documented: a new one, or the `same_id`.
        """
        listeners = self.listeners(caller, push.kind, push.topic)
        if not listeners:
            raise NobodyListens
        self._last_id = self._last_id if same_id and self._last_id else secrets.token_hex(12)
        return await self.send(random.choice(listeners), push, seconds, self._last_id)

    async def send(self, connection: Connection, push: Push, seconds: float, message_id: str = "") -> Ack:
        """Send one frame to this connection and wait for its answer. Raises `NoAck`."""
        message_id = message_id or secrets.token_hex(12)
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = (connection, answer)
        try:
            await self._tell(connection, push, message_id)
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as late:
            raise NoAck from late
        finally:
            del self._waiting[message_id]

    async def ping(self, connection: Connection, seconds: float = 5.0) -> bool:
        """A SYSTEM ping; whether its opaque value came back. Raises `NoAck`."""
        asked = {"opaque": secrets.token_hex(4)}
        ack = await self.send(connection, Push("SYSTEM", "ping", asked, {}), seconds)
        return ack.code == 200 and ack.data == asked

    async def disconnect(self, connection: Connection, after: float = 10.0) -> None:
        """Tell a client to go; nothing more is pushed to it, and the socket closes some seconds later."""
        connection.leaving = True
        push = Push("SYSTEM", "disconnect", {"reason": "connection is expired"}, {})
        await self._tell(connection, push, secrets.token_hex(12))
        task = asyncio.create_task(self._close_later(connection, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self, connection: Connection) -> None:
        """End a connection cleanly, without a word before."""
        connection.leaving = True
        await connection.socket.close()

    def cut(self, connection: Connection) -> None:
        """End a connection without a close frame."""
        connection.leaving = True
        if connection.request.transport is not None:
            connection.request.transport.abort()

    def silence(self, connection: Connection) -> None:
        """Leave the socket open and let nothing through any more, in either direction."""
        connection.silent = True

    async def stop(self) -> None:
        """Close every connection; the sandbox ends."""
        for task in tuple(self._tasks):
            task.cancel()
        for connection in tuple(self.connections):
            await connection.socket.close(code=1001)

    async def _close_later(self, connection: Connection, after: float) -> None:
        await asyncio.sleep(after)
        await connection.socket.close()

    async def _tell(self, connection: Connection, push: Push, message_id: str) -> None:
        """Write one frame; what is written to a dead socket is lost without a word."""
        if connection.silent:
            return
        app_id, at_ms = connection.caller.app.client_id, int(self._server.now() * 1000)
        try:
            await connection.socket.send_str(frame(push, message_id, connection.id, app_id, at_ms))
        except ConnectionError:
            self._note(connection, "推送时连接已断")

    def _take(self, connection: Connection, words: str) -> None:
        try:
            message_id, ack = read_ack(words)
        except BadAck as bad:
            self._note(connection, f"应答无法识别：{bad}")
            return
        sent_to, answer = self._waiting.get(message_id, (None, None))
        if answer is None or sent_to is not connection:
            self._note(connection, "应答来得太晚，或不是这条连接的")
        elif not answer.done():
            answer.set_result(ack)

    def _note(self, connection: Connection, words: str) -> None:
        corp_id, app = connection.caller.org.corp_id, connection.caller.app
        self._server.journal.note("stream", words, corp=corp_id, agent=app.agent_id, connection=connection.id)


def _topics(subscriptions: object) -> Topics:
    """What a client wants to hear. Raises `Refused`."""
    if not isinstance(subscriptions, list) or not subscriptions:
        raise Refused("param.subscriptionsEmpty")
    found: set[tuple[str, str]] = set()
    for one in subscriptions:
        kind, topic = (one.get("type"), one.get("topic")) if isinstance(one, dict) else (None, None)
        if kind not in KINDS or not isinstance(topic, str) or not topic:
            raise Refused("param.subscriptionsInvalid")
        if kind == "EVENT" and topic != "*":
            raise Refused("param.subscriptionsInvalid", "the only topic of events is *")
        found.add((str(kind), topic))
    return frozenset(found)
