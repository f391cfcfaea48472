"""Who is asked: `manager(1)`, `role("finance") @ company`, `person("张伟@ZJ")`, `roster("FW-XC")`."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """Where a role is looked for."""

    DEPARTMENT = "department"
    COMPANY = "company"
    BUSINESS_GROUP = "business_group"
    GROUP = "group"
    LEAD_COMPANY = "lead_company"
    SUPPORT_COMPANY = "support_company"
    BOTH_OWNERS = "both_owners"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class ManagerUp:
    """The submitter's manager, `level` steps up (1 is the direct one)."""

    level: int

    def __str__(self) -> str:
        return f"manager({self.level})"


@dataclass(frozen=True, slots=True)
class RoleAt:
    """Whoever holds a role at a place; `unit` is set only when the place is a named unit."""

    role: str
    where: Where
    unit: str = ""

    def __str__(self) -> str:
        place = f'unit("{self.unit}")' if self.unit else self.where.value
        return f'role("{self.role}") @ {place}'


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """One person, `张伟@ZJ` when the name is shared."""

    person: str

    def __str__(self) -> str:
        return f'person("{self.person}")'


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whoever the unit's roster names for the day."""

    unit: str

    def __str__(self) -> str:
        return f'roster("{self.unit}")'


Approver = ManagerUp | RoleAt | PersonNamed | OnDuty


class BadApprover(ValueError):
    """A reference that cannot be read; the text is Chinese and shows the forms there are."""


_NAME = r'\(\s*["“]([^"“”()]{1,60})["”]\s*\)'
_PLACES = "|".join(place for place in Where if place is not Where.UNIT)
_MANAGER = re.compile(r"manager\(\s*([1-9])\s*\)")
_ROLE = re.compile(rf"role{_NAME}\s*@\s*(?:({_PLACES})|unit{_NAME})")
_PERSON = re.compile(rf"person{_NAME}")
_ROSTER = re.compile(rf"roster{_NAME}")
_FORMS = 'manager(1)、role("角色") @ company、role("角色") @ unit("单元")、person("姓名")、roster("单元")'


def parse_approver(text: str) -> Approver:
    """The reference as a value; raises BadApprover."""
    text = text.strip()
    if len(text) > 200:
        raise BadApprover("审批人写得太长")
    if found := _MANAGER.fullmatch(text):
        return ManagerUp(int(found[1]))
    if found := _ROLE.fullmatch(text):
        role, place, unit = (part and part.strip() for part in found.groups())
        return RoleAt(role, Where.UNIT, unit) if unit else RoleAt(role, Where(place))
    if found := _PERSON.fullmatch(text):
        return PersonNamed(found[1].strip())
    if found := _ROSTER.fullmatch(text):
        return OnDuty(found[1].strip())
    raise BadApprover(
        f"审批人“{text}”看不懂，可以写 {_FORMS}；@ 后面可以是 {_PLACES.replace('|', '、')} 或 unit(…)"
    )
