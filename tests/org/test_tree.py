"""A unit moves, opens or closes: the closure turns at once, the rows follow into other sight."""

from pathlib import Path

from sqlalchemy import insert, select

from storage.counted import Counted
from storage.ledger import match_keys, sight
from storage.org import Closure, Unit
from storage.schema import Lead
from storage.turnstile import write
from tests.org.company import RECORDS, UNITS, write_folder
from tests.org.stores import House, house, template

__all__ = ["house", "template"]


def ways(house: House) -> dict[tuple[str, str], tuple[int, bool]]:
    codes = dict(house.all(Unit.id, Unit.code))
    rows = house.all(Closure.ancestor_id, Closure.unit_id, Closure.depth, Closure.clear)
    return {(codes[above], codes[below]): (depth, bool(clear)) for above, below, depth, clear in rows}


def test_an_isolated_unit_is_clear_to_itself_and_within_but_to_nobody_above(
    house: House, tmp_path: Path
) -> None:
    house.load(write_folder(tmp_path / "other"))

    found = ways(house)

    assert found["T", "T1-A"] == (2, True)
    assert found["T", "T"] == (0, True)
    assert found["T", "T2"] == (1, False)
    assert found["T", "T2-A"] == (2, False)
    assert found["T2", "T2"] == (0, True)
    assert found["T2", "T2-A"] == (1, True)
    assert len(found) == 1 + 2 * 2 + 3 * 3


def test_a_moved_unit_takes_its_rows_into_other_sight(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other", records=RECORDS)
    house.load(folder)
    codes = {code: unit for unit, code in house.all(Unit.id, Unit.code)}
    with write(house.engine) as conn:
        ((lead,),) = conn.execute(select(Lead.id)).all()
        keys = {
            "key": "p:1",
            "noun": "lead",
            "record_id": lead,
            "unit_id": codes["T1-B"],
            "zone_id": 0,
            "certain": 1,
        }
        conn.execute(insert(match_keys), keys)
    moved = tuple(line.replace("T1-B,西区,T1,", "T1-B,西区,T2,") for line in UNITS)
    (folder / "records.json").unlink()

    report = house.load(write_folder(folder, units=moved))

    assert report.counts["units"] == Counted(changed=1, same=5)
    seen_by = {unit for (unit,) in house.all(sight.c.ancestor_id, where=sight.c.noun == "lead")}
    assert seen_by == {codes["T1-B"], codes["T2"]}
    assert house.all(match_keys.c.zone_id) == [(codes["T2"],)]
    assert ways(house)["T", "T1-B"] == (2, False)
    assert ("T1", "T1-B") not in ways(house)
    assert house.load(folder).idle


def test_a_unit_that_is_no_longer_isolated_is_seen_from_above(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other", records=RECORDS)
    house.load(folder)
    opened = tuple(line.replace(",yes,", ",no,") for line in UNITS)

    house.load(write_folder(folder, units=opened))

    codes = {code: unit for unit, code in house.all(Unit.id, Unit.code)}
    seen_by = {unit for (unit,) in house.all(sight.c.ancestor_id, where=sight.c.noun == "task")}
    assert seen_by == {codes["T"], codes["T2"], codes["T2-A"]}
    assert all(clear for _, clear in ways(house).values())


def test_new_units_may_be_put_between_old_ones(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)
    units = (
        *UNITS,
        "TB,事业群,T,business_group,,no,",
        *(line.replace(",T,company", ",TB,company") for line in UNITS if ",company," in line),
    )

    house.load(write_folder(folder, units=tuple({line.split(",")[0]: line for line in units}.values())))

    assert ways(house)["TB", "T1-A"] == (2, True)
    assert ways(house)["T", "T1-A"] == (3, True)
