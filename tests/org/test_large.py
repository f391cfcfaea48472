"""Twenty thousand people: nobody waits long for the write lock, and one change is one small slice."""

from pathlib import Path

from handlers.org.importing import Report
from storage.org import Person, Unit
from storage.slices import SLICE
from tests.org.company import row, write_folder
from tests.org.stores import House, house, template

__all__ = ["house", "template"]
PEOPLE = 20_000
UNITS = 400
# Beside its rows a slice writes the version; a unit brings a closure row for each level above it.
MOST_ROWS = SLICE * 4 + 1


def units() -> list[str]:
    lines = ["T,集团,,group,,no,"]
    for n in range(UNITS):
        above, kind = ("T", "company") if n < 20 else (f"U{n % 20}", "department")
        lines.append(f"U{n},单元{n},{above},{kind},,no,")
    return lines


def people() -> list[str]:
    return [
        row(
            name=f"人{n}",
            unit=f"U{n % UNITS}",
            roles=f"sales@U{n % UNITS}",
            manager=f"人{n // 10}" if n else "",
            wecom_userid=f"u{n}",
            mobile=f"138{n:08d}",
        )
        for n in range(PEOPLE)
    ]


def load(house: House, folder: Path, lines: list[str]) -> Report:
    house.transactions.clear()
    return house.load(write_folder(folder, units=units(), people=lines))


def test_twenty_thousand_people_are_stored_in_slices(house: House, tmp_path: Path) -> None:
    lines = people()

    report = load(house, tmp_path / "large", lines)

    assert {kind: counted.added for kind, counted in report.counts.items()} == {
        "units": UNITS + 1, "people": PEOPLE, "accounts": PEOPLE, "roles": PEOPLE, "memberships": 0,
    }  # fmt: skip
    assert max(house.transactions) <= MOST_ROWS
    assert sum(house.transactions) > 4 * PEOPLE  # everything was counted

    assert load(house, tmp_path / "large", lines).idle
    assert house.transactions == []

    lines[7] = lines[7].replace(",U7,", ",U8,")
    report = load(house, tmp_path / "large", lines)
    assert report.counts["people"].changed == 1
    assert len(house.transactions) == 1
    assert house.all(Unit.code, where=(Person.unit_id == Unit.id) & (Person.name == "人7")) == [("U8",)]
