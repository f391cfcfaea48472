"""A connection to a platform that is none: it takes what is sent, and answers or hangs as a test wants."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.clock import real_now
from bot.delivery import Delivery, Undelivered
from cards.model import Card, Message
from storage.outbox import EMPTY
from tests.conversation import Bot

MAIN = ("wecom", "main")


@dataclass(frozen=True, slots=True)
class Slip:
    """What the pretend platform gives for a message."""

    msgid: str = ""
    response_code: str = ""
    repeated: bool = False


@dataclass
class PretendChannel:
    """Keeps what it was given. `right`: the right to renew that comes with a sending, by its number."""

    right: Callable[[str, int], str] = lambda task_id, number: task_id
    renewable_for: timedelta | None = None
    hangs: Callable[[Message], bool] = lambda message: False
    problem: Undelivered | None = None
    sent: list[tuple[str, Message]] = field(default_factory=list)
    renewed: list[tuple[str, str, Message]] = field(default_factory=list)
    begun: list[Message] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Slip:
        await self._through(message)
        self.sent.append((task_id, message))
        return await self._slip(task_id)

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str, again: bool
    ) -> Slip:
        if self.problem:
            raise self.problem
        await self._through(message)
        self.renewed.append((task_id, response_code, message))
        return await self._slip(task_id)

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for what this channel is to have seen."""
        async with asyncio.timeout(10), self.moved:
            await self.moved.wait_for(done)

    @property
    def words(self) -> list[str]:
        """The texts that arrived, in order."""
        return [message.text for _, message in self.sent if not isinstance(message, Card)]

    async def _through(self, message: Message) -> None:
        self.begun.append(message)
        async with self.moved:
            self.moved.notify_all()
        if self.hangs(message):
            await self.free.wait()

    async def _slip(self, task_id: str) -> Slip:
        async with self.moved:
            self.moved.notify_all()
        number = len(self.sent) + len(self.renewed)
        return Slip(f"m{number}", self.right(task_id, number))


def delivery_through(bot: Bot, channel: PretendChannel) -> Delivery:
    """A delivery of the bot's store that ends in this channel."""
    service = bot.service
    assert service.delivery is not None
    return Delivery({MAIN: channel}, service.delivery._drawing, service.run, service.read, real_now)


def words_for(userid: str, *texts: str, **more: Any) -> list[dict[str, Any]]:
    """Rows of the outbox that say these words to an account."""
    now = real_now()
    return [
        EMPTY
        | {
            "key": f"w:{text}", "cause": "test", "kind": "reply", "platform": MAIN[0], "connection": MAIN[1],
            "userid": userid, "draw": "general.say", "due_at": now, "queued_at": now, "at": now,
            "args": {"ids": [], "many": False, "words": {"text": text}},
        }
        | more
        for text in texts
    ]  # fmt: skip
