"""Who may do what, and what a person's place in the group opens. Pure: roles and the tree in, reach out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

SALES = frozenset({"sales", "presales"})
MANAGERS = frozenset({"manager", "agent_lead", "service_manager", "deputy_gm", "gm", "president"})
MARKETING = frozenset({"marketing"})
COORDINATORS = frozenset({"coordinator"})


class Can(StrEnum):
    """What a command needs. Everybody known may do what ANYONE may; a stranger only asks for help."""

    ANYONE = "anyone"
    CREATE_LEAD = "create_lead"
    CHECK_DUPLICATES = "check_duplicates"
    LOG_FOLLOWUP = "log_followup"


GRANTED: Mapping[Can, frozenset[str]] = {
    Can.CREATE_LEAD: SALES | MARKETING | MANAGERS,
    Can.CHECK_DUPLICATES: SALES | MARKETING | MANAGERS | COORDINATORS,
    Can.LOG_FOLLOWUP: SALES | MARKETING | MANAGERS | frozenset({"engineer", "agent", "customer_success"}),
}
ROLE_WORDS = {
    Can.CREATE_LEAD: "销售、市场和各级经理",
    Can.CHECK_DUPLICATES: "销售、市场、各级经理和线索统筹",
    Can.LOG_FOLLOWUP: "销售、服务人员和各级经理",
}


def may(can: Can, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may do it. An unknown role may do what anyone may."""
    return can is Can.ANYONE or not GRANTED[can].isdisjoint(roles)


class Tree(Protocol):
    """What the rules ask of the organisation."""

    def nearest_id(self, unit_id: int, kind: str) -> int | None:
        """The nearest unit of that kind at or above this one, inside its isolated branch."""

    def root_id(self, unit_id: int) -> int:
        """The top of the tree, or of the isolated branch the unit lies in."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role at a unit, perhaps until a moment."""

    role: str
    unit_id: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The branches whose rows are seen in full, and those of which only names are."""

    branches: tuple[int, ...] = ()
    names: tuple[int, ...] = ()


def held_now(roles: Iterable[Held], now: datetime) -> tuple[Held, ...]:
    """The roles that hold at this moment: until its end, not at it."""
    return tuple(role for role in roles if role.until is None or now < role.until)


def reach_of(roles: Iterable[Held], rows_of: Mapping[str, str], tree: Tree, now: datetime) -> Reach:
    """The union of what the roles open. `rows_of`: role → rows kind; an unknown role opens nothing.

    company and business_group open the nearest unit of that kind at or above the role's unit, else the
    role's own branch; company_names opens all names of the group. No role reaches out of an isolated unit.
    """
    branches: set[int] = set()
    names: set[int] = set()
    for held in held_now(roles, now):
        rows = rows_of.get(held.role, "own")
        if rows == "unit":
            branches.add(held.unit_id)
        elif rows in ("company", "business_group"):
            branches.add(tree.nearest_id(held.unit_id, rows) or held.unit_id)
        elif rows == "group":
            branches.add(tree.root_id(held.unit_id))
        elif rows == "company_names":
            names.add(tree.root_id(held.unit_id))
    return Reach(tuple(sorted(branches)), tuple(sorted(names)))
