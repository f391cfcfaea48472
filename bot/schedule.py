"""What happens by itself. APScheduler only wakes us; what is due lies in the store and is claimed there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Connection

from bot.clock import real_now
from bot.event import Event, Kind
from bot.messages import queued, updates
from bot.sealing import EVERY, Sealing
from bot.work import Chore, Done, Happened
from handlers.reply import Reply
from handlers.tasks import jobs
from storage.audit import Entry, write_entries
from storage.keyring import Keyring
from storage.outbox import queue
from storage.scope import MACHINERY
from storage.session import changes_of, open_session
from storage.tasks import Tasks

log = structlog.get_logger()

TICK = 20  # Real seconds between two looks.
DOOR = "schedule"

Job = Callable[[Tasks], Reply]
JOBS: Sequence[tuple[str, Job]] = (("task.overdue", jobs.overdue),)


class Schedule:
    """Wakes the jobs. `clock` is business time; `run` carries a chore out in the writer."""

    def __init__(
        self,
        keys: Keyring,
        clock: Callable[[], datetime],
        run: Callable[[Chore], Awaitable[Done]],
        said: Callable[[], None],
        sealing: Sealing,
    ) -> None:
        self._keys, self._clock, self._run, self._said = keys, clock, run, said
        self._sealing = sealing
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._count = 0

    def start(self) -> None:
        """Look every few seconds from now on."""
        trigger = IntervalTrigger(seconds=TICK)
        often = {"coalesce": True, "max_instances": 1, "misfire_grace_time": 60}
        self._scheduler.add_job(self.tick, trigger, **often)
        self._scheduler.add_job(self.seal, IntervalTrigger(seconds=EVERY), **often)
        self._scheduler.start()

    def stop(self) -> None:
        """No more looks."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def seal(self) -> None:
        """Link what was recorded since the last look."""
        try:
            await self._sealing.once(real_now())
        except asyncio.CancelledError:
            # Stopping: what is not linked yet is linked at the next start.
            log.info("sealing stopped")
        except Exception:
            log.exception("sealing failed")

    async def tick(self) -> None:
        """Run every job until it finds nothing more."""
        for name, job in JOBS:
            while True:
                self._count += 1
                chore = Chore(f"tick:{name}:{self._count}", self._work(name, job))
                try:
                    done = await self._run(chore)
                except Exception:
                    log.exception("job failed", job=name)
                    break
                self._said()
                if not done.value:
                    break

    def _work(self, name: str, job: Job) -> Callable[[Connection, datetime], Any]:
        def do(conn: Connection, real_now: datetime) -> int:
            now = self._clock()
            with open_session(conn, MACHINERY) as session:
                reply = job(Tasks(session, now))
                session.flush()
                changes = changes_of(session)
                session.commit()
            event = Event(f"{name}:{now.isoformat()}", DOOR, "", "", Kind.OTHER, now)
            work = Happened(event, now, real_now)
            entries = [
                Entry(
                    event.key, now, real_now, None, DOOR, name, change.noun, change.record_id,
                    {"what": change.what, "fields": change.values},
                )
                for change in changes
            ]  # fmt: skip
            write_entries(conn, self._keys, entries)
            queue(conn, [*queued(reply, work, None, real_now), *updates(conn, changes, work, real_now)])
            return len(reply.sayings)

        return do
