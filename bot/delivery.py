"""Delivery: from the outbox to the platforms, with leases, retries and dead letters.

A message is leased under a rising number; whoever comes back late can no longer mark it. Leasing and marking
go through the writer, so they share its commits; drawing reads beside it; only sending is asynchronous.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection

from bot.drawing import Drawing, Gone, Ready
from bot.line import Busy
from bot.messages import renewal
from bot.work import Chore, Done
from cards.model import Card, Message
from storage.audit import last_change
from storage.outbox import (
    DEAD,
    DROPPED,
    PENDING,
    SENT,
    Leased,
    extend,
    keep_copy,
    lease,
    mark,
    queue,
    spend_code,
    version_of,
)

log = structlog.get_logger()

LEASE = timedelta(seconds=15)  # Renewed while a call lasts; from a dead process others take over after it.
BEATS = 3  # Renewals of a lease within its time.
CODE_LIFE = timedelta(hours=72)
TRIES = 32  # Two hours of a platform's silence and more.
LONGEST_WAIT = 600.0
AT_ONCE = 8


class Undelivered(Exception):
    """A platform's answer as what to do: retry, unknown, dead, expired, exists or settings."""

    def __init__(self, fate: str, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.fate, self.reason, self.after = fate, reason, after


class Receipt(Protocol):
    """What a platform gives for a delivered message."""

    @property
    def msgid(self) -> str:
        """The platform's id of the message."""

    @property
    def response_code(self) -> str:
        """The right to update the card once; empty where there is none."""

    @property
    def repeated(self) -> bool:
        """Whether an earlier try had worked: then it is not known in which state."""


class Channel(Protocol):
    """A connection to a platform, as delivery needs it. Both raise `Undelivered`."""

    async def deliver(self, userid: str, message: Message, *, task_id: str) -> Receipt:
        """Say it to one member."""

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str, again: bool
    ) -> Receipt:
        """Show the new state on a card that hangs there."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What was sent: a card under `task_id`, or, where that is empty, a renewal of the copy.

    Without a receipt nothing was: the right to renew had ended.
    """

    task_id: str = ""
    receipt: Receipt | None = None


Run = Callable[[Chore], Awaitable[Done]]
Read = Callable[[Callable[[Connection], Any]], Awaitable[Any]]


