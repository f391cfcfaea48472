"""A unit moves or becomes isolated: its rows come into other sight, their match keys change zone."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.closure import Pair
from storage.ledger import match_keys, sight
from storage.schema import OWNED
from storage.turnstile import write

SLICE = 500


def gain_sight(engine: Engine, opened: Collection[Pair]) -> None:
    """Add the ancestor rows of pairs that become clear. Done again, it adds what came in between."""
    for unit_id, ancestors in _by_unit(opened).items():
        for noun, rows in _rows(engine, unit_id):
            fresh = [
                {"noun": noun, "ancestor_id": ancestor, "at": row.created_at, "record_id": row.id}
                for row in rows
                for ancestor in ancestors
            ]
            with write(engine) as conn:
                conn.execute(_insert_missing(conn), fresh)


def lose_sight(engine: Engine, closed: Collection[Pair]) -> None:
    """Remove the ancestor rows of pairs that are no longer clear."""
    for unit_id, ancestors in _by_unit(closed).items():
        for noun, rows in _rows(engine, unit_id):
            with write(engine) as conn:
                for ancestor in ancestors:
                    conn.execute(
                        delete(sight).where(
                            sight.c.noun == noun,
                            sight.c.ancestor_id == ancestor,
                            sight.c.at.in_({row.created_at for row in rows}),
                            sight.c.record_id.in_([row.id for row in rows]),
                        )
                    )


def move_keys(engine: Engine, zones: Mapping[int, int]) -> None:
    """Let the duplicate check find a unit's records in their new zone, and no longer in the old one."""
    for unit_id, zone_id in zones.items():
        for noun, rows in _rows(engine, unit_id):
            with write(engine) as conn:
                conn.execute(
                    update(match_keys)
                    .where(
                        match_keys.c.noun == noun,
                        match_keys.c.record_id.in_([row.id for row in rows]),
                        match_keys.c.zone_id != zone_id,
                    )
                    .values(zone_id=zone_id)
                )


def _rows(engine: Engine, unit_id: int) -> Iterator[tuple[str, Sequence[Row[Any]]]]:
    """The owned rows of a unit, noun by noun, in slices."""
    for model in OWNED:
        table: Any = model.__table__  # type: ignore[attr-defined]
        last = 0
        while True:
            asked = select(table.c.id, table.c.created_at).where(
                table.c.unit_id == unit_id, table.c.id > last
            )
            with engine.execution_options(ro=True).connect() as conn:
                rows = conn.execute(asked.order_by(table.c.id).limit(SLICE)).all()
            if not rows:
                break
            last = rows[-1].id
            yield model.noun, rows


def _by_unit(pairs: Collection[Pair]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for ancestor, unit in sorted(pairs):
        found.setdefault(unit, []).append(ancestor)
    return found


def _insert_missing(conn: Connection) -> Any:
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    return dialect.insert(sight).on_conflict_do_nothing()
