"""Generated groups of companies, and who sees what in them by DESIGN.md §4, written in plain Python.

The model shares nothing with `storage.scope` or `handlers.permissions`: it walks the tree for every question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.scope_world import NOW

NOUNS = ("customer", "contact", "lead", "followup", "task")
KINDS = ("group", "business_group", "company", "department")
ROWS_KINDS = (
    "own",
    "unit",
    "company",
    "business_group",
    "group",
    "summary",
    "company_names",
    "payments",
    "none",
)
NAMES = "company_names"
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ModelUnit:
    """A unit; the parent has a smaller number, the first has none."""

    number: int
    parent: int | None
    kind: str
    isolated: bool


@dataclass(frozen=True, slots=True)
class ModelRole:
    """A role, named by the rows it opens, at a unit, perhaps until a moment."""

    rows: str
    unit: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ModelPerson:
    """Somebody with their roles."""

    number: int
    unit: int
    extra: tuple[int, ...]
    roles: tuple[ModelRole, ...]
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A row. `about`: for contacts and follow-ups the number of the customer or lead they hang on."""

    noun: str
    number: int
    unit: int
    owner: int | None
    at: datetime
    about: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class World:
    """A group of companies. `helpers`: (noun, row, person). `moves`: (noun, row, unit), done after all else.

    `stale`: (noun, row, unit) ancestor rows that an interrupted move has left behind.
    """

    units: tuple[ModelUnit, ...]
    people: tuple[ModelPerson, ...]
    rows: tuple[ModelRow, ...]
    helpers: frozenset[tuple[str, int, int]]
    moves: tuple[tuple[str, int, int], ...]
    stale: frozenset[tuple[str, int, int]]

    def placed(self) -> list[ModelRow]:
        """The rows where they lie in the end."""
        at = {(noun, number): unit for noun, number, unit in self.moves}
        return [
            ModelRow(r.noun, r.number, at.get((r.noun, r.number), r.unit), r.owner, r.at, r.about)
            for r in self.rows
        ]

    def up(self, unit: int | None) -> list[ModelUnit]:
        """The unit and all above it."""
        path = []
        while unit is not None:
            path.append(self.units[unit - 1])
            unit = path[-1].parent
        return path

    def lies_open(self, unit: int, under: int) -> bool:
        """Whether `under`'s people see the rows of `unit`: it lies beneath, with nothing isolated between."""
        for step in self.up(unit):
            if step.number == under:
                return True
            if step.isolated:
                return False
        return False

    def opens(self, role: ModelRole) -> int | None:
        """The unit whose branch a role opens in full; None for a role that opens no branch."""
        path = self.up(role.unit)
        if role.rows == "unit":
            return role.unit
        if role.rows == "group":
            return path[-1].number
        if role.rows in ("company", "business_group"):
            return next((unit.number for unit in path if unit.kind == role.rows), role.unit)
        return None

    def works(self, person: ModelPerson) -> bool:
        """A person who left can do nothing, at once."""
        return person.left_at is None or person.left_at > NOW

    def held(self, person: ModelPerson) -> list[ModelRole]:
        """The roles that hold now."""
        return [role for role in person.roles if role.until is None or role.until > NOW]

    def sees(self, person: ModelPerson, row: ModelRow, *, names: bool = False) -> bool:
        """Whether a person sees a row, or with `names` at least its name."""
        if not self.works(person):
            return False
        if row.owner == person.number or self.helps(person, row):
            return True
        for role in self.held(person):
            top = self.opens(role)
            if top is not None and self.lies_open(row.unit, top):
                return True
            if names and role.rows == NAMES and self.lies_open(row.unit, self.up(role.unit)[-1].number):
                return True
        return False

    def helps(self, person: ModelPerson, row: ModelRow) -> bool:
        """Whether a person works on this row, or on the one it hangs on."""
        noun, number = row.about or (row.noun, row.number)
        return (noun, number, person.number) in self.helpers

    def crosses(self, role: ModelRole) -> bool:
        """Whether a role opens a branch from inside an isolated unit that lies within this branch.

        DESIGN.md §4 does not say what that means, so such roles are left out.
        """
        top = self.up(role.unit)[-1].number if role.rows == NAMES else self.opens(role)
        return top is not None and not self.lies_open(role.unit, top)


