"""Who lies above whom: the closure over the tree of units, and what a change of the tree changes in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from storage.org import Closure

TABLE = cast(Table, Closure.__table__)
Pair = tuple[int, int]  # ancestor, unit


class Node(Protocol):
    """A unit in its place."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def isolated(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Way:
    """From an ancestor down to a unit: so many steps, and whether the ancestor's people may look along it."""

    depth: int
    clear: bool


@dataclass(frozen=True, slots=True)
class ClosureChange:
    """What differs between the stored closure and the wanted one."""

    added: Mapping[Pair, Way]
    changed: Mapping[Pair, Way]
    removed: frozenset[Pair]
    # Pairs that become clear, and pairs that cease to be: the rows of the unit come into or leave sight.
    opened: frozenset[Pair]
    closed: frozenset[Pair]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def ways_to(unit_id: int, nodes: Mapping[int, Node]) -> dict[Pair, Way]:
    """Every pair of this unit and what lies above it, itself included.

    An isolated unit blocks the way for everything above it, not for itself and what lies inside it.
    """
    found: dict[Pair, Way] = {}
    blocked, depth, at = False, 0, nodes.get(unit_id)
    while at is not None and (at.id, unit_id) not in found:
        found[at.id, unit_id] = Way(depth, not blocked)
        blocked, depth = blocked or at.isolated, depth + 1
        at = None if at.parent_id is None else nodes.get(at.parent_id)
    return found


def zone_of(unit_id: int, nodes: Mapping[int, Node]) -> int:
    """The nearest isolated unit at or above this one, 0 for none."""
    seen: set[int] = set()
    at = nodes.get(unit_id)
    while at is not None and at.id not in seen:
        if at.isolated:
            return at.id
        seen.add(at.id)
        at = None if at.parent_id is None else nodes.get(at.parent_id)
    return 0


def compare_closure(conn: Connection, nodes: Mapping[int, Node]) -> ClosureChange:
    """What must change for the stored closure to be that of `nodes`."""
    rows = conn.execute(select(Closure.ancestor_id, Closure.unit_id, Closure.depth, Closure.clear))
    stored = {(row.ancestor_id, row.unit_id): Way(row.depth, row.clear) for row in rows}
    wanted: dict[Pair, Way] = {}
    for unit_id in nodes:
        wanted |= ways_to(unit_id, nodes)
    was = {pair for pair, way in stored.items() if way.clear}
    shall = {pair for pair, way in wanted.items() if way.clear}
    return ClosureChange(
        {pair: way for pair, way in wanted.items() if pair not in stored},
        {pair: way for pair, way in wanted.items() if pair in stored and stored[pair] != way},
        frozenset(stored.keys() - wanted.keys()),
        frozenset(shall - was),
        frozenset(was - shall),
    )


def add_ways(conn: Connection, ways: Mapping[Pair, Way]) -> None:
    """Store new pairs."""
    if ways:
        conn.execute(insert(TABLE), [_row(pair, way) for pair, way in ways.items()])


def flip(conn: Connection, change: ClosureChange) -> None:
    """Make the stored closure the wanted one; in one transaction, so that nobody sees half a tree."""
    gone = [{"above": ancestor, "below": unit} for ancestor, unit in change.removed | change.changed.keys()]
    if gone:
        this_pair = (TABLE.c.ancestor_id == bindparam("above")) & (TABLE.c.unit_id == bindparam("below"))
        conn.execute(delete(TABLE).where(this_pair), gone)
    add_ways(conn, {**change.added, **change.changed})


def _row(pair: Pair, way: Way) -> dict[str, object]:
    return {"ancestor_id": pair[0], "unit_id": pair[1], "depth": way.depth, "clear": way.clear}
