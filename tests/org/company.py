"""A small other company, in the same formats, that a test may spoil."""

import json
from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path

from handlers.org.files import read_csv
from handlers.org.rules import plan_organisation
from handlers.org.values import BadOrganisation, Connections, Known, OrgPlan, Source

ZONE = timezone(timedelta(hours=8))
LINKED = Connections({"wecom": ("one", "two"), "dingtalk": ("ding",)})
UNIT_COLUMNS = "code,name,parent,kind,platform,isolated,note"
PEOPLE_COLUMNS = (
    "name,unit,extra_units,title,roles,manager,wecom_userid,dingtalk_userid,mobile,leave_from,leave_until"
)
UNITS = (
    "T,海风集团,,group,wecom,no,",
    "T1,海风电气,T,company,wecom,no,",
    "T1-A,东区,T1,department,wecom,no,",
    "T1-B,西区,T1,department,wecom,no,",
    "T2,海风合资,T,company,dingtalk,yes,参股",
    "T2-A,合资一部,T2,department,dingtalk,no,",
)
PEOPLE = (
    "甲一,T,,总裁,group_president@T,,jia,,13800000001,,",
    "乙二,T1,,总经理,gm@T1,甲一,yi,,13800000002,,",
    "丙三,T1-A,T1-B,经理,manager@T1-A;sales@T1-A,乙二,bing,,13800000003,,",
    "丙三,T1-B,,销售,sales@T1-B,丙三@T1-A,bing2,,13800000004,,",
    "丁四,T2-A,,销售,sales@T2-A,甲一,,D4,13800000005,2026-11-16,2026-11-20",
)

PORT = {
    "code": "C-1",
    "name": "甬江港务集团有限公司",
    "unit": "T1-A",
    "owner": "丙三@T1-A",
    "team": ["丁四"],
    "contacts": [{"name": "裘成栋", "phone": "0574-87654321"}],
}
LATER = {"code": "C-2", "name": "后来公司", "unit": "T1-A", "owner": None, "since": "S03"}
LEAD = {
    "code": "L-77",
    "company": "无锡惠山管廊有限公司",
    "budget": 260000.5,
    "unit": "T1-B",
    "owner": None,
    "phone": "19900005028",
    "entered_at": "2026-11-18T08:41:00+08:00",
}
SAID = {
    "customer": "C-1",
    "by": "丙三@T1-A",
    "at": "2026-11-16T10:00:00+08:00",
    "content": "技术协议已确认，下周定",
}
CHORE = {"code": "K-3", "owner": "丁四", "content": "回参数表", "customer": "C-1", "due": "2026-11-16"}
RECORDS = json.dumps(
    {
        "now": "2026-11-18T10:00:00+08:00",
        "next_numbers": {"lead": 50, "ticket": 7},
        "customers": [PORT, LATER],
        "leads": [LEAD],
        "followups": [SAID],
        "tasks": [CHORE],
        "tickets": [{"code": "T1"}, {"code": "T2", "since": "S07"}],
    }
)


def row(**cells: str) -> str:
    """A line of the people table."""
    return ",".join(cells.get(column, "") for column in PEOPLE_COLUMNS.split(","))


def source(units: Sequence[str] | None = UNITS, people: Sequence[str] | None = PEOPLE) -> Source:
    """The company as tables; None leaves a file out."""
    tables = [
        read_csv(name, "\n".join((columns, *lines))) if lines is not None else None
        for name, columns, lines in (
            ("units.csv", UNIT_COLUMNS, units),
            ("people.csv", PEOPLE_COLUMNS, people),
        )
    ]
    return Source(units=tables[0], people=tables[1])


def planned(
    units: Sequence[str] | None = UNITS,
    people: Sequence[str] | None = PEOPLE,
    known: Known | None = None,
    connections: Connections = LINKED,
) -> OrgPlan:
    """The plan of these lines."""
    return plan_organisation(source(units, people), known or Known(), connections, ZONE)


def problems(
    units: Sequence[str] | None = UNITS,
    people: Sequence[str] | None = PEOPLE,
    known: Known | None = None,
) -> list[str]:
    """What is wrong with these lines, as it is said."""
    try:
        planned(units, people, known)
    except BadOrganisation as bad:
        return [str(problem) for problem in bad.problems]
    return []


def write_folder(
    folder: Path, units: Sequence[str] = UNITS, people: Sequence[str] = PEOPLE, **others: str
) -> Path:
    """The company as a folder; `records="…"` and `policies="…"` add files."""
    folder.mkdir(exist_ok=True)
    (folder / "units.csv").write_text("\n".join((UNIT_COLUMNS, *units)), encoding="utf-8")
    (folder / "people.csv").write_text("\n".join((PEOPLE_COLUMNS, *people)), encoding="utf-8")
    for name, text in others.items():
        suffix = {"policies": "toml", "records": "json"}[name]
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    return folder
