"""Cards that hang on screens: remembered when they are sent, renewed when their record has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.drawing import Ready
from bot.messages import renewal
from cards.model import Card
from storage.audit import last_change
from storage.outbox import keep_copy, queue, shown_of, spend_code, version_of


class Receipt(Protocol):
    """What a platform gives for a delivered or renewed message."""

    @property
    def msgid(self) -> str:
        """The platform's id of the message."""

    @property
    def response_code(self) -> str:
        """The right to update the card once more from now on; empty where there is none."""

    @property
    def repeated(self) -> bool:
        """Whether an earlier try had worked: then it is not known in which state."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What was sent: a card under `task_id`, or, where that is empty, a renewal of the copy.

    Without a receipt nothing was: the right to renew had ended.
    """

    task_id: str = ""
    receipt: Receipt | None = None


def renewable(ready: Ready, now: datetime) -> bool:
    """Whether the card hangs where the recipient is reached, and may be renewed still. `now`: real time."""
    copy, address = ready.copy, ready.address
    # The connection it hangs in may be gone; then the recipient reads on elsewhere.
    here = (copy.platform, copy.connection) == (address.platform, address.connection)
    lasts = copy.code_until is None or copy.code_until > now
    return bool(copy.response_code) and here and lasts


def remember(conn: Connection, ready: Ready, sent: Sending, now: datetime, until: datetime | None) -> None:
    """What hangs where after a sending; rights that it gave end `until`, None where they do not end."""
    receipt = sent.receipt
    if ready.row.kind == "update":
        again = receipt if not sent.task_id else None
        shown = ready.version if again and not again.repeated else None
        code = again.response_code if again else ""
        newer = shown is not None and shown_of(conn, ready.copy) > shown
        spend_code(conn, ready.copy, shown, code, until if code else None)
        if newer:
            # Something newer was shown while this was on its way, and has just been painted over.
            row = ready.row
            queue(conn, [renewal(ready.copy, row.cause, f"overtaken:{row.key}", row.at, now)])
    hangs = isinstance(ready.message, Card) and ready.row.record_id and ready.row.person_id
    if receipt and sent.task_id and hangs:
        _keep(conn, ready, sent.task_id, receipt, now, until)


def _keep(
    conn: Connection, ready: Ready, task_id: str, receipt: Receipt, now: datetime, until: datetime | None
) -> None:
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
            "code_until": until if receipt.response_code else None, "message_id": receipt.msgid,
        },
    )  # fmt: skip
    if present > ready.version or receipt.repeated:
        cause = last_change(conn, row.noun, row.record_id, row.queued_at, but=row.cause)
        if cause is not None or present > ready.version:
            cause = cause or row.cause
            queue(conn, [renewal(copy, cause, f"{cause}:{row.key}", row.at, now)])
