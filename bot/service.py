"""The running bot without its doors: store, writer, readers, delivery, schedule. Doors hand it events."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from bot.clock import Clock, real_now
from bot.delivery import Channel, Delivery
from bot.drawing import Drawing
from bot.event import Event
from bot.in_hand import InHand, claim_leftovers, own_path
from bot.pipeline import Accounts, Pipeline
from bot.reader import Reader
from bot.schedule import Schedule
from bot.sealing import Sealing
from bot.work import Chore, Done, Happened, Work
from bot.writer import Writer
from storage.keyring import Keyring

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
        self.writer: Writer[Work, Done] = Writer(engine, self.pipeline, InHand(own_path(in_hand), leftovers))
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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.writer.close)
        await asyncio.to_thread(self.reader.close)
        self.engine.dispose()

    async def take(self, event: Event) -> Done:
        """Carry an event out; the answer comes after its COMMIT. Raises `Busy` when it takes too long."""
        at = self.clock.now()
        prepared = await self.read(lambda conn: self.pipeline.prepare(conn, event, at))
        done = await asyncio.wrap_future(
            self.writer.submit(Happened(event, at, real_now(), prepared), deadline=PATIENCE)
        )
        self._said()
        return done

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
