"""Handing letters to the bot until it answers: what is not acknowledged comes again, with the same ids."""

import asyncio
import json
import time
from dataclasses import dataclass

from sandbox.dingtalk.frames import CARD_TOPIC, EVERY_EVENT, ROBOT_TOPIC, Kind, Push
from sandbox.dingtalk.gateway import Gateway, NoAck, NobodyListens
from sandbox.dingtalk.letters import Letter, Lost, Reply
from sandbox.dingtalk.posting import Posting
from sandbox.dingtalk.server import Server
from sandbox.dingtalk.tokens import Caller
from sandbox.trails import Trail, Try, real_now
from sandbox.wecom.callbacks import Outcome

TRIES = 3
UNKNOWN_TOPIC = "/v1.0/nobody/asked/for/this"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a card's presses go: an empty `url` means Stream."""

    url: str = ""
    api_secret: str = ""


@dataclass(frozen=True, slots=True)
class _Sent:
    caller: Caller
    letter: Letter
    trail: Trail | None


class Callbacks:
    """The real platform waits about a minute before it pushes again; here it is `redeliver_after` seconds.

    `card_seconds` is the time in which a press must be answered; it is never pushed again.
    """

    def __init__(
        self, server: Server, gateway: Gateway, *, redeliver_after: float = 5.0, card_seconds: float = 2.0
    ) -> None:
        self._server, self._gateway = server, gateway
        self.posting = Posting(server)
        self.redeliver_after, self.card_seconds = redeliver_after, card_seconds
        self._last: _Sent | None = None

    async def deliver(self, caller: Caller, letter: Letter, trail: Trail | None = None) -> Outcome:
        """Hand over a message or an event. Without an open connection it is lost, as on the real platform."""
        self._last = _Sent(caller, letter, trail)
        outcome = Outcome(0)
        for tries in range(1, TRIES + 1):
            again = time.monotonic() + self.redeliver_after
            outcome = await self._try(caller, letter, trail, tries)
            answered = outcome.status is not None
            if outcome.arrived or not outcome.tries or (answered and letter.kind == "robot"):
                break
            if tries < TRIES:
                await asyncio.sleep(max(0.0, again - time.monotonic()))
        if outcome.arrived and self._server.faults.take("callback", "callback_twice"):
            await self._try(caller, letter, trail, outcome.tries + 1)
        return outcome

    async def press(self, caller: Caller, letter: Letter, route: Route, trail: Trail) -> Reply:
        """Hand over a tap on a card, once, within its time. Raises `Lost`."""
        took = _Stopwatch(CARD_TOPIC, letter)
        try:
            if route.url:
                reply = await self.posting.card(route.url, route.api_secret, letter, self.card_seconds)
            else:
                reply = await self._stream(caller, letter, self.card_seconds)
            if self._server.faults.take("callback/1", "lose_callback_answer"):
                raise Lost("应答在路上丢了")
        except Lost as lost:
            self._tried(trail, took, None, str(lost))
            raise
        self._tried(trail, took, reply.status, f"应答 {reply.status}")
        return reply

    async def redeliver(self, *, exact: bool = False) -> Outcome:
        """Hand the last message or event over again. Raises `LookupError`.

        `exact`: over HTTP the very same bytes and headers, by Stream also the same messageId of the frame.
        """
        if self._last is None:
            raise LookupError("还没有发过回调")
        if exact and self._last.caller.app.mode == "http":
            status = await self.posting.repeat(self.redeliver_after)
            return Outcome(1, status, problem="" if status == 200 else f"小二应答 {status}")
        return await self._try(self._last.caller, self._last.letter, self._last.trail, 1, same_id=exact)

    async def _try(
        self, caller: Caller, letter: Letter, trail: Trail | None, tries: int, *, same_id: bool = False
    ) -> Outcome:
        took = _Stopwatch(_topic(letter), letter)
        try:
            reply = await self._hand_over(caller, letter, same_id=same_id)
        except Lost as lost:
            self._tried(trail, took, None, f"第 {tries} 次：{lost}")
            return Outcome(0 if tries == 1 and not lost.sent else tries, problem=str(lost))
        if self._server.faults.take(f"callback/{tries}", "lose_callback_answer"):
            self._tried(trail, took, None, f"第 {tries} 次：应答在路上丢了")
            return Outcome(tries, problem="应答丢失")
        self._tried(trail, took, reply.status, f"第 {tries} 次：应答 {reply.status}")
        later = letter.kind == "event" and reply.data.get("status") == "LATER"
        if reply.status != 200 or later:
            status = reply.status if reply.status != 200 else 202
            return Outcome(tries, status, problem="小二请平台稍后再推" if later else f"小二应答 {status}")
        return Outcome(tries, 200, json.dumps(reply.data, ensure_ascii=False))

    async def _hand_over(self, caller: Caller, letter: Letter, *, same_id: bool) -> Reply:
        if caller.app.mode == "stream":
            return await self._stream(caller, letter, self.redeliver_after, same_id=same_id)
        if letter.kind == "robot":
            return await self.posting.robot(caller, letter, self.redeliver_after)
        return await self.posting.event(caller, _flat(letter), self.redeliver_after)

    async def _stream(
        self, caller: Caller, letter: Letter, seconds: float, *, same_id: bool = False
    ) -> Reply:
        kind: Kind = "EVENT" if letter.kind == "event" else "CALLBACK"
        push = Push(kind, _topic(letter), letter.data, letter.more)
        await self._surprise(caller, push)
        try:
            ack = await self._gateway.push(caller, push, seconds, same_id=same_id)
        except NobodyListens as nobody:
            raise Lost("小二没有打开 Stream 连接", sent=False) from nobody
        except NoAck as late:
            raise Lost("小二没有应答") from late
        return Reply(ack.code, ack.data)

    async def _surprise(self, caller: Caller, push: Push) -> None:
        """A frame whose topic nobody asked for; whether it is answered does not matter."""
        listeners = self._gateway.listeners(caller, push.kind, push.topic)
        if listeners and self._server.troubles.take("unknown_topic"):
            stranger = Push("CALLBACK", UNKNOWN_TOPIC, {"hello": "world"}, {})
            try:
                ack = await self._gateway.send(listeners[0], stranger, 0.2)
                self._server.journal.note("stream", f"陌生主题的应答：{ack.code}")
            except NoAck:
                self._server.journal.note("stream", "陌生主题没有应答")

    def _tried(self, trail: Trail | None, took: "_Stopwatch", status: int | None, words: str) -> None:
        self._server.journal.note("callback", f"推给小二，{words}", ms=took.ms())
        self._server.trails.tried(trail, took.tried(status, words))


class _Stopwatch:
    def __init__(self, path: str, letter: Letter) -> None:
        self._path, self._size = path, len(json.dumps(letter.data, ensure_ascii=False).encode())
        self._began, self._start = real_now(), time.perf_counter()

    def ms(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 1)

    def tried(self, status: int | None, words: str) -> Try:
        return Try(self._began, self.ms(), self._path, self._size, "", "", "", "", status, words)


def _topic(letter: Letter) -> str:
    return {"robot": ROBOT_TOPIC, "card": CARD_TOPIC, "event": EVERY_EVENT}[letter.kind]


def _flat(letter: Letter) -> dict[str, object]:
    """An event as it goes over HTTP: metadata and fields in one object."""
    more = letter.more
    return {
        "EventType": more["eventType"],
        "EventTime": int(more["eventBornTime"]),
        "CorpId": more["eventCorpId"],
        "BizId": more["eventId"],
        "eventId": more["eventId"],
        **letter.data,
    }
