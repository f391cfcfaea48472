"""The closure against its definition, on trees of every shape."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as some

from storage.closure import ways_to, zone_of


@dataclass(frozen=True)
class Node:
    id: int
    parent_id: int | None
    isolated: bool


@some.composite
def trees(draw: some.DrawFn) -> dict[int, Node]:
    size = draw(some.integers(1, 12))
    return {
        n: Node(n, draw(some.integers(1, n - 1)) if n > 1 else None, draw(some.booleans()))
        for n in range(1, size + 1)
    }


def up(unit: int, nodes: dict[int, Node]) -> list[int]:
    above = nodes[unit].parent_id
    return [unit, *(up(above, nodes) if above is not None else [])]


@given(trees())
def test_a_way_is_clear_when_no_isolated_unit_lies_below_its_top(nodes: dict[int, Node]) -> None:
    for unit in nodes:
        path = up(unit, nodes)
        ways = ways_to(unit, nodes)

        assert {above for above, _ in ways} == set(path)
        for depth, above in enumerate(path):
            assert ways[above, unit].depth == depth
            assert ways[above, unit].clear == (not any(nodes[one].isolated for one in path[:depth]))


@given(trees())
def test_the_zone_is_the_nearest_isolated_unit(nodes: dict[int, Node]) -> None:
    for unit in nodes:
        isolated = [one for one in up(unit, nodes) if nodes[one].isolated]
        assert zone_of(unit, nodes) == (isolated[0] if isolated else 0)


@given(trees())
def test_what_a_branch_sees_stays_within_its_zone(nodes: dict[int, Node]) -> None:
    for unit in nodes:
        for (above, _), way in ways_to(unit, nodes).items():
            if way.clear and above != unit:
                assert not nodes[unit].isolated
                assert zone_of(above, nodes) == zone_of(unit, nodes)
