"""The company of a demo: everybody gets a WeCom account, and a few people are suggested for the phones."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, Engine, func, insert, select

from bot.clock import real_now
from bot.config import Config
from bot.platforms.wecom.events import USERID, fold_userid
from handlers.desk import roles_of
from handlers.permissions.rules import SALES, Can, may
from sandbox.wecom.corp import App, Corp, User
from storage.alone import hold_rights
from storage.audit import Entry, write_entries
from storage.directory import Organisation, PersonFact, load_organisation, organisation_version
from storage.keyring import Keyring
from storage.ledger import audit, inbox
from storage.org import Account
from storage.org_version import raise_org_version
from storage.schema import Task
from storage.turnstile import write

WECOM = "wecom"


def link_everybody(engine: Engine, keys: Keyring, connection: str, now: datetime) -> list[str]:
    """Give a WeCom account to all who have none; the names of those who got one."""
    with write(engine) as conn:
        hold_rights(conn)
        org = load_organisation(conn, organisation_version(conn))
        taken = {one.folded for one in org.accounts.values() if one.connection == connection}
        rows = list(_missing(org, connection, taken))
        if rows:
            conn.execute(insert(Account), rows)
            raise_org_version(conn)
            told = {"rows": [{"person_id": row["person_id"], "userid": row["userid"]} for row in rows]}
            cause = f"demo:{uuid4().hex}"
            entry = Entry(cause, now, real_now(), None, "demo", "org.accounts", None, None, told)
            write_entries(conn, keys, [entry])
    return [org.people[int(str(row["person_id"]))].name for row in rows]


def _missing(org: Organisation, connection: str, taken: set[str]) -> Iterator[dict[str, object]]:
    for person in org.people.values():
        accounts = org.accounts_of(person.id)
        if person.left_at is not None or any(one.platform == WECOM for one in accounts):
            continue
        other = next((one.userid for one in accounts), "")
        userid = other if USERID.fullmatch(other) and fold_userid(other) not in taken else f"xe{person.id}"
        taken.add(fold_userid(userid))
        yield {
            "platform": WECOM, "connection": connection, "userid": userid, "folded": fold_userid(userid),
            "person_id": person.id,
        }  # fmt: skip


def corps_of(config: Config, org: Organisation) -> list[Corp]:
    """A corp for every connection, with the people who have accounts there."""
    top = next((unit.name for unit in org.units.values() if unit.parent_id is None), "")
    corps = []
    for one in config.wecom:
        app = App(one.agent_id, one.secret.reveal(), one.token.reveal(), one.encoding_aes_key.reveal())
        name = top if len(config.wecom) == 1 else f"{top} {one.name}"
        corps.append(Corp(one.corp_id, name, [app], list(_users(org, one.name))))
    return corps


def _users(org: Organisation, connection: str) -> Iterator[User]:
    ids = {
        one.person_id: one.userid
        for one in org.accounts.values()
        if (one.platform, one.connection) == (WECOM, connection)
    }
    for person_id, userid in ids.items():
        person = org.people[person_id]
        roles = "、".join(f"{role.role}@{org.units[role.unit_id].code}" for role in person.roles)
        leader = ids.get(person.manager_id, "") if person.manager_id else ""
        unit = org.units[person.unit_id].name
        yield User(userid, person.name, person.title, unit, roles, leader_userid=leader)


def phones_of(conn: Connection, org: Organisation, now: datetime) -> list[str]:
    """Userids for the first phones: two sellers of different companies, and one with a task overdue."""
    sellers = [one for one in org.people.values() if _sells(org, one, now)]
    first = next(iter(sellers), None)
    others = (one for one in sellers if first and _company(org, one) != _company(org, first))
    chosen = [one.id for one in (first, next(others, None)) if one]
    for owner in _late(conn, now):
        if owner not in chosen:
            chosen.append(owner)
            break
    return [userid for person_id in chosen if (userid := _userid(org, person_id))]


def _sells(org: Organisation, person: PersonFact, now: datetime) -> bool:
    held = {role.role for role in roles_of(person, now)}
    open_ = not org.zone(person.unit_id) and person.left_at is None
    return open_ and bool(held & SALES) and may(Can.CREATE_LEAD, held)


def _company(org: Organisation, person: PersonFact) -> int | None:
    return org.nearest_id(person.unit_id, "company")


def _late(conn: Connection, now: datetime) -> Sequence[int]:
    """Owners of open tasks, those overdue first, then as they fall due."""
    asked = select(Task.owner_id).where(Task.done_at.is_(None), Task.owner_id.is_not(None))
    order = (Task.due_at > now, Task.due_at, Task.id)
    return [owner for owner in conn.scalars(asked.order_by(*order)) if owner is not None]


def _userid(org: Organisation, person_id: int) -> str:
    return next((one.userid for one in org.accounts_of(person_id) if one.platform == WECOM), "")


def latest(conn: Connection) -> datetime | None:
    """The last moment of business the store knows: a clock set before it would go back."""
    moments = [conn.scalar(select(func.max(table.c.at))) for table in (inbox, audit)]
    return max((one for one in moments if one is not None), default=None)
