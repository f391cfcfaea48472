"""The sealer: links what was recorded into the chain within seconds, and notes its head outside the store."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Engine

from bot.work import Chore, Done
from storage.anchor import Contradicted, write_anchor
from storage.keyring import Keyring
from storage.seal import seal

log = structlog.get_logger()

SLICE = 500
EVERY = 3  # Real seconds: entries younger than this may not be sealed yet.


class Sealing:
    """Seals in slices through the writer; `anchor` is the file that holds the heads."""

    def __init__(
        self, engine: Engine, keys: Keyring, anchor: Path, run: Callable[[Chore], Awaitable[Done]]
    ) -> None:
        self._engine, self._keys, self._anchor, self._run = engine, keys, anchor, run
        self._count = 0

    async def once(self, at: datetime) -> int:
        """Link everything that waits; returns how many entries. The head is noted when it has moved."""
        sealed = 0
        while True:
            self._count += 1
            done = await self._run(
                Chore(f"seal:{self._count}", lambda conn, _: seal(conn, self._keys, SLICE))
            )
            linked: int = done.value
            sealed += linked
            if linked < SLICE:
                break
        if sealed:
            await asyncio.to_thread(self._note, at)
        return sealed

    def _note(self, at: datetime) -> None:
        try:
            write_anchor(self._anchor, self._engine, at)
        except Contradicted as contradicted:
            log.error("the record contradicts its anchor", reason=str(contradicted))
