"""One at a time for each card: without versions at DingTalk, the later of two renewals must be the newer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Turns by name. Whoever has waited `patience` seconds goes ahead all the same."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Wait for one's turn, and keep it while this lasts."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        self._users[name] = self._users.get(name, 0) + 1
        mine = False
        try:
            mine = await self._acquire(lock)
            yield
        finally:
            if mine:
                lock.release()
            self._users[name] -= 1
            if not self._users[name]:
                del self._users[name], self._locks[name]

    async def _acquire(self, lock: asyncio.Lock) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                return await lock.acquire()
        except TimeoutError:
            return False
