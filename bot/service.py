"""The running bot without its doors: store, writer, readers, delivery, schedule. Doors hand it events."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bot.accounts import Accounts
from bot.clock import Clock, real_now
from bot.delivery import Channel, Delivery
from bot.drawing import Drawing
from bot.event import Event
from bot.in_hand import InHand, claim_leftovers, own_path
from bot.line import Busy
from bot.pipeline import Pipeline
from bot.reader import Reader
from bot.schedule import Schedule
from bot.sealing import Sealing
from bot.work import Chore, Done, Happened, Prepared, Work
from bot.writer import Writer
from storage import inbox
from storage.keyring import Keyring
from storage.turnstile import write

T = TypeVar("T")

PATIENCE = 3.0  # Seconds: a callback not committed by then is left to the platform's retry.


class Service:
    """Everything behind the doors. Start it in a running loop, and stop it."""

    def __init__(
        self,
        engine: Engine,
        keys: Keyring,
        accounts: Accounts,
        clock: Clock,
        in_hand: Path,
        *,
        undo: timedelta = timedelta(minutes=15),
    ) -> None:
        self.engine, self.keys, self.clock, self._undo = engine, keys, clock, undo
        self.pipeline = Pipeline(keys, accounts, real_now, undo)
        leftovers = claim_leftovers(in_hand) if in_hand.is_dir() else []
        self._in_hand = InHand(own_path(in_hand), leftovers)
        self.writer: Writer[Work, Done] = Writer(engine, self.pipeline, self._in_hand)
        self.reader = Reader(engine)
        self.anchor = in_hand.with_suffix(".anchor")
        self.sealing = Sealing(engine, keys, self.anchor, self.run)
        self.schedule = Schedule(keys, clock.now, self.run, self._said, self.sealing)
        self.delivery: Delivery | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(
        self, channels: dict[tuple[str, str], Channel], *, deliver: bool = True, tick: bool = True
    ) -> None:
        """Begin to work. Without `deliver` nothing leaves; without `tick` nothing happens by itself."""
        if self._in_hand.suspects:
            # The platform may bring them to a replica on another host next.
            with write(self.engine) as conn:
                inbox.suspect(conn, self._in_hand.suspects, real_now())
        self.writer.start()
        drawing = Drawing(self.keys, self.clock.now, self._undo, frozenset(channels))
        self.delivery = Delivery(channels, drawing, self.run, self.read, real_now)
        if deliver:
            self._tasks.add(asyncio.create_task(self.delivery.forever(), name="delivery"))
        if tick:
            self.schedule.start()

    async def stop(self) -> None:
        """Take nothing more in, finish what is in hand."""
        self.schedule.stop()
        if self.delivery is not None:
            await self.delivery.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.writer.close)
        await asyncio.to_thread(self.reader.close)
        self.engine.dispose()

    async def take(self, event: Event) -> Done:
        """Carry an event out; the answer comes after its COMMIT. Raises `Busy` when it takes too long."""
        at, until = self.clock.now(), monotonic() + PATIENCE
        try:
            # Understanding and carrying out share one deadline: the platform counts from its own sending.
            async with asyncio.timeout(PATIENCE):
                prepared = await self.read(lambda conn: self._prepared(conn, event, at))
                work = Happened(event, at, real_now(), prepared)
                done = await asyncio.wrap_future(self.writer.submit(work, deadline=until - monotonic()))
        except TimeoutError:
            raise Busy("waited too long") from None
        self._said()
        return done

    def _prepared(self, conn: Connection, event: Event, at: datetime) -> Prepared | None:
        """What can be done beside the writer; nothing of an event that somebody may have died of."""
        if event.key in self._in_hand.suspects or inbox.suspected(conn, event.key):
            self._in_hand.suspect(event.key)
            return None
        with self._in_hand.beside(event.key):
            return self.pipeline.prepare(conn, event, at)

    async def run(self, chore: Chore) -> Done:
        """Carry a chore out in the writer."""
        return await asyncio.wrap_future(self.writer.submit(chore, deadline=10 * PATIENCE))

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Read beside the writer."""
        return await asyncio.wrap_future(self.reader.read(fn))

    async def move_clock(self, moment: Any) -> None:
        """Let it be that moment, and let happen what is due by then."""
        self.clock.move_to(moment)
        await self.schedule.tick()

    def _said(self) -> None:
        if self.delivery is not None:
            self.delivery.wake()
