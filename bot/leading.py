"""Work that one process of several does: begun when it leads, ended when it leads no longer."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.work import Chore, Done
from storage.leader import lead, resign

log = structlog.get_logger()

LIFE = timedelta(seconds=9)
BEATS = 3  # Renewals within that time.

Run = Callable[[Chore], Awaitable[Done]]


class Leading:
    """Runs `work` here while this process leads `name`: `forever` in a task, whose end ends the work."""

    def __init__(
        self, name: str, work: Callable[[], Coroutine[Any, Any, None]], run: Run, life: timedelta = LIFE
    ) -> None:
        self._name, self._make, self._run, self._life = name, work, run, life
        self._holder = secrets.token_hex(8)
        self._count = 0
        self._work: asyncio.Task[None] | None = None

    @property
    def leads(self) -> bool:
        """Whether the work is done here."""
        return self._work is not None

    async def forever(self) -> None:
        """Try to lead, keep leading, try again. Ends when cancelled, and then lets others lead at once."""
        try:
            while True:
                await self.once()
                await asyncio.sleep(self._life.total_seconds() / BEATS)
        finally:
            await asyncio.shield(self.end())

    async def once(self) -> None:
        """One look: begin where nobody leads, stop where somebody else does."""
        try:
            async with asyncio.timeout(self._life.total_seconds() / BEATS):
                leads = await self._chore(
                    lambda conn, now: lead(conn, self._name, self._holder, now, self._life)
                )
        except Exception:
            # Whoever cannot say that it leads does not lead.
            log.exception("leadership not renewed", name=self._name)
            leads = False
        if self._work is not None and self._work.done():
            await self._stop()
        if leads and self._work is None:
            self._work = asyncio.create_task(self._make(), name=self._name)
        elif not leads and self._work is not None:
            await self._stop()

    async def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
            ended = await asyncio.gather(self._work, return_exceptions=True)
            if isinstance(ended[0], Exception):
                log.error("led work ended", name=self._name, exc_info=ended[0])
            self._work = None

    async def end(self) -> None:
        """Stop the work, and let others lead at once."""
        held = self.leads
        await self._stop()
        if held:
            try:
                await self._chore(lambda conn, now: resign(conn, self._name, self._holder, now))
            except Exception:
                log.warning("leadership not resigned", name=self._name)

    async def _chore(self, do: Callable[[Connection, datetime], Any]) -> Any:
        self._count += 1
        done = await self._run(Chore(f"lead:{self._name}:{self._holder}:{self._count}", do))
        return done.value
