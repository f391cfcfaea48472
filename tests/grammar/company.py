"""The sample company as a listener hears it, and when two answers are the same (COMMANDS §1)."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from handlers import include
from handlers.companies.directory import Directory
from handlers.companies.rank import Candidate
from handlers.grammar.parse import Colleague, Context, KnownCompany, Listener, Parse
from handlers.grammar.understand import understand
from handlers.language.fold import fold
from handlers.routing import Command, router

FOLDER = Path(__file__).parents[2] / "sandbox" / "company"
NOW = datetime.fromisoformat("2026-11-18T10:00:00+08:00")
HOLIDAYS = {date(2026, 12, 4)}
MAKE_UP = {date(2026, 11, 28)}

for _noun in include:
    import_module(f"handlers.{_noun}.commands")


def commands() -> Mapping[str, Command]:
    """Everything that can be said today."""
    return router.commands


@cache
def units() -> dict[str, dict[str, str]]:
    """The tree, by code."""
    with (FOLDER / "units.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def people() -> tuple[dict[str, str], ...]:
    """The directory."""
    with (FOLDER / "people.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def records() -> dict[str, list[dict[str, Any]]]:
    """The business rows."""
    found: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "records.json").read_text("utf-8"))
    return found


def utterances() -> list[dict[str, Any]]:
    """The sample sentences with what they mean."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "utterances.json").read_text("utf-8"))
    return found


def company_of(unit: str) -> str:
    """The nearest company at or above a unit."""
    while unit and units()[unit]["kind"] != "company":
        unit = units()[unit]["parent"]
    return unit


def colleagues(speaker: str) -> tuple[Colleague, ...]:
    """The directory as this speaker hears names."""
    me = next((one for one in people() if _unique(one) == speaker or one["name"] == speaker), None)
    found = []
    for one in people():
        same_unit = me is not None and one["unit"] == me["unit"]
        same_company = me is not None and company_of(me["unit"]) == company_of(one["unit"]) != ""
        roles = tuple(role.partition("@")[0] for role in one["roles"].split(";") if role)
        near = 0 if same_unit else 1 if same_company else 3
        unit = units()[one["unit"]]["name"]
        found.append(Colleague(_unique(one), one["name"], one["title"], roles, near, unit))
    return tuple(found)


def _unique(one: dict[str, str]) -> str:
    shared = sum(other["name"] == one["name"] for other in people()) > 1
    return f"{one['name']}@{one['unit']}" if shared else one["name"]


@cache
def names(speaker: str, story: str = "") -> tuple[Directory, list[Candidate]]:
    """What this speaker's unit holds; an outsider to it sees nothing of it."""
    home = next((one["unit"] for one in people() if one["name"] == speaker), "")
    sees = {code for code in units() if home and company_of(code) == company_of(home)}
    rows = [*records()["customers"], *records()["leads"]]
    there = [row for row in rows if row.get("since", "") < (story or "S01")]
    seen = [row for row in there if row["unit"] in sees]
    full = {row.get("name") or row["company"]: row for row in seen}
    found = [
        Candidate(number, name, row.get("short", ""), tuple(row.get("aliases", ())))
        for number, (name, row) in enumerate(full.items())
    ]
    return Directory(found), found


def known_companies(speaker: str, text: str, story: str = "") -> Sequence[KnownCompany]:
    """The records that stand in a folded text."""
    directory, everything = names(speaker, story)
    return [
        KnownCompany(hit.start, hit.end, everything[number].full, hit.value.how)
        for hit in directory.find_in(text)
        for number in hit.value.ids
    ]


def company_named(speaker: str, said: str, story: str = "") -> Sequence[str]:
    """The records a name as said may mean."""
    return [pick.full for pick in names(speaker, story)[0].resolve(said, guess=False).picks]


def is_working_day(day: date) -> bool:
    """The group's calendar near the sample's date."""
    return day in MAKE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def listener(
    speaker: str = "陈思雨",
    context: Mapping[str, Any] | None = None,
    *,
    english: bool = False,
    story: str = "S03",
) -> Listener:
    """One who listens to that speaker."""
    held = {key: value for key, value in (context or {}).items() if key != "chat"}
    group = (context or {}).get("chat") == "group"
    known = speaker if any(one["name"] == speaker for one in people()) else ""
    return Listener(
        now=NOW,
        speaker=known,
        colleagues=lambda: colleagues(speaker),
        is_working_day=is_working_day,
        context=Context(**held, group=group),
        english=english,
        companies=lambda text: known_companies(speaker, text, story),
        company_named=lambda said: company_named(speaker, said, story),
        units={code: row["name"] for code, row in units().items()},
    )


def heard(
    text: str, speaker: str = "陈思雨", context: Mapping[str, Any] | None = None, story: str = "S03"
) -> Parse:
    """What is understood of a sentence."""
    return understand(text, listener(speaker, context, story=story), commands())


def differences(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """Slots that are not the same, as the catalogue says when two answers are."""
    wrong = []
    kinds = {one.name: one.slot.type.value for command in commands().values() for one in command.parameters}
    for name in sorted({*wanted, *got}):
        one, other = wanted.get(name, "@focus"), got.get(name, "@focus")
        if one == other or (name == "approx" and (name not in wanted or name not in got)):
            continue
        if name == "scope" and name not in wanted:
            wrong.append(f"{name}: {other!r} though nobody said it")
        elif not _same(kinds.get(name, "text"), one, other):
            wrong.append(f"{name}: wanted {wanted.get(name)!r}, got {got.get(name)!r}")
    return wrong


def _same(kind: str, one: Any, other: Any) -> bool:
    if not isinstance(one, str) or not isinstance(other, str):
        return bool(one == other)
    left, right = fold(one).text.replace(" ", ""), fold(other).text.replace(" ", "")
    if left == right:
        return True
    if kind == "company":
        return bool(_record(left) & _record(right))
    short, long = sorted((left, right), key=len)
    return kind == "text" and bool(short) and short in long and len(short) * 2 >= len(long)


def _record(said: str) -> set[str]:
    found = set()
    for row in (*records()["customers"], *records()["leads"]):
        name = row.get("name") or row["company"]
        if said in (name, row.get("short"), *row.get("aliases", ())):
            found.add(row["code"])
    return found
