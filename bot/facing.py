"""The tapped card in the answer to its tap, where a platform renews cards that way.

The tap's own transaction leases the renewal of that card (`bot/messages.py`), so no delivery overtakes the
answer. If the answer does not get out in time, the lease ends and delivery renews the card as always.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select, update

from bot.accounts import Accounts
from bot.drawing import Drawing, Ready
from bot.event import Event
from bot.work import Chore, Done
from cards.model import Message
from storage.ledger import copies, outbox
from storage.outbox import SENT, Leased, mark

LEASE = timedelta(seconds=2)  # As long as DingTalk waits for the answer; other platforms wait longer.


def holder_of(event_key: str) -> str:
    """In whose name the tap's transaction leases the renewal."""
    return "answer:" + hashlib.sha256(event_key.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Face:
    """What the tapped card shows now."""

    message: Message
    task_id: str
    ready: Ready


class Facing:
    """Draws tapped cards. `run`: a chore in the writer; `read`: beside it."""

    def __init__(
        self,
        accounts: Accounts,
        drawing: Drawing,
        run: Callable[[Chore], Awaitable[Done]],
        read: Callable[[Callable[[Connection], Any]], Awaitable[Any]],
        real_now: Callable[[], datetime],
    ) -> None:
        self._accounts, self._drawing = accounts, drawing
        self._run, self._read, self._now = run, read, real_now

    async def face(self, event: Event) -> Face | None:
        """The card of a committed tap; None where it has not changed, or hangs with somebody else."""
        if event.press is None or not event.press.in_place:
            return None
        face: Face | None = await self._read(lambda conn: self._draw(conn, event))
        return face

    async def written(self, event: Event, face: Face) -> None:
        """The answer is out: the renewal need not be delivered."""
        row, copy = face.ready.row, face.ready.copy

        def note(conn: Connection, now: datetime) -> None:
            if mark(conn, Leased(row, holder_of(event.key), row.lease_no), state=SENT, sent_at=now):
                older = and_(copies.c.id == copy.id, copies.c.shown_version < face.ready.version)
                conn.execute(update(copies).where(older).values(shown_version=face.ready.version))

        await self._run(Chore(f"faced:{row.id}:{row.lease_no}", note))

    async def let_go(self, event: Event) -> None:
        """The answer went out without the card: delivery may renew it at once."""
        held = and_(outbox.c.cause == event.key, outbox.c.lease_by == holder_of(event.key))

        def free(conn: Connection, now: datetime) -> None:
            conn.execute(update(outbox).where(held).values(lease_until=None))

        await self._run(Chore(f"unfaced:{holder_of(event.key)}", free))

    def _draw(self, conn: Connection, event: Event) -> Face | None:
        mine = and_(outbox.c.cause == event.key, outbox.c.lease_by == holder_of(event.key))
        row = conn.execute(select(outbox).where(mine)).one_or_none()
        if row is None or row.lease_until is None or row.lease_until <= self._now():
            return None
        ready = self._drawing.draw(conn, row)
        if not isinstance(ready, Ready) or not self._accounts.same(event, ready.address):
            return None
        return Face(ready.message, ready.copy.task_id, ready)
