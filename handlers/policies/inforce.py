"""The rules in force for a person's unit, as handlers ask them. Read once per version of the organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from handlers.policies.approvers import Approver, ManagerUp, PersonNamed, RoleAt
from handlers.policies.customs import Compared
from handlers.policies.document import load_policies
from handlers.policies.masks import MaskedField, mask
from handlers.policies.rulebook import Policies
from handlers.worktime.rules import Calendar, make_calendar, parse_spans
from storage.directory import Organisation, PersonFact

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Rules:
    """The policies of one unit, and the questions asked of them."""

    policies: Policies
    undo_window: timedelta

    @cached_property
    def rows_of(self) -> Mapping[str, str]:
        """Role → which rows it opens."""
        return {role: str(one.rows) for one in self.policies.visibility for role in one.roles}

    @property
    def zone(self) -> tzinfo:
        """The company's time zone."""
        return self.policies.zone

    @cached_property
    def calendar(self) -> Calendar:
        """The usual working calendar; a company without one works Monday to Friday, nine to six."""
        if self.policies.calendars:
            return self.policies.calendar()
        return make_calendar("office", self.zone, WORKDAYS, parse_spans(["09:00-12:00", "13:00-18:00"]))

    @property
    def arbiter(self) -> Approver:
        """Who arbitrates when two units meet at one customer."""
        return self.policies.conflict.arbiter

    @cached_property
    def compared(self) -> frozenset[Compared]:
        """What settles that somebody is on a company already."""
        return frozenset(self.policies.conflict.compare)

    def day(self, day: date) -> tuple[datetime, datetime]:
        """A day of the company's clock as two moments in UTC, the second not included."""
        start = datetime.combine(day, time(), self.zone)
        end = datetime.combine(day + timedelta(days=1), time(), self.zone)
        return start.astimezone(UTC), end.astimezone(UTC)

    def shown_phone(self, phone: str | None, *, in_pool: bool) -> str:
        """A phone as the masks leave it. A mask whose condition cannot be known hides."""
        if not phone:
            return ""
        for one in self.policies.masks:
            if one.field is MaskedField.MOBILE and one.when.decide({"在公海": in_pool}) is not False:
                return mask(phone, one.show)
        return phone

    def people(self, who: Approver, asking: PersonFact, org: Organisation) -> Sequence[PersonFact]:
        """The colleagues a reference means, seen from the person asking; those who left are out."""
        found = _people(who, asking, org)
        return [person for person in found if person.left_at is None]


def _people(who: Approver, asking: PersonFact, org: Organisation) -> Sequence[PersonFact]:
    if isinstance(who, ManagerUp):
        return _manager(who.level, asking, org)
    if isinstance(who, PersonNamed):
        name, _, unit = who.person.partition("@")
        return [one for one in org.named.get(name, ()) if not unit or org.units[one.unit_id].code == unit]
    if not isinstance(who, RoleAt):
        return []
    place = org.unit_by_code(who.unit) if who.unit else org.nearest(asking.unit_id, str(who.where))
    if place is None:
        return []
    return [
        person
        for person in org.people.values()
        for role in person.roles
        if role.role == who.role and role.unit_id == place.id
    ]


def _manager(level: int, asking: PersonFact, org: Organisation) -> Sequence[PersonFact]:
    person: PersonFact | None = asking
    for _ in range(level):
        person = org.people.get(person.manager_id) if person and person.manager_id else None
    return [person] if person else []


class _Kept:
    """The rules of the last organisation version, by unit."""

    def __init__(self) -> None:
        self.version = ""
        self.rules: dict[int, Rules] = {}
        self.whole: Policies = Policies()


def rules_for(org: Organisation, unit_id: int, undo: timedelta) -> Rules:
    """The rules that hold in a unit. `undo`: how long 撤销 works where the policies do not say."""
    kept: _Kept = org.kept.setdefault("rules", _Kept())
    if unit_id not in kept.rules:
        text = org.policies.get(None, "")
        if not kept.rules and text:
            kept.whole = load_policies(text)
        path = [unit.code for unit in org.up(unit_id)][::-1]
        policies = kept.whole.for_unit(path)
        window = policies.undo.window
        length = timedelta(days=window.days, minutes=window.minutes) if text else undo
        kept.rules[unit_id] = Rules(policies, length)
    return kept.rules[unit_id]
