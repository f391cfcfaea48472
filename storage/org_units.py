"""Storing the tree: new units with their closure, changed ones, and a moved branch in one flip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, update

from storage.closure import add_ways, compare_closure, flip, ways_to, zone_of
from storage.counted import Counted
from storage.org import Unit
from storage.org_difference import Changed, changed, unit_fields
from storage.org_stored import Stored, StoredUnit
from storage.org_wanted import UnitWanted
from storage.resight import gain_sight, lose_sight, move_keys
from storage.slices import Slices

UNITS = cast(Table, Unit.__table__)
TREE = frozenset({"parent_id", "isolated"})


@dataclass(slots=True)
class Tree:
    """The units while they are being stored: by id as they shall be, and code → id."""

    units: dict[int, StoredUnit]
    ids: dict[str, int]


def store_units(
    slices: Slices, wanted: Sequence[UnitWanted], stored: Stored
) -> tuple[dict[str, int], Counted]:
    """Store the units (parents first in `wanted`). Gives code → id of all units, and what was done."""
    tree = Tree(dict(stored.units), stored.unit_ids)
    fresh = [unit for unit in wanted if unit.code not in tree.ids]
    for level in _levels(fresh):
        slices.each("org.units.added", level, lambda conn, units: _add(conn, units, tree))
    differing = _differing(wanted, fresh, tree)
    slices.each("org.units.changed", [one for one in differing if not TREE & one.fields.keys()], _update)
    moved = [one for one in differing if TREE & one.fields.keys()]
    if moved:
        _move(slices, moved, tree, stored)
    same = len(wanted) - len(fresh) - len(differing)
    return tree.ids, Counted(len(fresh), len(differing), 0, same)


def _levels(units: Sequence[UnitWanted]) -> list[list[UnitWanted]]:
    """New units by their height among the new ones: a parent has its id before its children need it."""
    height: dict[str, int] = {}
    for unit in units:
        height[unit.code] = height.get(unit.parent, -1) + 1
    ordered = sorted(units, key=lambda unit: height[unit.code])
    return [list(level) for _, level in groupby(ordered, key=lambda unit: height[unit.code])]


def _add(conn: Connection, units: Sequence[UnitWanted], tree: Tree) -> Sequence[Any]:
    rows = [{"code": unit.code, **unit_fields(unit, tree.ids)} for unit in units]
    asked = insert(UNITS).returning(UNITS.c.id, sort_by_parameter_order=True)
    for row, unit_id in zip(rows, conn.scalars(asked, rows), strict=True):
        tree.ids[row["code"]] = unit_id
        tree.units[unit_id] = StoredUnit(id=unit_id, **row)
    for unit in units:
        add_ways(conn, ways_to(tree.ids[unit.code], tree.units))
    return rows


def _differing(wanted: Sequence[UnitWanted], fresh: Sequence[UnitWanted], tree: Tree) -> list[Changed]:
    new = {unit.code for unit in fresh}
    found = []
    for unit in wanted:
        row = tree.units[tree.ids[unit.code]]
        one = None if unit.code in new else changed(row, unit_fields(unit, tree.ids))
        if one:
            found.append(one)
            tree.units[row.id] = replace(row, **one.new())
    return found


def _update(conn: Connection, units: Sequence[Changed]) -> Sequence[Any]:
    for unit in units:
        conn.execute(update(UNITS).where(UNITS.c.id == unit.id).values(unit.new()))
    return [{"id": unit.id, **unit.fields} for unit in units]


def _move(slices: Slices, moved: Sequence[Changed], tree: Tree, stored: Stored) -> None:
    """Rows come into sight of the new branch, the tree flips, rows leave the sight of the old branch."""
    with slices.engine.execution_options(ro=True).connect() as conn:
        change = compare_closure(conn, tree.units)
    zones = _new_zones(stored.units, tree.units)
    gain_sight(slices.engine, change.opened)
    move_keys(slices.engine, zones)

    def turn(conn: Connection) -> Sequence[Any]:
        flip(conn, change)
        return _update(conn, moved)

    slices.once("org.units.moved", turn)
    # Once more for the rows that were written between the first pass and the flip.
    gain_sight(slices.engine, change.opened)
    move_keys(slices.engine, zones)
    lose_sight(slices.engine, change.closed)


def _new_zones(before: Mapping[int, StoredUnit], after: Mapping[int, StoredUnit]) -> dict[int, int]:
    return {unit: zone for unit in before if (zone := zone_of(unit, after)) != zone_of(unit, before)}
