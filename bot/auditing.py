"""Reading the record: the history of one subject, and whether every entry is as it was written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Connection, Select, func, select

from handlers.policies.masks import Show, mask
from storage.audit import entry_of
from storage.base import Numbered
from storage.directory import Organisation
from storage.keyring import CannotUnseal, Keyring
from storage.ledger import audit
from storage.schema import OWNED

SLICE = 500
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


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that is not what was written. `where` it stands, so that it can be found."""

    id: int
    why: str


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


def verify(conn: Connection, keys: Keyring) -> Iterator[Sequence[Broken]]:
    """Check every entry's MAC, a slice at a time; what is broken in each slice."""
    last = 0
    while ids := list(conn.scalars(_ids_after(last))):
        last = ids[-1]
        yield _broken(conn, keys, ids)


def _ids_after(last: int) -> Select[int]:
    return select(audit.c.id).where(audit.c.id > last).order_by(audit.c.id).limit(SLICE)


def _broken(conn: Connection, keys: Keyring, ids: Sequence[int]) -> list[Broken]:
    try:
        rows = conn.execute(select(audit).where(audit.c.id.in_(ids)).order_by(audit.c.id)).all()
    except CannotUnseal:
        # One of them cannot be opened: each alone, to say which.
        if len(ids) == 1:
            return [Broken(ids[0], "内容打不开：被改动过，或密钥不对")]
        half = len(ids) // 2
        return [*_broken(conn, keys, ids[:half]), *_broken(conn, keys, ids[half:])]
    return [
        Broken(row.id, "校验码不符：这一行被改动过")
        for row in rows
        if not compare_digest(entry_of(row).mac(keys), row.mac)
    ]
