"""All that a handler receives: everything one actor may reach, in one transaction, at one instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property

from sqlalchemy import Connection

from handlers.permissions.rules import ROLE_WORDS, Can, Held, held_now, may, reach_of
from handlers.policies.inforce import Rules
from handlers.refusal import NotAllowed
from storage.customers import Contacts, Customers
from storage.directory import Organisation, PersonFact
from storage.followups import Followups
from storage.keyring import Keyring
from storage.leads import Leads
from storage.scope import Scope, ScopedSession
from storage.talk import Draft, Drafts, Talk
from storage.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and through which door (`wecom:hengyue`, `cli`, `schedule`).

    `chat` is the conversation; what is said in a group belongs to the private one, where it is answered.
    """

    person: PersonFact
    roles: frozenset[str]
    door: str
    chat: str
    group: bool = False

    @property
    def id(self) -> int:
        """The person's id."""
        return self.person.id


def roles_of(person: PersonFact, now: datetime) -> tuple[Held, ...]:
    """The roles a person holds at this moment."""
    held = (Held(role.role, role.unit_id, role.until) for role in person.roles)
    return held_now(held, now)


def scope_of(person: PersonFact, org: Organisation, rules: Rules, now: datetime) -> Scope:
    """What a person may reach now. Somebody who has left reaches nothing."""
    if person.left_at and person.left_at <= now:
        return Scope()
    reach = reach_of(roles_of(person, now), rules.rows_of, org, now)
    return Scope(person.id, reach.branches, reach.names, homes=(person.unit_id, *person.extra_units))


@dataclass
class Desk:
    """The place where one event of one actor is worked on. Only the pipeline makes and ends one."""

    session: ScopedSession
    actor: Actor
    now: datetime
    org: Organisation
    rules: Rules
    keys: Keyring
    cause: str
    talk: Talk

    @property
    def conn(self) -> Connection:
        """The connection of this transaction, for the small tables that no scope narrows."""
        return self.session.connection()

    @property
    def zone(self) -> tzinfo:
        """The company's time zone."""
        return self.rules.zone

    @property
    def local_now(self) -> datetime:
        """Now, as the company's clock shows it."""
        return self.now.astimezone(self.zone)

    def local(self, moment: datetime | None) -> datetime | None:
        """A moment in the company's zone."""
        return None if moment is None else moment.astimezone(self.zone)

    def check_may(self, can: Can) -> None:
        """Refuse unless the actor's roles allow it."""
        if not may(can, self.actor.roles):
            raise NotAllowed(who=ROLE_WORDS.get(can, "管理员"))

    def name(self, person_id: int | None) -> str:
        """A colleague's name, with the unit where two share it."""
        person = self.org.people.get(person_id) if person_id is not None else None
        if person is None:
            return ""
        if len(self.org.named.get(person.name, ())) > 1:
            return f"{person.name}@{self.org.units[person.unit_id].code}"
        return person.name

    @cached_property
    def leads(self) -> Leads:
        """Leads within reach."""
        return Leads(self.session, self.now)

    @cached_property
    def customers(self) -> Customers:
        """Customers within reach."""
        return Customers(self.session, self.now)

    @cached_property
    def contacts(self) -> Contacts:
        """People at customers within reach."""
        return Contacts(self.session, self.now)

    @cached_property
    def followups(self) -> Followups:
        """Follow-ups within reach."""
        return Followups(self.session, self.now)

    @cached_property
    def tasks(self) -> Tasks:
        """Tasks within reach."""
        return Tasks(self.session, self.now)

    def draft(self, life: timedelta) -> Draft | None:
        """The draft that was open when this event began, unless it is older than `life`."""
        draft = self.talk.draft
        return draft if draft and draft.at >= self.now - life else None

    @cached_property
    def drafts(self) -> Drafts:
        """The actor's half-finished commands in this chat."""
        return Drafts(self.conn, self.actor.id, self.actor.chat, self.now)
