"""Giving a role: one short transaction, with its line in the record."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from bot.clock import real_now
from bot.commands.answers import Refused
from bot.commands.house import House, colleague, unit_named
from handlers.org.policies import known_roles
from handlers.policies.document import load_policies
from storage.alone import hold_rights
from storage.audit import Entry, write_entries
from storage.directory import Organisation, PersonFact, UnitFact
from storage.org import Role
from storage.org_version import raise_org_version
from storage.organisation import policies_in_force
from storage.turnstile import write

DOOR = "cli"


def store_grant(
    house: House, org: Organisation, now: datetime, name: str, role: str, unit: str, until: datetime | None
) -> str:
    """Let somebody hold the role at the unit, before the moment `until`. Returns what was done; `Refused`."""
    person, place = colleague(org, name), unit_named(org, unit)
    if until is not None and until <= now:
        raise Refused("这一天已经过去，请写以后的日期 · that day is past")
    with write(house.engine) as conn:
        hold_rights(conn)
        _check_role(conn, role)
        before = _held(conn, person, role, place)
        if before is not None and before.until == until:
            return f"{name} 早已是 {role}@{place.code}，没有变化 · nothing to do"
        _store(conn, person, role, place, until, known=before is not None)
        raise_org_version(conn)
        old = None if before is None else _shown(before.until, house)
        told = {"role": [None if before is None else role, role], "unit": [None, place.code],
                "until": [old, _shown(until, house)]}  # fmt: skip
        changes = {"what": "granted", "person": person.name, "fields": told}
        entry = Entry(
            f"grant:{uuid4().hex}", now, real_now(), None, DOOR, "org.grant", "person", person.id, changes
        )
        write_entries(conn, house.keys, [entry])
    ending = f"，到 {_last_day(until, house)} 为止（含当天）" if until else ""
    return f"{name} 现在是 {role}@{place.code}（{place.name}）{ending}"


def _check_role(conn: Connection, role: str) -> None:
    text = policies_in_force(conn)
    known = known_roles(load_policies(text) if text else None)
    if role not in known:
        raise Refused(f"没有角色“{role[:40]}”。可以给的：{'、'.join(sorted(known))}")


def _held(conn: Connection, person: PersonFact, role: str, place: UnitFact) -> Row[datetime | None] | None:
    """How long the role is held already; None when it is not."""
    mine = (Role.person_id == person.id) & (Role.role == role) & (Role.unit_id == place.id)
    return conn.execute(select(Role.until).where(mine)).one_or_none()


def _store(
    conn: Connection, person: PersonFact, role: str, place: UnitFact, until: datetime | None, *, known: bool
) -> None:
    mine = (Role.person_id == person.id) & (Role.role == role) & (Role.unit_id == place.id)
    if known:
        conn.execute(update(Role).where(mine).values(until=until, source="grant"))
    else:
        row = {"person_id": person.id, "role": role, "unit_id": place.id, "until": until, "source": "grant"}
        conn.execute(insert(Role), row)


def _last_day(until: datetime, house: House) -> str:
    return (until - timedelta(seconds=1)).astimezone(house.zone).date().isoformat()


def _shown(until: datetime | None, house: House) -> str:
    return until.astimezone(house.zone).isoformat(timespec="minutes") if until else ""
