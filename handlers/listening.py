"""What understanding may look at, gathered for one speaker in one conversation."""

from collections.abc import Callable, Sequence

from handlers.companies.index import spot
from handlers.desk import Desk
from handlers.grammar.parse import Colleague, Context, KnownCompany, Listener
from handlers.records import named, names_of
from handlers.refusal import NotFound
from storage.directory import Organisation, PersonFact
from storage.talk import Draft


def listener_for(desk: Desk, draft: Draft | None) -> Listener:
    """The listener for the desk's actor."""
    talk = desk.talk
    context = Context(
        pending=draft.intent if draft else "",
        asked=draft.asked if draft else "",
        day=str(draft.slots.get("due", "")) if draft else "",
        focus=talk.focus[0] if talk.focus else "",
        list=talk.listing[0] if talk.listing and talk.open_list(desk.now) is not None else "",
        push=talk.push[0] if talk.push else "",
        last=talk.last[1] if talk.last else "",
    )
    return Listener(
        now=desk.local_now,
        speaker=desk.name(desk.actor.id),
        colleagues=colleagues_of(desk.org, desk.actor.person),
        is_working_day=desk.rules.calendar.is_working_day,
        context=context,
        english=desk.actor.person.language == "en",
        companies=lambda text: known_companies(desk, text),
        company_named=lambda said: [names_of(row)[0] for row in named(desk, said)],
        units={unit.code: unit.name for unit in desk.org.units.values()},
    )


def known_companies(desk: Desk, text: str) -> Sequence[KnownCompany]:
    """The records standing in the text that the actor may see."""
    return [KnownCompany(one.start, one.end, one.name, one.how) for one in spot(desk.session, text)]


def colleagues_of(org: Organisation, speaker: PersonFact) -> Callable[[], Sequence[Colleague]]:
    """The directory as this speaker hears names: own unit first, then own company, then the group."""
    company = org.nearest(speaker.unit_id, "company")

    def near(person: PersonFact) -> int:
        if person.unit_id == speaker.unit_id:
            return 0
        return 1 if company and org.within(person.unit_id, company.id) else 3

    def gathered() -> Sequence[Colleague]:
        found = []
        for person in org.people.values():
            shared = len(org.named[person.name]) > 1
            unit = org.units[person.unit_id]
            name = f"{person.name}@{unit.code}" if shared else person.name
            roles = tuple(role.role for role in person.roles)
            found.append(Colleague(name, person.name, person.title, roles, near(person), unit.name))
        return found

    return gathered


def person_named(org: Organisation, name: str) -> PersonFact:
    """The colleague of that name (`张伟@ZJ` when shared). Raises `NotFound`."""
    plain, _, unit = name.partition("@")
    fits = [
        person
        for person in org.named.get(plain, ())
        if not unit or org.units[person.unit_id].code == unit or org.units[person.unit_id].name == unit
    ]
    if len(fits) != 1:
        raise NotFound(said=name)
    return fits[0]
