"""What is derived from something else equals its recomputation: tree, sight, match keys, alerts."""

from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy import Connection, and_, exists, func, select

from bot.invariants_record import TABLES
from handlers.companies.index import identity_of, match_keys_of
from storage.closure import compare_closure
from storage.directory import Organisation, load_organisation, organisation_version
from storage.keyring import Keyring
from storage.ledger import match_keys, outbox, sight
from storage.org import Closure
from storage.schema import Customer, Lead
from storage.scope import MACHINERY, ScopedSession
from storage.session import open_session

SLICE = 200
ALERT = "tasks.overdue"

Finding = Iterator[str]
N = TypeVar("N", Customer, Lead)


def derived(conn: Connection, keys: Keyring) -> Finding:
    """Every derived value that is not what it should be."""
    org = load_organisation(conn, organisation_version(conn))
    if compare_closure(conn, org.units):
        yield "the closure is not that of the tree of units"
    yield from _sight(conn)
    with open_session(conn, MACHINERY) as session:
        yield from _match_keys(session, Customer, org, keys)
        yield from _match_keys(session, Lead, org, keys)
    for noun in (Customer.noun, Lead.noun):
        table = TABLES[noun]
        stray = and_(match_keys.c.noun == noun, ~exists().where(table.c.id == match_keys.c.record_id))
        if number := conn.scalar(select(func.count()).select_from(match_keys).where(stray)):
            yield f"{number} match keys lead to no {noun}"
    yield from _alerts(conn)


def _sight(conn: Connection) -> Finding:
    """A row is found by exactly the units that lie clear above its own."""
    for noun, table in TABLES.items():
        above = and_(Closure.unit_id == table.c.unit_id, Closure.clear.is_(True))
        same = and_(
            sight.c.noun == noun,
            sight.c.record_id == table.c.id,
            sight.c.at == table.c.created_at,
            sight.c.ancestor_id == Closure.ancestor_id,
        )
        wanted = select(func.count()).select_from(table.join(Closure.__table__, above))
        lacking = conn.scalar(wanted.where(~exists(select(1).select_from(sight).where(same)))) or 0
        there = exists(select(1).select_from(table.join(Closure.__table__, above)).where(same))
        surplus = (
            conn.scalar(select(func.count()).select_from(sight).where(sight.c.noun == noun, ~there)) or 0
        )
        if lacking or surplus:
            yield f"{noun}: {lacking} ancestor rows are lacking, {surplus} should not be there"


def _match_keys(session: ScopedSession, model: type[N], org: Organisation, keys: Keyring) -> Finding:
    """A company is found under what it is called now, in its own zone."""
    last = 0
    while rows := session.scalars(select(model).where(model.id > last).order_by(model.id).limit(SLICE)).all():
        last = rows[-1].id
        stored = _stored(session.connection(), model.noun, [row.id for row in rows])
        for row in rows:
            zone = org.zone(row.unit_id)
            wanted = match_keys_of(identity_of(session, row), keys)
            right = {(key.text, row.unit_id, zone, int(key.certain)) for key in wanted}
            if stored.get(row.id, set()) != right:
                yield f"{model.noun} {row.code}: not found under what it is called now"
        session.expunge_all()


def _stored(conn: Connection, noun: str, ids: list[int]) -> dict[int, set[tuple[str, int, int, int]]]:
    found: dict[int, set[tuple[str, int, int, int]]] = {}
    asked = select(match_keys).where(match_keys.c.noun == noun, match_keys.c.record_id.in_(ids))
    for row in conn.execute(asked):
        found.setdefault(row.record_id, set()).add((row.key, row.unit_id, row.zone_id, row.certain))
    return found


def _alerts(conn: Connection) -> Finding:
    """One alert for each due date that has passed, and none for one that was not claimed."""
    tasks = TABLES["task"]
    asked = select(tasks.c.id, tasks.c.code, tasks.c.owner_id, tasks.c.due_version, tasks.c.alerted_version)
    told: dict[str, int] = {}
    said = select(outbox.c.key).where(outbox.c.draw == ALERT)
    for key in conn.scalars(said.where(outbox.c.kind == "push")):
        told[_occurrence(key)] = told.get(_occurrence(key), 0) + 1
    yield from (f"{key} was told {count} times" for key, count in told.items() if count > 1)
    for row in conn.execute(asked.where(tasks.c.alerted_version > 0)):
        if row.alerted_version > row.due_version:
            yield f"task {row.code}: an alert for a due date it never had"
        key = f"overdue:task:{row.id}:due-version-{row.alerted_version}"
        if row.owner_id is not None and key not in told:
            yield f"task {row.code}: its alert was claimed but never queued"


def _occurrence(key: str) -> str:
    """The occurrence an alert's key names, without the recipient behind it."""
    return key.rpartition(":")[0]
