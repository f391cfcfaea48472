"""From what a handler answered to rows of the outbox."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.event import ANSWERS_ONLY, Event
from bot.facing import LEASE, holder_of
from bot.work import Happened
from cards import general
from cards.model import card_name
from handlers.reply import Reply
from storage.outbox import copies_of
from storage.session import Change

URGENT, NORMAL, UPDATE = 1, 5, 4
# No card shows these, and a card can be renewed only once without a tap: it is not spent on them.
UNSEEN = frozenset({"alerted_version"})
ELSEWHERE = "已私下回复你，请看和小二的单聊。"


def queued(reply: Reply, work: Happened, person_id: int | None, real_now: datetime) -> list[dict[str, Any]]:
    """A row for everything the reply says. An answer goes to the account that spoke, a push to the person."""
    event = work.event
    rows = []
    for number, saying in enumerate(reply.sayings):
        answer = saying.to is None
        row = {
            "key": f"{work.key}:{number}" if answer else f"{saying.key}:{saying.to}",
            "cause": work.key,
            "kind": "reply" if answer else "push",
            "person_id": person_id if answer else saying.to,
            "draw": saying.draw,
            "args": {"ids": list(saying.ids), "many": saying.many, "words": saying.words},
            "noun": saying.noun or None,
            "record_id": saying.ids[0] if saying.ids and not saying.many else None,
            "priority": URGENT if saying.urgent else NORMAL,
            "due_at": real_now,
            "queued_at": real_now,
            "at": work.at,
        }
        if answer:
            row |= _address(event, reply, person_id, number)
        rows.append(row)
    answered = person_id is not None and any(saying.to is None for saying in reply.sayings)
    if event.group and answered and not reply.open:
        rows.append(_elsewhere(work, real_now))
    return rows


def _address(event: Event, reply: Reply, person_id: int | None, number: int) -> dict[str, Any]:
    """Where an answer goes. In a group only what everybody may read is said; the rest goes to the person.

    Who is in a group is not known: outsiders may be.
    """
    in_group = event.group and (reply.open or person_id is None)
    if (event.group and not in_group) or (event.once and number):
        return {}
    row: dict[str, Any] = {"platform": event.platform, "connection": event.connection}
    row |= {"userid": event.sender, "reply_to": event.reply_to or None}
    return row | {"person_id": None, "chat": event.chat} if in_group else row


def _elsewhere(work: Happened, real_now: datetime) -> dict[str, Any]:
    """What a group reads of an answer that is not for everybody."""
    event = work.event
    return {
        "key": f"{work.key}:group", "cause": work.key, "kind": "reply", "draw": card_name(general.say),
        "args": {"ids": [], "many": False, "words": {"text": ELSEWHERE}}, "priority": NORMAL,
        "platform": event.platform, "connection": event.connection, "userid": event.sender,
        "chat": event.chat, "reply_to": event.reply_to or None, "due_at": real_now, "queued_at": real_now,
        "at": work.at,
    }  # fmt: skip


def updates(
    conn: Connection, changes: Sequence[Change], work: Happened, real_now: datetime
) -> list[dict[str, Any]]:
    """A renewal for every card that shows a record which has just changed."""
    rows = []
    # What has just been made hangs on nobody's screen yet.
    made = {(change.noun, change.record_id) for change in changes if change.what == "created"}
    seen = (change for change in changes if not UNSEEN.issuperset(change.values))
    for noun, record_id in dict.fromkeys((change.noun, change.record_id) for change in seen):
        if (noun, record_id) in made:
            continue
        for copy in copies_of(conn, noun, record_id):
            answers = _answers(work.event, copy)
            if copy.platform in ANSWERS_ONLY and not answers:
                continue
            row = renewal(copy, work.key, work.key, work.at, real_now)
            rows.append(row | (_held(work.event, real_now) if answers else {}))
    return rows


def _answers(event: Event, copy: Any) -> bool:
    """Whether the answer to this very tap shows the new state of that card."""
    if event.press is None or not event.press.in_place:
        return False
    return (copy.task_id, copy.platform, copy.connection) == (
        event.press.card, event.platform, event.connection,
    )  # fmt: skip


def _held(event: Event, real_now: datetime) -> dict[str, Any]:
    return {"lease_by": holder_of(event.key), "lease_no": 1, "lease_until": real_now + LEASE}


def renewal(copy: Any, cause: str, occasion: str, at: datetime, real_now: datetime) -> dict[str, Any]:
    """The row that lets a card show the present state of its record; one for each occasion."""
    return {
        "key": f"update:{copy.id}:{hashlib.sha256(occasion.encode()).hexdigest()[:20]}",
        "cause": cause, "kind": "update", "person_id": copy.person_id, "draw": copy.draw, "args": copy.args,
        "noun": copy.noun, "record_id": copy.record_id, "copy_id": copy.id, "platform": copy.platform,
        "connection": copy.connection, "userid": copy.userid, "priority": UPDATE, "due_at": real_now,
        "queued_at": real_now, "at": at,
    }  # fmt: skip
