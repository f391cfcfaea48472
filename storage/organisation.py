"""Making the stored organisation the wanted one: only what differs, in short transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, Select, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.counted import Counted
from storage.org import Policy
from storage.org_people import end_rights, store_links, store_people
from storage.org_stored import read_stored
from storage.org_units import store_units
from storage.org_wanted import PersonWanted, UnitWanted
from storage.slices import Note, Slices


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, by kind, and the ids of everybody: unit code → id, person key → id."""

    counts: Mapping[str, Counted]
    units: Mapping[str, int]
    people: Mapping[str, int]


def apply_organisation(
    engine: Engine, units: Sequence[UnitWanted], people: Sequence[PersonWanted], note: Note
) -> Applied:
    """Store what differs. Whoever plans holds `alone(engine, "import")` from reading the store on."""
    with engine.execution_options(ro=True).connect() as conn:
        stored = read_stored(conn)
    slices = Slices(engine, note)
    ended = end_rights(slices, people, stored.unit_ids, stored)
    unit_ids, counted_units = store_units(slices, units, stored)
    ids, counted_people = store_people(slices, people, unit_ids, stored)
    held = store_links(slices, people, ids, unit_ids, stored, ended)
    return Applied({"units": counted_units, "people": counted_people, **held}, unit_ids, ids)


def apply_policies(engine: Engine, document: str, now: datetime, note: Note) -> Counted:
    """Store the group's policy document as a new version, unless it is the one in force."""
    digest = sha256(document.encode()).hexdigest()
    with engine.execution_options(ro=True).connect() as conn:
        before = conn.scalar(_newest(Policy.digest))
    if before == digest:
        return Counted(same=1)

    def add(conn: Connection) -> list[dict[str, object]]:
        row = {"unit_id": None, "digest": digest, "document": document, "applied_at": now}
        conn.execute(insert(Policy), row)
        return [{"digest": (before, digest)}]

    Slices(engine, note).once("org.policies.changed", add)
    return Counted(changed=1) if before else Counted(added=1)


def policies_in_force(conn: Connection) -> str | None:
    """The group's policy document, None before there is one."""
    return conn.scalar(_newest(Policy.document))


def _newest(column: InstrumentedAttribute[str]) -> Select[str]:
    return select(column).where(Policy.unit_id.is_(None)).order_by(Policy.id.desc()).limit(1)
