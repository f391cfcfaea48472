"""Clicks on cards that come without an event id, and cards as they look after one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import Connection, select

from bot.drawing import Address, Drawing, Gone
from bot.messages import renewal
from cards.model import Message
from storage.ledger import copies, inbox
from storage.outbox import EMPTY

SAME = timedelta(minutes=10)  # Within this a second click on one state is a double click or a redelivery.
AGAIN = 32


def occurrence(conn: Connection, key: str, now: datetime) -> str:
    """The name of this click: the earlier one's, or, long after it, a name of its own. `now`: real time.

    A card that is redrawn carries other taps, and so other keys. This lets the buttons of a card live on that
    could not be redrawn, and still takes a click once, however often and wherever it is delivered.
    """
    names = [key, *(f"{key}:{number}" for number in range(2, AGAIN + 1))]
    asked = select(inbox.c.key, inbox.c.received_at).where(inbox.c.key.in_(names))
    came = {row.key: row.received_at for row in conn.execute(asked)}
    latest = next((name for name in reversed(names) if name in came), "")
    if not latest:
        return key
    over = now - came[latest] > SAME and latest != names[-1]
    return names[names.index(latest) + 1] if over else latest


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card that shows a record is to show now; no message where nothing is to change."""

    message: Message | None


def present(conn: Connection, drawing: Drawing, account: Address, card: str, now: datetime) -> Shown | None:
    """The card's record as its owner may see it now; None for a card of no record. `now`: real time.

    Somebody the card was forwarded to changes nothing on it.
    """
    copy = conn.execute(select(copies).where(copies.c.task_id == card)).one_or_none()
    if copy is None:
        return None
    if Address(copy.platform, copy.connection, copy.userid) != account:
        return Shown(None)
    drawn = drawing.draw(conn, SimpleNamespace(**{**EMPTY, **renewal(copy, "", card, now, now)}))
    return Shown(None if isinstance(drawn, Gone) else drawn.message)
