"""Reading the record: the history of one subject, as an operator reads it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from handlers.policies.masks import Show, mask
from storage.base import Numbered
from storage.directory import Organisation
from storage.ledger import audit
from storage.schema import OWNED

CODE = re.compile(r"([A-Za-z]{1,3})-?([0-9]{1,12})")
HIDDEN = frozenset({"id", "phone_key", "alerted_version"})
PHONES = frozenset({"phone", "mobile"})
MONEY = frozenset({"budget_min", "budget_max", "unit_price"})
PEOPLE = frozenset({"owner_id", "author_id", "set_by_id", "person_id", "manager_id"})


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as an operator reads it. `fields`: name → [old, new], phones masked."""

    id: int
    at: datetime
    recorded_at: datetime
    who: str
    door: str
    action: str
    what: str
    fields: dict[str, list[Any]]
    cause: str


def subject_of(conn: Connection, org: Organisation, said: str) -> tuple[str, int] | None:
    """Noun and id of a record by its code, or of a colleague by name."""
    if hit := CODE.fullmatch(said.strip()):
        letter, digits = hit[1].upper(), hit[2]
        spellings = [f"{letter}{dash}{digits.zfill(width)}" for dash in ("-", "") for width in (1, 4, 5)]
        for model in OWNED:
            if issubclass(model, Numbered):
                found = conn.scalar(select(model.id).where(model.code.in_(spellings)))
                if found is not None:
                    return model.noun, found
    plain, _, unit = said.strip().partition("@")
    for person in org.named.get(plain, ()):
        if not unit or org.units[person.unit_id].code == unit:
            return "person", person.id
    return None


def history(conn: Connection, org: Organisation, noun: str, record_id: int) -> list[Line]:
    """What happened to a record, oldest first."""
    mine = (audit.c.noun == noun) & (audit.c.record_id == record_id)
    rows = conn.execute(select(audit).where(mine).order_by(audit.c.id)).all()
    return [_line(org, row) for row in rows]


def _line(org: Organisation, row: Any) -> Line:
    person = org.people.get(row.person_id)
    fields = row.changes.get("fields") or {}
    shown = {
        name: [shown_value(org, name, value) for value in pair]
        for name, pair in fields.items()
        if name not in HIDDEN and isinstance(pair, list)
    }
    who = person.name if person else ("" if row.person_id is None else f"#{row.person_id}")
    what = str(row.changes.get("what") or row.changes.get("refused") or "")
    return Line(row.id, row.at, row.recorded_at, who, row.door, row.action, what, shown, row.cause)


def shown_value(org: Organisation, name: str, value: Any) -> Any:
    """A value of the record as it may be shown: ids as names, 分 as yuan, phones masked."""
    if value is None:
        return None
    if name in PHONES:
        return mask(str(value), Show.MIDDLE_HIDDEN)
    if name in PEOPLE:
        return org.people[value].name if value in org.people else value
    if name == "unit_id":
        return org.units[value].name if value in org.units else value
    if name in MONEY and isinstance(value, int):
        return f"¥{value / 100:,.2f}"
    return value


def count_entries(conn: Connection) -> int:
    """How many entries there are."""
    return conn.scalar(select(func.count()).select_from(audit)) or 0
