"""Delivery: from the outbox to the platforms, with leases, retries and dead letters.

A message is leased under a rising number (`bot/leasing.py`); whoever comes back late can no longer mark it.
Drawing reads beside the writer; only sending is asynchronous. A few are sent at once, and as soon as one is
done the next begins: one that hangs holds up nobody but itself.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection

from bot.drawing import Drawing, Gone, Ready
from bot.hanging import Receipt, Sending, remember, renewable
from bot.leasing import LEASE, Leasing, Run
from bot.line import Busy
from cards.model import Message
from storage.outbox import DEAD, DROPPED, PENDING, SENT, Leased, mark

log = structlog.get_logger()

TRIES = 32  # Two hours of a platform's silence and more.
LONGEST_WAIT = 600.0
AT_ONCE = 8
BATCH = 24  # Leased in one go; the next are leased when these have begun.
GRACE = 5.0  # Seconds for calls under way when we are told to stop.


class Undelivered(Exception):
    """A platform's answer as what to do: retry, unknown, dead, expired, exists or settings."""

    def __init__(self, fate: str, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.fate, self.reason, self.after = fate, reason, after


class Channel(Protocol):
    """A connection to a platform, as delivery needs it. Both calls raise `Undelivered`."""

    @property
    def renewable_for(self) -> timedelta | None:
        """How long a right to renew a card lasts; None where it lasts as long as the card."""

    async def deliver(
        self, userid: str, message: Message, *, task_id: str, chat: str = "", reply_to: str = ""
    ) -> Receipt:
        """Say it to one member, or to the group `chat`; by the address `reply_to` where it takes one."""

    async def update(
        self, userid: str, message: Message, *, response_code: str, task_id: str, again: bool
    ) -> Receipt:
        """Show the new state on a card that hangs there. `again`: an earlier try's fate is unknown."""


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
        self._channels, self._drawing, self._read = channels, drawing, read
        self._now = real_now
        self._leasing = Leasing(run, life)
        self._waiting: deque[Leased] = deque()
        self._slots: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something was committed: look at once."""
        self._wake.set()

    async def forever(self, pause: float = 1.0) -> None:
        """Send whatever falls due, until told to stop. Looks every `pause` seconds, and when woken."""
        async with self._leasing.kept():
            while not self._stopping:
                self._wake.clear()
                try:
                    await self._fill()
                except Exception:
                    log.exception("nothing leased")
                try:
                    async with asyncio.timeout(pause):
                        await self._wake.wait()
                except TimeoutError:
                    continue

    async def once(self) -> bool:
        """Send what is due, and what falls due meanwhile; True when there was anything."""
        some = False
        async with self._leasing.kept():
            while True:
                if not await self._fill():
                    return some
                some = True
                await asyncio.wait(self._slots, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, grace: float = GRACE) -> None:
        """Begin nothing more; calls under way have `grace` seconds. The rest others may send at once."""
        self._stopping = True
        self.wake()
        self._waiting.clear()
        if self._slots:
            await asyncio.wait(self._slots, timeout=grace)
        cut = list(self._slots)
        for slot in cut:
            slot.cancel()
        await asyncio.gather(*cut, return_exceptions=True)
        try:
            async with asyncio.timeout(GRACE):
                await self._leasing.give_back()
        except Exception:
            # Then they wait until their leases are over.
            log.exception("leases not given back")

    async def _fill(self) -> bool:
        """Let the next begin wherever there is room; True while anything is on its way."""
        if not self._stopping and not self._waiting and len(self._slots) < AT_ONCE:
            self._waiting.extend(await self._leasing.take(BATCH))
        while self._waiting and len(self._slots) < AT_ONCE and not self._stopping:
            slot = asyncio.create_task(self._send(self._waiting.popleft()), name="delivery-slot")
            self._slots.add(slot)
            slot.add_done_callback(self._emptied)
        return bool(self._slots)

    def _emptied(self, slot: "asyncio.Task[None]") -> None:
        self._slots.discard(slot)
        self.wake()

    async def _send(self, one: Leased) -> None:
        try:
            await self._attempt(one)
        except Exception:
            # What holds us up is ours, not the message's: it comes again when its lease is over.
            log.exception("message left leased", outbox=one.row.id)
        finally:
            self._leasing.let_go(one)

    async def _attempt(self, one: Leased) -> None:
        try:
            ready = await self._read(lambda conn: self._drawing.draw(conn, one.row))
            if isinstance(ready, Gone):
                await self._leasing.mark(one, state=DROPPED, reason=ready.reason)
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
        task_id = task_id or ready.task_id
        to = ready.address
        receipt = await self._channel(ready).deliver(
            to.userid, ready.message, task_id=task_id, chat=to.chat, reply_to=to.reply_to
        )
        return Sending(task_id, receipt)

    async def _renew(self, ready: Ready) -> Sending | None:
        """Show the new state on the card, or on a fresh one where the right to renew is gone."""
        copy = ready.copy
        if copy.shown_version >= ready.version:
            return None  # a newer state is shown already
        if renewable(ready, self._now()):
            try:
                receipt = await self._channel(ready).update(
                    ready.address.userid, ready.message, response_code=copy.response_code,
                    # Whoever leased it before us may have died after the platform took it.
                    task_id=copy.task_id, again=ready.row.lease_no > 0,
                )  # fmt: skip
                return Sending(receipt=receipt)
            except Undelivered as problem:
                if problem.fate != "expired":
                    raise
        return await self._deliver(ready, ready.fresh_id) if ready.anew else Sending()

    def _channel(self, ready: Ready) -> Channel:
        return self._channels[(ready.address.platform, ready.address.connection)]

    async def _sent(self, one: Leased, ready: Ready, sent: Sending | None) -> None:
        now, life = self._now(), self._channel(ready).renewable_for

        def note(conn: Connection, _: datetime) -> None:
            if mark(conn, one, state=SENT, sent_at=now) and sent is not None:
                remember(conn, ready, sent, now, now + life if life is not None else None)

        await self._leasing.chore(note)

    async def _later(self, one: Leased, problem: Undelivered) -> None:
        attempts = one.row.attempts + 1
        if problem.fate == "exists":
            await self._leasing.mark(one, state=SENT, sent_at=self._now(), reason="平台已收到过")
        elif problem.fate in ("dead", "expired") or attempts >= TRIES:
            log.warning("message is dead", outbox=one.row.id, reason=problem.reason)
            await self._leasing.mark(one, state=DEAD, attempts=attempts, reason=problem.reason[:200])
        else:
            pause = min(LONGEST_WAIT, 2.0**attempts) * random.uniform(0.5, 1.0)
            wait = max(problem.after, pause)
            due = self._now() + timedelta(seconds=wait)
            await self._leasing.mark(
                one, state=PENDING, attempts=attempts, due_at=due, reason=problem.reason[:200]
            )
