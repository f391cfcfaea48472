"""What just happened, for the sandbox's panel: the event, how it was understood, what was written and said.

Only for a store with sample data: it shows what the inbox holds in the clear.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from bot.auditing import HIDDEN, shown_value
from bot.drawing import Address, Ready
from bot.schedule import DOOR, JOBS
from bot.service import Service
from cards.model import Text
from handlers.desk import roles_of
from handlers.policies.inforce import rules_for
from storage.directory import Organisation, OrganisationCache
from storage.ledger import audit, copies, inbox, outbox
from storage.schema import OWNED

RECENT = 300  # Events and messages looked through for one that has no id of its own.
MOVE = "clock:"


def explainer(service: Service) -> Callable[[str], Awaitable[Mapping[str, Any]]]:
    """The function the sandbox asks: by event key, WeCom MsgId, id of a card, or name of a clock move."""
    cache = OrganisationCache()

    async def explain(name: str) -> Mapping[str, Any]:
        return await service.read(lambda conn: explained(conn, cache.get(conn), name))

    return explain


def explained(conn: Connection, org: Organisation, name: str) -> dict[str, Any]:
    """What happened around the event of that name, in order. Raises `LookupError`."""
    if name.startswith(MOVE):
        return _moved(conn, org, name)
    event = _event(conn, name)
    if event is None:
        raise LookupError(name)
    trace = event.trace or {}
    return {
        "event": _told(event, org),
        "understood": trace.get("understood"),
        "outcome": {"intent": trace.get("intent", ""), "refused": trace.get("refused", "")},
        "rights": _rights(org, event),
        "changes": _changes(conn, org, audit.c.cause == event.key),
        "messages": _messages(conn, org, outbox.c.cause == event.key),
    }


def move_name(began: datetime, ended: datetime) -> str:
    """The name of a move of the clock. Between the two real moments the jobs ran that it woke."""
    return f"{MOVE}{began.isoformat()}/{ended.isoformat()}"


def _moved(conn: Connection, org: Organisation, name: str) -> dict[str, Any]:
    """What the jobs wrote and queued meanwhile. Raises `LookupError` for what is no move."""
    try:
        began, ended = (datetime.fromisoformat(one) for one in name.removeprefix(MOVE).split("/"))
    except ValueError:
        raise LookupError(name) from None
    jobs = or_(*(outbox.c.cause.startswith(f"{job}:", autoescape=True) for job, _ in JOBS))
    return {
        "event": None,
        "understood": None,
        "outcome": {"intent": "clock", "refused": ""},
        "rights": None,
        "changes": _changes(conn, org, (audit.c.door == DOOR) & audit.c.recorded_at.between(began, ended)),
        "messages": _messages(conn, org, jobs & outbox.c.queued_at.between(began, ended)),
    }


def _event(conn: Connection, name: str) -> Any:
    """By its key; by the number WeCom gave the message; by a card: its newest tap, else what brought it."""
    by_key = (inbox.c.key == name) | inbox.c.key.endswith(f":{name}", autoescape=True)
    found = conn.execute(select(inbox).where(by_key).limit(1)).first()
    if found is not None:
        return found
    this = (copies.c.message_id == name) | (copies.c.task_id == name)
    card = conn.scalar(select(copies.c.task_id).where(this))
    taps = conn.execute(
        select(inbox).where(inbox.c.kind == "tap").order_by(inbox.c.received_at.desc()).limit(RECENT)
    )
    wanted = {name, card}
    for tap in taps:
        if (tap.body or {}).get("card") in wanted:
            return tap
    sent = conn.execute(select(outbox.c.key, outbox.c.cause).order_by(outbox.c.id.desc()).limit(RECENT)).all()
    cause = next((row.cause for row in sent if _card_id(row) in wanted), None)
    return conn.execute(select(inbox).where(inbox.c.key == cause)).first() if cause else None


def _card_id(row: Any) -> str:
    """The id under which delivery shows the card of an outbox row."""
    return Ready(row, Text(""), Address("", "", ""), "").fresh_id


def _told(event: Any, org: Organisation) -> dict[str, Any]:
    body, person = event.body or {}, org.people.get(event.person_id)
    return {
        "key": event.key, "platform": event.platform, "connection": event.connection, "kind": event.kind,
        "sender": body.get("sender", ""), "text": body.get("text", ""), "tap": body.get("tap", ""),
        "card": body.get("card", ""), "person": person.name if person else "",
        "at": _iso(event.at), "received_at": _iso(event.received_at),
    }  # fmt: skip


def _rights(org: Organisation, event: Any) -> dict[str, Any]:
    """The roles that held, and what each opens."""
    person = org.people.get(event.person_id)
    if person is None:
        return {"person": "", "roles": []}
    rows_of = rules_for(org, person.unit_id, timedelta()).rows_of
    held = [
        {"role": role.role, "unit": org.units[role.unit_id].name, "rows": rows_of.get(role.role, "own")}
        for role in roles_of(person, event.at)
    ]
    return {"person": person.name, "unit": org.units[person.unit_id].name, "roles": held}


def _changes(conn: Connection, org: Organisation, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """These lines of the record, each with what it says of the row."""
    rows = conn.execute(select(audit).where(which).order_by(audit.c.id)).all()
    return [
        {
            "audit": row.id, "recorded_at": _iso(row.recorded_at), "door": row.door, "action": row.action,
            "noun": row.noun or "", "code": _code(conn, row.noun, row.record_id),
            "what": row.changes.get("what") or row.changes.get("refused") or "",
            "fields": _fields(org, row.changes.get("fields") or {}), "mac": row.mac.hex()[:16],
        }
        for row in rows
    ]  # fmt: skip


def _fields(org: Organisation, fields: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    return {
        name: [shown_value(org, name, value) for value in pair]
        for name, pair in fields.items()
        if name not in HIDDEN
    }


def _code(conn: Connection, noun: str | None, record_id: int | None) -> str:
    model: Any = next((model for model in OWNED if model.noun == noun and hasattr(model, "code")), None)
    return (conn.scalar(select(model.code).where(model.id == record_id)) or "") if model else ""


def _messages(conn: Connection, org: Organisation, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """What was queued, and how far each message has come."""
    rows = conn.execute(select(outbox).where(which).order_by(outbox.c.id)).all()
    return [
        {
            "to": org.people[row.person_id].name if row.person_id in org.people else row.userid or "",
            "kind": row.kind, "card": row.draw, "state": row.state, "attempts": row.attempts,
            "queued_at": _iso(row.queued_at), "sent_at": _iso(row.sent_at), "reason": row.reason or "",
        }
        for row in rows
    ]  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
