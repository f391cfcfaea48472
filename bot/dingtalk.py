"""DingTalk's side of the running bot: what it pushes is committed, then acknowledged; clicks are answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import structlog

from bot.clock import real_now
from bot.drawing import Address, Drawing
from bot.event import Event, Kind
from bot.facing import Facing
from bot.hearing import short
from bot.line import Busy
from bot.platforms.dingtalk.connection import DingtalkConnection
from bot.platforms.dingtalk.events import PLATFORM, quota_spent
from bot.platforms.dingtalk.happenings import Happening, from_stream
from bot.platforms.dingtalk.reading import Row
from bot.platforms.dingtalk.stream import Answer
from bot.platforms.refused import ComeAgain
from bot.pressing import occurrence, present
from bot.service import Service
from bot.work import Done

log = structlog.get_logger()

PATIENCE = 1.5  # Seconds for the answer to a click; DingTalk waits two.
Contacts = Callable[[Happening], Awaitable[bool]]


async def note_happening(happening: Happening) -> bool:
    """What is done with a corp's events as long as nobody follows them: nothing, and they are over."""
    log.info("dingtalk event", kind=happening.kind, event_id=short(happening.key))
    return True


class Ears:
    """Hears for one connection, by either door. `contacts` follows a corp's events; False: again later."""

    def __init__(
        self,
        connection: DingtalkConnection,
        service: Service,
        drawing: Drawing,
        contacts: Contacts = note_happening,
    ) -> None:
        self.connection, self._service, self._drawing, self._contacts = connection, service, drawing, contacts
        accounts, run, read = service.pipeline.accounts, service.run, service.read
        self._facing = Facing(accounts, drawing, run, read, real_now)
        self._late: set[asyncio.Task[None]] = set()

    async def message(self, row: Row) -> None:
        """A robot message; returns when it is committed. Raises `BadCallback`, `ComeAgain`."""
        if quota_spent(row):
            log.error("dingtalk quota spent: messages come without words", connection=self.connection.name)
        await self._take(self.connection.read_message(row, time.time()))

    async def press(self, row: Row) -> Answer:
        """A click on a card, answered with its committed state, or with no change when that takes too long.

        Raises `BadCallback`, `ComeAgain`.
        """
        event = self.connection.read_press(row, time.time())
        if event.kind is not Kind.TAP or event.press is None:
            await self._take(event)
            return Answer({})
        return await self._answered(event, event.press.card)

    async def happening(self, headers: Row, row: Row) -> bool:
        """An event of the corp, from the Stream. Raises `BadCallback`."""
        return await self.follow(from_stream(headers, row, self.connection.receiver))

    async def follow(self, happening: Happening) -> bool:
        """An event of the corp; False asks for it to come again."""
        try:
            return await self._contacts(happening)
        except Exception:
            log.exception("dingtalk event not followed", event_id=short(happening.key))
            return False

    async def _answered(self, event: Event, card: str) -> Answer:
        name = await self._service.read(lambda conn: occurrence(conn, event.key, real_now()))
        event = replace(event, key=name)
        taking = asyncio.ensure_future(self._take(event))
        try:
            # No renewal of this card by this process may overtake the answer.
            async with asyncio.timeout(PATIENCE), self.connection.answering(card):
                await asyncio.shield(taking)
                return await self._state(event, card)
        except TimeoutError:
            # It goes on without us; the card is then renewed from the outbox.
            late = asyncio.create_task(self._finish(event, taking), name="dingtalk-late-click")
            self._late.add(late)
            late.add_done_callback(self._late.discard)
            return Answer({})

    async def _take(self, event: Event) -> Done:
        try:
            return await self._service.take(event)
        except Busy:
            raise ComeAgain from None

    async def _state(self, event: Event, card: str) -> Answer:
        """The card as it is now: renewed by this tap, or drawn anew, so that its buttons live on."""
        if face := await self._facing.face(event):
            return Answer(self.connection.answer(face.message), partial(self._facing.written, event, face))
        account = Address(PLATFORM, self.connection.name, event.sender)
        shown = await self._service.read(lambda conn: present(conn, self._drawing, account, card, real_now()))
        message = shown.message if shown else self.connection.shown(event.sender, card)
        return Answer(self.connection.answer(message))

    async def _finish(self, event: Event, taking: "asyncio.Future[Done]") -> None:
        try:
            await taking
            await self._facing.let_go(event)
        except Exception:
            log.exception("click not carried out", connection=self.connection.name)
