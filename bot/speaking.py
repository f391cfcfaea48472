"""One turn of conversation from the terminal, through the same pipeline as every other door.

The answer's rows are held back in the same transaction, so that a bot running beside us does not send them
to the person's phone as well; what is told to others stays for it to deliver.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, select, update

from bot.accounts import Accounts
from bot.clock import real_now
from bot.drawing import Drawing, Gone, Ready
from bot.event import Event, Kind, Press
from bot.in_hand import InHand, own_path
from bot.pipeline import Pipeline
from bot.platforms.taps import BadTap, TapSigner
from bot.work import Done, Happened, Work
from bot.writer import Writer
from cards.model import Message
from handlers.listening import person_named
from handlers.refusal import NotFound
from storage.directory import Organisation, OrganisationCache, PersonFact
from storage.keyring import Keyring
from storage.ledger import outbox
from storage.outbox import DROPPED, PENDING, SENT
from storage.turnstile import write

CLI = "cli"
PATIENCE = 30.0  # Seconds for our turn beside a busy writer.
HELD = timedelta(minutes=2)


class NotOurTap(Exception):
    """这个按钮代码不是小二给的，或者不完整。请从 say 的输出里原样复制。"""


@dataclass(frozen=True, slots=True)
class Told:
    """A message as its recipient may see it."""

    to: str
    message: Message


class ByName(Accounts):
    """On the terminal people are named; on platforms they have accounts."""

    def person(self, org: Organisation, event: Event) -> PersonFact | None:
        """The person of that name, None for an outsider."""
        if event.platform != CLI:
            return super().person(org, event)
        try:
            return person_named(org, event.sender)
        except NotFound:
            return None


class Aloud(Pipeline):
    """A pipeline that holds the answers on the terminal back from delivery."""

    def end(self, conn: Connection) -> None:
        """Queue as ever, then take the answers ourselves."""
        super().end(conn)
        mine = (outbox.c.platform == CLI) & (outbox.c.state == PENDING) & outbox.c.lease_by.is_(None)
        until = self.real_now() + HELD
        conn.execute(update(outbox).where(mine).values(lease_by=CLI, lease_no=1, lease_until=until))


@dataclass(frozen=True, slots=True)
class Terminal:
    """Speaks for people by name. `fold`: how each platform compares user ids."""

    engine: Engine
    keys: Keyring
    undo: timedelta
    in_hand: Path
    signer: TapSigner
    fold: Mapping[str, Callable[[str], str]]

    def say(self, name: str, text: str, at: datetime) -> list[Told]:
        """Say it; the messages that follow from it. Raises `Busy`."""
        return self._turn(Event(_key(), CLI, "", name, Kind.TEXT, at, text=text), at)

    def tap(self, name: str, code: str, at: datetime) -> list[Told]:
        """Tap a button by its code. Raises `NotOurTap`, `Busy`."""
        try:
            signed = self.signer.read(code, connection=CLI, now=time.time())
        except BadTap:
            raise NotOurTap(NotOurTap.__doc__) from None
        press = Press(signed.packed, "", expired=signed.expired)
        return self._turn(Event(_key(), CLI, "", name, Kind.TAP, at, press=press), at)

    def _turn(self, event: Event, at: datetime) -> list[Told]:
        pipeline = Aloud(self.keys, ByName(self.fold), real_now, self.undo)
        in_hand = InHand(own_path(self.in_hand))
        writer: Writer[Work, Done] = Writer(self.engine, pipeline, in_hand, deadline=PATIENCE)
        with writer:
            writer.submit(Happened(event, at, real_now())).result()
        told, fates = self._drawn(event.key, at)
        with write(self.engine) as conn:
            for row_id, fate in fates.items():
                ours = (outbox.c.id == row_id) & (outbox.c.lease_by == CLI)
                free = {"lease_by": None, "lease_until": None}
                conn.execute(update(outbox).where(ours).values(**fate, **free))
        return told

    def _drawn(self, cause: str, at: datetime) -> tuple[list[Told], dict[int, dict[str, Any]]]:
        """What follows from the event as everybody may see it, and what becomes of the answers' rows."""
        told, fates = [], {}
        asked = select(outbox).where(outbox.c.cause == cause, outbox.c.kind != "update").order_by(outbox.c.id)
        with self.engine.execution_options(ro=True).connect() as conn, conn.begin():
            org = OrganisationCache().get(conn)
            everywhere = {(one.platform, one.connection) for one in org.accounts.values()} | {(CLI, "")}
            drawing = Drawing(self.keys, lambda: at, self.undo, frozenset(everywhere))
            for row in conn.execute(asked).all():
                drawn = drawing.draw(conn, row)
                if row.platform == CLI:
                    fates[row.id] = _fate(drawn)
                if not isinstance(drawn, Gone):
                    told.append(Told(_name(org, row), drawn.message))
        return told, fates


def _fate(drawn: Ready | Gone) -> dict[str, Any]:
    if isinstance(drawn, Gone):
        return {"state": DROPPED, "reason": drawn.reason}
    return {"state": SENT, "sent_at": real_now()}


def _key() -> str:
    return f"{CLI}:{uuid4().hex}"


def _name(org: Organisation, row: Any) -> str:
    person = org.people.get(row.person_id)
    if person is None:
        return str(row.userid or "")
    shared = len(org.named[person.name]) > 1
    return f"{person.name}@{org.units[person.unit_id].code}" if shared else person.name