class Delivery:
    """Sends what is due until it is stopped. `run`: a chore in the writer; `read`: beside it."""

    def __init__(
        self,
        channels: Mapping[tuple[str, str], Channel],
        drawing: Drawing,
        run: Run,
        read: Read,
        real_now: Callable[[], datetime],
        life: timedelta = LEASE,
    ) -> None:
        self._channels, self._drawing, self._run, self._read = channels, drawing, run, read
        self._now, self._life = real_now, life
        self._holder = secrets.token_hex(8)  # this incarnation; a restart is another one
        self._wake = asyncio.Event()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._count = 0

    def wake(self) -> None:
        """Something was committed: look at once."""
        self._wake.set()

    async def forever(self, pause: float = 1.0) -> None:
        """Deliver, rest, deliver again. Ends when cancelled."""
        while True:
            self._wake.clear()
            try:
                busy = await self.once()
            except Exception:
                log.exception("delivery round failed")
                busy = False
            if not busy:
                try:
                    await asyncio.wait_for(self._wake.wait(), pause)
                except TimeoutError:
                    continue

    async def once(self) -> bool:
        """One round: lease what is due, send it, mark it. True when there may be more."""
        taken: list[Leased] = (await self._chore(self._lease)).value
        if not taken:
            return False
        beat = asyncio.create_task(self._hold(taken), name="delivery-leases")
        try:
            await asyncio.gather(*(self._send(one) for one in taken))
        finally:
            beat.cancel()
        return True

    def _lease(self, conn: Connection, now: datetime) -> list[Leased]:
        return lease(conn, self._holder, now, self._life)

    async def _hold(self, taken: list[Leased]) -> None:
        """Renew the leases of what is still on its way, as long as we live."""
        while True:
            await asyncio.sleep(self._life.total_seconds() / BEATS)
            try:
                await self._chore(lambda conn, now: extend(conn, taken, now + self._life))
            except Exception:
                # At worst somebody else takes over, and the platform shows a repetition once.
                log.exception("leases not renewed")

    async def _chore(self, do: Callable[[Connection, datetime], Any]) -> Done:
        self._count += 1
        return await self._run(Chore(f"delivery:{self._holder}:{self._count}", do))

    async def _send(self, one: Leased) -> None:
        async with self._gate:
            try:
                await self._attempt(one)
            except Exception:
                # What holds us up is ours, not the message's: it comes again when its lease is over.
                log.exception("message left leased", outbox=one.row.id)

    async def _attempt(self, one: Leased) -> None:
        try:
            ready = await self._read(lambda conn: self._drawing.draw(conn, one.row))
            if isinstance(ready, Gone):
                await self._mark(one, state=DROPPED, reason=ready.reason)
                return
            sent = await (self._renew(ready) if one.row.kind == "update" else self._deliver(ready))
        except Undelivered as problem:
            await self._later(one, problem)
        except Busy:
            raise
        except Exception as bug:
            # It may be this message alone: it must neither stop the others nor be tried for ever.
            log.exception("message cannot be sent", outbox=one.row.id)
            await self._later(one, Undelivered("retry", f"程序出错：{type(bug).__name__}"))
        else:
            await self._sent(one, ready, sent)

    async def _deliver(self, ready: Ready, task_id: str = "") -> Sending:
        channel = self._channels[(ready.address.platform, ready.address.connection)]
        task_id = task_id or ready.task_id
        return Sending(task_id, await channel.deliver(ready.address.userid, ready.message, task_id=task_id))

    async def _renew(self, ready: Ready) -> Sending | None:
        """Show the new state on the card, or on a fresh one where the right to renew is gone."""
        copy = ready.copy
        if copy.shown_version >= ready.version:
            return None  # a newer state is shown already
        if copy.response_code and copy.code_until and copy.code_until > self._now():
            channel = self._channels[(ready.address.platform, ready.address.connection)]
            try:
                receipt = await channel.update(
                    ready.address.userid, ready.message, response_code=copy.response_code,
                    # Whoever leased it before us may have died after the platform took it.
                    task_id=copy.task_id, again=ready.row.lease_no > 0,
                )  # fmt: skip
                return Sending(receipt=receipt)
            except Undelivered as problem:
                if problem.fate != "expired":
                    raise
        return await self._deliver(ready, ready.fresh_id) if ready.anew else Sending()

    async def _sent(self, one: Leased, ready: Ready, sent: Sending | None) -> None:
        now = self._now()

        def note(conn: Connection, _: datetime) -> None:
            if not mark(conn, one, state=SENT, sent_at=now) or sent is None:
                return
            receipt = sent.receipt
            if one.row.kind == "update":
                renewed = bool(receipt and not sent.task_id and not receipt.repeated)
                spend_code(conn, ready.copy, ready.version if renewed else None)
            hangs = isinstance(ready.message, Card) and one.row.record_id and one.row.person_id
            if receipt and sent.task_id and hangs:
                _keep(conn, ready, sent.task_id, receipt, now)

        await self._chore(note)

    async def _later(self, one: Leased, problem: Undelivered) -> None:
        attempts = one.row.attempts + 1
        if problem.fate == "exists":
            await self._mark(one, state=SENT, sent_at=self._now(), reason="平台已收到过")
        elif problem.fate in ("dead", "expired") or attempts >= TRIES:
            log.warning("message is dead", outbox=one.row.id, reason=problem.reason)
            await self._mark(one, state=DEAD, attempts=attempts, reason=problem.reason[:200])
        else:
            pause = min(LONGEST_WAIT, 2.0**attempts) * random.uniform(0.5, 1.0)
            wait = max(problem.after, pause)
            due = self._now() + timedelta(seconds=wait)
            await self._mark(one, state=PENDING, attempts=attempts, due_at=due, reason=problem.reason[:200])

    async def _mark(self, one: Leased, **values: Any) -> None:
        await self._chore(lambda conn, _: mark(conn, one, **values))


def _keep(conn: Connection, ready: Ready, task_id: str, receipt: Receipt, now: datetime) -> None:
    """Remember the card that hangs there now, and renew it if its record has changed since it was drawn."""
    row = ready.row
    # Locked before the card is known: whoever changes the record waits, and then finds the card.
    present = version_of(conn, row.noun, row.record_id)
    # Of a card that an earlier try has brought there it is not known which state it shows.
    shown = 0 if receipt.repeated else ready.version
    copy = keep_copy(
        conn,
        {
            "task_id": task_id, "person_id": row.person_id, "platform": ready.address.platform,
            "connection": ready.address.connection, "userid": ready.address.userid, "noun": row.noun,
            "record_id": row.record_id, "draw": row.draw, "args": row.args, "shown_version": shown,
            "response_code": receipt.response_code or None,
            "code_until": now + CODE_LIFE if receipt.response_code else None, "message_id": receipt.msgid,
        },
    )  # fmt: skip
    if present > ready.version or receipt.repeated:
        cause = last_change(conn, row.noun, row.record_id, row.queued_at, but=row.cause)
        if cause is not None or present > ready.version:
            cause = cause or row.cause
            queue(conn, [renewal(copy, cause, f"{cause}:{row.key}", row.at, now)])
