"""Listening by Stream: one supervisor, acknowledgement after the commit, patience (dingtalk.md §2).

A frame that could not be carried out is not acknowledged, so that the gateway pushes it again.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import structlog

from bot.platforms.dingtalk.frames import BAD, MESSAGES, PRESSES, UNKNOWN, Frame, ack, read_frame
from bot.platforms.dingtalk.gateway import Gateway, NotOpened
from bot.platforms.dingtalk.reading import Row
from bot.platforms.refused import BadCallback, ComeAgain

log = structlog.get_logger()

IN_HAND = 500  # Frames at once; more are left to come again.
FAREWELL = 10.0  # Seconds a connection lives on after the gateway has said goodbye.


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a click, and what is to be done once it is out."""

    response: dict[str, Any]
    then: Callable[[], Awaitable[None]] | None = None


class Listener(Protocol):
    """What becomes of frames. Whatever is raised leaves the frame unacknowledged, except `BadCallback`;
    `ComeAgain` says that this is meant.
    """

    async def message(self, row: Row) -> None:
        """A robot message; returns when it is committed."""

    async def press(self, row: Row) -> Answer:
        """A click on a card; the response within DingTalk's two seconds."""

    async def happening(self, headers: Row, row: Row) -> bool:
        """An event of the corp; False asks for it to come again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: first and longest pause between tries, the pause after refused credentials, and how long a
    connection lives before it counts as steady.
    """

    first: float = 1.0
    longest: float = 60.0
    denied: float = 60.0
    steady: float = 60.0

    def pause(self, failures: int) -> float:
        """With jitter, so that replicas do not come together."""
        return min(self.longest, self.first * 2.0 ** min(failures, 16)) * random.uniform(0.5, 1.0)


class Stream:
    """The Stream of one app."""

    def __init__(
        self, name: str, gateway: Gateway, listener: Listener, patience: Patience | None = None
    ) -> None:
        self.name = name
        self.connected = False
        self._gateway, self._listener = gateway, listener
        self._patience = patience or Patience()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: set[aiohttp.ClientWebSocketResponse] = set()

    async def forever(self) -> None:
        """Listen until cancelled, which ends everything at once."""
        try:
            await self._supervise()
        finally:
            self.connected = False
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.gather(*(line.close() for line in self._lines), return_exceptions=True)

    async def _supervise(self) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            told, denied = False, False
            try:
                line = await self._gateway.open()
            except NotOpened as problem:
                denied = problem.denied
                log.warning("stream not opened", connection=self.name, reason=str(problem))
            else:
                log.info("stream opened", connection=self.name)
                told = await self._listen_safely(line)
                log.info("stream ended", connection=self.name, told=told)
            if time.monotonic() - began >= self._patience.steady:
                failures = 0
            # Told to move on, we come back at once; but not again and again.
            if not (told and failures == 0):
                await asyncio.sleep(
                    max(self._patience.pause(failures), self._patience.denied if denied else 0.0)
                )
            failures += 1

    async def _listen_safely(self, line: aiohttp.ClientWebSocketResponse) -> bool:
        try:
            return await self._listen(line)
        except Exception:
            # Whatever went wrong on one connection, another is opened.
            log.exception("stream failed", connection=self.name)
            return False

    async def _listen(self, line: aiohttp.ClientWebSocketResponse) -> bool:
        """Take frames until the connection ends; True when the gateway has told us to open another."""
        self.connected = True
        self._lines.add(line)
        work: set[asyncio.Task[None]] = set()
        try:
            async for message in line:
                if message.type is aiohttp.WSMsgType.TEXT and await self._take(line, message.data, work):
                    return True
            return False
        finally:
            self.connected = False
            # What is in hand is still acknowledged on the old connection, beside the new one.
            self._spawn(self._retire(line, work))

    async def _take(
        self, line: aiohttp.ClientWebSocketResponse, text: str, work: set[asyncio.Task[None]]
    ) -> bool:
        try:
            frame = read_frame(text)
        except BadCallback as bad:
            log.warning("stream frame refused", connection=self.name, reason=str(bad))
            return False
        if frame.kind == "SYSTEM":
            if frame.topic == "ping":
                await _say(line, _echo(frame))
            return frame.topic == "disconnect"
        if len(work) >= IN_HAND:
            log.warning("stream frame left to come again", connection=self.name)
            return False
        task = self._spawn(self._carry_out(line, frame))
        work.add(task)
        task.add_done_callback(work.discard)
        return False

    async def _carry_out(self, line: aiohttp.ClientWebSocketResponse, frame: Frame) -> None:
        try:
            await self._answer(line, frame)
        except BadCallback as bad:
            log.warning("stream frame refused", connection=self.name, reason=str(bad))
            await _say(line, ack(frame, {}, code=BAD))
        except ComeAgain:
            log.warning("stream frame not committed", connection=self.name)
        except Exception:
            log.exception("stream frame not carried out", connection=self.name)

    async def _answer(self, line: aiohttp.ClientWebSocketResponse, frame: Frame) -> None:
        if frame.kind == "EVENT":
            fine = await self._listener.happening(frame.headers, frame.row())
            await _say(line, ack(frame, {"status": "SUCCESS" if fine else "LATER", "message": ""}))
        elif frame.topic == MESSAGES:
            await self._listener.message(frame.row())
            await _say(line, ack(frame, {"response": None}))
        elif frame.topic == PRESSES:
            answer = await self._listener.press(frame.row())
            if await _say(line, ack(frame, {"response": answer.response})) and answer.then:
                await answer.then()
        else:
            await _say(line, ack(frame, {}, code=UNKNOWN))

    async def _retire(self, line: aiohttp.ClientWebSocketResponse, work: set[asyncio.Task[None]]) -> None:
        if work and not line.closed:
            await asyncio.wait(work, timeout=FAREWELL)
        await line.close()
        self._lines.discard(line)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _echo(frame: Frame) -> str:
    try:
        return ack(frame, frame.row())
    except BadCallback:
        return ack(frame, {})


async def _say(line: aiohttp.ClientWebSocketResponse, text: str) -> bool:
    """Whether it went out."""
    try:
        await line.send_str(text)
    except (ConnectionError, aiohttp.ClientError):
        # It comes again on another connection, and is then known.
        log.info("stream acknowledgement not sent")
        return False
    return True
