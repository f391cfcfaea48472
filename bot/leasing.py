"""The messages this process has taken on: leased under a rising number, kept while it lives, given back.

Leasing and marking go through the writer, so they share its commits, and happen in the order they were asked.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.work import Chore, Done
from storage.outbox import Leased, extend, give_back, lease, mark

log = structlog.get_logger()

LEASE = timedelta(seconds=15)  # Renewed while a call lasts; from a dead process others take over after it.
BEATS = 3  # Renewals of a lease within its time.

Run = Callable[[Chore], Awaitable[Done]]


class Leasing:
    """The leases of one incarnation: after a restart it is another one. `run`: a chore in the writer."""

    def __init__(self, run: Run, life: timedelta = LEASE) -> None:
        self._run, self._life = run, life
        self._holder = secrets.token_hex(8)
        self._held: dict[int, Leased] = {}
        self._count = 0

    async def take(self, limit: int) -> list[Leased]:
        """Lease up to `limit` messages that are due."""

        def do(conn: Connection, now: datetime) -> list[Leased]:
            return lease(conn, self._holder, now, self._life, limit)

        taken: list[Leased] = (await self.chore(do)).value
        self._held |= {one.row.id: one for one in taken}
        return taken

    async def mark(self, one: Leased, **values: Any) -> None:
        """Write the fate of a message down, if it is still ours."""
        await self.chore(lambda conn, _: mark(conn, one, **values))

    def let_go(self, one: Leased) -> None:
        """Nothing happens to this one any more: its lease is not renewed."""
        if self._held.get(one.row.id) is one:
            del self._held[one.row.id]

    async def give_back(self) -> None:
        """Whatever is still ours may be sent by others at once."""
        self._held.clear()
        await self.chore(lambda conn, _: give_back(conn, self._holder))

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renew the leases of what is in hand, as long as this lasts."""
        beat = asyncio.create_task(self._beat(), name="delivery-leases")
        try:
            yield
        finally:
            beat.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._life.total_seconds() / BEATS)
            try:
                if self._held:
                    await self.chore(self._extend)
            except Exception:
                # At worst somebody else takes over, and the platform shows a repetition once.
                log.exception("leases not renewed")

    def _extend(self, conn: Connection, now: datetime) -> int:
        # A copy made at once: this runs in the writer's thread.
        return extend(conn, list(self._held.values()), now + self._life)

    async def chore(self, do: Callable[[Connection, datetime], Any]) -> Done:
        """Do it in the writer. What was asked for happens, also when nobody waits for it any more."""
        self._count += 1
        asked = asyncio.ensure_future(self._run(Chore(f"delivery:{self._holder}:{self._count}", do)))
        return await asyncio.shield(asked)