@st.composite
def units(draw: st.DrawFn) -> tuple[ModelUnit, ...]:
    """A tree of up to nine units, deep or wide, with nested departments and isolated units within others."""
    found = [ModelUnit(1, None, "group", False)]
    for number in range(2, draw(st.integers(3, 9)) + 1):
        parent = found[draw(st.integers(0, len(found) - 1))]
        kinds = KINDS[KINDS.index(parent.kind) + 1 :] or ("department",)
        kind = draw(st.sampled_from(kinds))
        isolated = draw(st.sampled_from([False, False, True]))
        found.append(ModelUnit(number, parent.number, kind, isolated))
    return tuple(found)


@st.composite
def people(draw: st.DrawFn, count: int, unit: st.SearchStrategy[int]) -> tuple[ModelPerson, ...]:
    """Colleagues with any roles, some over, some to end in a moment, some who left."""
    end = st.sampled_from([None, None, NOW, NOW + MOMENT, NOW - timedelta(days=1), NOW + timedelta(days=1)])
    role = st.one_of(
        st.builds(ModelRole, st.sampled_from(ROWS_KINDS).filter(lambda rows: rows != NAMES), unit, end),
        # "All rows" wherever it is held; for now the product takes the branch of the role's unit.
        st.builds(ModelRole, st.just(NAMES), st.just(1), end),
    )
    return tuple(
        ModelPerson(
            number,
            draw(unit),
            tuple(draw(st.sets(unit, max_size=2))),
            tuple(draw(st.lists(role, max_size=3, unique_by=lambda one: (one.rows, one.unit)))),
            draw(end),
        )
        for number in range(1, count + 1)
    )


@st.composite
def rows(draw: st.DrawFn, unit: st.SearchStrategy[int], people_: int) -> tuple[ModelRow, ...]:
    """Rows of all nouns, many of them made in the same instant."""
    found: list[ModelRow] = []
    owner = st.sampled_from([None, *range(1, people_ + 1)])
    at = st.integers(0, 3).map(lambda minutes: NOW + timedelta(minutes=minutes))
    counts: dict[str, int] = {}

    def add(noun: str, about: tuple[str, int] | None = None) -> None:
        counts[noun] = counts.get(noun, 0) + 1
        found.append(ModelRow(noun, counts[noun], draw(unit), draw(owner), draw(at), about))

    for noun in ("customer", "lead", "task"):
        for _ in range(draw(st.integers(1, 5))):
            add(noun)
    for _ in range(draw(st.integers(0, 4))):
        add("contact", ("customer", draw(st.integers(1, counts["customer"]))))
    for _ in range(draw(st.integers(0, 4))):
        noun = draw(st.sampled_from(["customer", "lead"]))
        add("followup", (noun, draw(st.integers(1, counts[noun]))))
    return tuple(found)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A whole group of companies."""
    tree = draw(units())
    unit = st.integers(1, len(tree))
    count = draw(st.integers(1, 4))
    everybody = draw(people(count, unit))
    all_rows = draw(rows(unit, count))
    row = st.sampled_from([(one.noun, one.number) for one in all_rows])
    helpers = draw(st.sets(st.tuples(row, st.integers(1, count)), max_size=4))
    moves = draw(st.lists(st.tuples(row, unit), max_size=3, unique_by=lambda one: one[0]))
    stale = draw(st.sets(st.tuples(row, unit), max_size=6))
    world = World(
        tree, everybody, all_rows,
        frozenset((*one, person) for one, person in helpers),
        tuple((*one, to) for one, to in moves),
        frozenset((*one, to) for one, to in stale),
    )  # fmt: skip
    return _without_crossing(world)


def _without_crossing(world: World) -> World:
    kept: Sequence[ModelPerson] = [
        ModelPerson(
            one.number, one.unit, one.extra, tuple(r for r in one.roles if not world.crosses(r)), one.left_at
        )
        for one in world.people
    ]
    return World(world.units, tuple(kept), world.rows, world.helpers, world.moves, world.stale)
