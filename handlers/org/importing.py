"""Importing a company: read, check everything, then store what differs. With one error nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from sqlalchemy import Engine

from handlers.org.files import read_source
from handlers.org.findings import Findings
from handlers.org.knowing import known_of
from handlers.org.loading import Ids, Indexed, Sessions, load_records
from handlers.org.policies import check_named, known_roles, read_policies
from handlers.org.record_values import RecordsPlan, Skipped
from handlers.org.records import plan_records
from handlers.org.rules import draft_organisation, everybody, unit_names
from handlers.org.values import Connections, Known, OrgPlan, Source
from storage.alone import alone
from storage.counted import Counted
from storage.org_stored import read_stored
from storage.organisation import apply_organisation, apply_policies, policies_in_force
from storage.slices import Note


@dataclass(frozen=True, slots=True)
class Doors:
    """What an import needs of the house it loads into. `now`: business time; `zone`: of dates without one."""

    engine: Engine
    sessions: Sessions
    indexed: Indexed
    note: Note
    connections: Connections
    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, by kind, what it left out, and what somebody should know."""

    counts: Mapping[str, Counted] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    later: int = 0
    notices: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether everything was there already."""
        return all(counted.idle for counted in self.counts.values())


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the files ask for, once all of it is right."""

    organisation: OrgPlan
    policies: str | None
    records: RecordsPlan | None


def import_organisation(path: Path, doors: Doors, *, story: str = "") -> Report:
    """Load what the folder or workbook holds; again changes nothing. Raises `BadOrganisation`.

    `story`: also the records that exist since an earlier one (`S05`), or all of them (`all`).
    """
    source = read_source(path)
    with alone(doors.engine, "import"):
        with doors.engine.execution_options(ro=True).connect() as conn:
            known, in_force = known_of(read_stored(conn)), policies_in_force(conn)
        plan = plan_import(source, known, doors, in_force, story)
        return _store(plan, doors)


def plan_import(source: Source, known: Known, doors: Doors, in_force: str | None, story: str = "") -> Plan:
    """Check all files together. `in_force`: the stored policies, which name roles too."""
    findings = Findings()
    spoken = Findings()  # problems of policies come after those of units and people, as in the folder
    policies = read_policies(source.policies, spoken) if source.policies is not None else None
    judged = policies or (read_policies(in_force, Findings()) if in_force else None)
    zone = judged.zone if judged else doors.zone
    draft = draft_organisation(source, known, doors.connections, zone, known_roles(judged), findings)
    units = unit_names(known, draft.units)
    names = everybody(known, draft.people, units)
    if policies:
        check_named(policies, units, names, spoken)
    findings.problems += spoken.problems
    records = None
    if source.records is not None:
        records = plan_records(source.records, names, units, zone, doors.now, findings, story)
    findings.raise_if_any()
    return Plan(draft, source.policies, records)


def _store(plan: Plan, doors: Doors) -> Report:
    units, people = plan.organisation.units, plan.organisation.people
    applied = apply_organisation(doors.engine, units, people, doors.note)
    counts = dict(applied.counts)
    if plan.policies is not None:
        counts["policies"] = apply_policies(doors.engine, plan.policies, doors.now, doors.note)
    notices = plan.organisation.notices
    if plan.records is None:
        return Report(counts, notices=notices)
    ids = Ids(applied.units, applied.people)
    counts |= load_records(plan.records, ids, doors.sessions, doors.indexed)
    return Report(counts, plan.records.skipped, plan.records.later, notices)
