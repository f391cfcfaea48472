"""Reading `records.json`: customers, leads, follow-ups and tasks become values, other kinds are counted."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol, TypeVar

from handlers.org.fields import FILE, Fields
from handlers.org.findings import Findings
from handlers.org.names import Names
from handlers.org.record_kinds import (
    CUSTOMER_FIELDS,
    FOLLOWUP_FIELDS,
    LEAD_FIELDS,
    NUMBER,
    TASK_FIELDS,
    Around,
    customer,
    followup,
    lead,
    task,
)
from handlers.org.record_values import RecordsPlan, Skipped

STORED = ("customers", "leads", "followups", "tasks")
# The kinds whose records are numbered, now or later.
COUNTED = (
    "customer", "lead", "opp", "contract", "approval", "ticket", "task", "visit", "quote", "knowledge", "voc",
)  # fmt: skip
EVERY_STORY = "all"
STORY = re.compile(r"([A-Za-z]*)([0-9]{1,6})")
MOST_NUMBER = 10**12

T = TypeVar("T")


class Coded(Protocol):
    """A record with a code."""

    @property
    def code(self) -> str:
        """What people call it by."""


def plan_records(
    source: Mapping[str, Any],
    names: Names,
    units: Collection[str],
    zone: tzinfo,
    now: datetime,
    findings: Findings,
    story: str = "",
) -> RecordsPlan:
    """The records as values; complaints go to `findings`. Names of people become keys of the plan.

    Records with `since` exist only after that story: with `story` those since an earlier one are read too,
    with `all` every one. `now` dates records that bear no date, unless the file says its own.
    """
    begun = Fields("最外层", source, findings, zone).moment("now", now)
    around = Around(names, units, begun)
    chosen = _Chosen(source, zone, findings, story)
    customers = chosen.each("customers", CUSTOMER_FIELDS, lambda fields: customer(fields, around))
    leads = chosen.each("leads", LEAD_FIELDS, lambda fields: lead(fields, around))
    about = {("customer", one.code) for one in customers} | {("lead", one.code) for one in leads}
    around = Around(names, units, begun, about)
    followups = chosen.each("followups", FOLLOWUP_FIELDS, lambda fields: followup(fields, around))
    tasks = chosen.each("tasks", TASK_FIELDS, lambda fields: task(fields, around))
    for kind, ones in (("customers", customers), ("leads", leads), ("tasks", tasks)):
        _check_codes(kind, ones, findings)
    return RecordsPlan(
        customers,
        leads,
        followups,
        tasks,
        chosen.skipped(),
        chosen.later,
        _numbers(source, {"customer": customers, "lead": leads, "task": tasks}, findings),
    )


class _Chosen:
    """The records of a file that exist at this point of the story."""

    def __init__(self, source: Mapping[str, Any], zone: tzinfo, findings: Findings, story: str) -> None:
        self._source, self._zone, self._findings, self._story = source, zone, findings, story
        self.later = 0

    def each(self, kind: str, known: Collection[str], read: Callable[[Fields], T]) -> tuple[T, ...]:
        """The records of a kind; those of a later story are only counted."""
        listed = self._source.get(kind, [])
        if not isinstance(listed, list):
            self._findings.wrong(FILE, None, kind, "应是一个列表")
            return ()
        found = []
        for at, values in enumerate(listed, start=1):
            place = f"{kind} 第 {at} 条"
            if not isinstance(values, dict):
                self._findings.wrong(FILE, None, place, "应是 {…}")
                continue
            if not _exists(values.get("since"), self._story):
                self.later += 1
                continue
            code = values.get("code")
            named = f"{kind} {code[:24]}" if isinstance(code, str) and code else place
            fields = Fields(named, values, self._findings, self._zone)
            fields.only(known)
            found.append(read(fields))
        return tuple(found)

    def skipped(self) -> tuple[Skipped, ...]:
        """The kinds that cannot be stored yet, and how many of each exist by now."""
        found = []
        for kind, listed in self._source.items():
            if kind in STORED or not isinstance(listed, list):
                continue
            sinces = [values.get("since") if isinstance(values, dict) else None for values in listed]
            there = sum(_exists(since, self._story) for since in sinces)
            self.later += len(listed) - there
            found.append(Skipped(kind[:40], there))
        return tuple(found)


def _exists(since: Any, story: str) -> bool:
    if since is None or story == EVERY_STORY:
        return True
    return bool(story) and isinstance(since, str) and _rank(since) < _rank(story)


def _rank(story: str) -> tuple[str, int]:
    """`S05` comes before `S12`."""
    found = STORY.fullmatch(story)
    return (found[1].upper(), int(found[2])) if found else (story, 0)


def _check_codes(kind: str, records: Sequence[Coded], findings: Findings) -> None:
    seen: set[str] = set()
    for one in records:
        if one.code and one.code in seen:
            findings.wrong(FILE, None, f"{kind} {one.code}", "这个代码出现了两次，请改其中一个")
        seen.add(one.code)


def _numbers(
    source: Mapping[str, Any], records: Mapping[str, Sequence[Coded]], findings: Findings
) -> tuple[tuple[str, int], ...]:
    """The next number of each kind: as the file says, and beyond every code it brings."""
    said = source.get("next_numbers", {})
    if not isinstance(said, dict):
        findings.wrong(FILE, None, "next_numbers", '应是 {…}，例：{"lead": 20961}')
        said = {}
    found: dict[str, int] = {}
    for kind, number in said.items():
        if kind not in COUNTED:
            findings.wrong(FILE, None, f"next_numbers · {kind[:40]}", f"没有这一种；有 {'、'.join(COUNTED)}")
        elif isinstance(number, bool) or not isinstance(number, int) or not 0 < number < MOST_NUMBER:
            findings.wrong(FILE, None, f"next_numbers · {kind}", "应是大于 0 的整数")
        else:
            found[kind] = number
    for kind, ones in records.items():
        used = [int(hit.group()) for one in ones if (hit := NUMBER.search(one.code))]
        if used:
            found[kind] = max(found.get(kind, 1), min(max(used), MOST_NUMBER) + 1)
    return tuple(sorted(found.items()))
