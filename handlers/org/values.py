"""The organisation as a value: what a file says, checked and free of spelling, and what was wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

KINDS = ("group", "business_group", "company", "department")
PLATFORMS = ("wecom", "dingtalk")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and what to write instead. `row` counts as the file or sheet shows it."""

    file: str
    row: int | None
    column: str
    message: str

    def __str__(self) -> str:
        place = f" 第 {self.row} 行" if self.row is not None else ""
        column = f"「{self.column}」" if self.column else ""
        return f"{self.file}{place}{column}：{self.message}"


class BadOrganisation(Exception):
    """The files cannot be loaded. `problems` holds everything that is wrong, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: cells by column, trimmed, an empty one as an empty text."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file or a sheet. `file` is how problems call it."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What a folder or workbook holds; None for what it does not."""

    units: Table | None = None
    people: Table | None = None
    policies: str | None = None
    records: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit as it shall be. `parent` is a code, empty for the top."""

    code: str
    name: str
    parent: str
    kind: str
    platform: str = ""
    isolated: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """A platform account. `folded` is the user id as its platform compares it."""

    platform: str
    connection: str
    userid: str
    folded: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes an account the same account."""
        return self.platform, self.connection, self.folded


@dataclass(frozen=True, slots=True)
class RolePlan:
    """A role at a unit (its code)."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A colleague as the file has them. `key` names them in this plan; `id` is set for somebody stored.

    Leave is half-open: from this moment until, not including, that one. `manager` is another person's key.
    """

    key: str
    row: int
    name: str
    unit: str
    id: int | None = None
    title: str = ""
    mobile: str | None = None
    manager: str | None = None
    leave_from: datetime | None = None
    leave_until: datetime | None = None
    extra_units: tuple[str, ...] = ()
    roles: tuple[RolePlan, ...] = ()
    accounts: tuple[AccountPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody the store knows already."""

    id: int
    name: str
    unit: str
    mobile: str | None = None
    manager_id: int | None = None
    accounts: tuple[AccountPlan, ...] = ()
    extra_units: tuple[str, ...] = ()
    left: bool = False

    @property
    def key(self) -> str:
        """Their name in a plan."""
        return stored_key(self.id)


def stored_key(person_id: int) -> str:
    """The key of somebody who is in the store."""
    return f"id:{person_id}"


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds before the import: the files may refer to it."""

    units: tuple[UnitPlan, ...] = ()
    people: tuple[KnownPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class Connections:
    """The configured connections of each platform, the first one is meant where none is named."""

    by_platform: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, platform: str) -> tuple[str, ...]:
        """The connections of one platform, maybe none."""
        return self.by_platform.get(platform, ())


@dataclass(frozen=True, slots=True)
class OrgPlan:
    """Units (parents first) and people as they shall be, and what somebody should know about it."""

    units: tuple[UnitPlan, ...] = ()
    people: tuple[PersonPlan, ...] = ()
    notices: tuple[str, ...] = ()
