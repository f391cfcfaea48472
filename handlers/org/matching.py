"""Who in the file is who in the store. A wrong yes would hand somebody's records and rights to a namesake."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from handlers.org.values import KnownPerson, PersonPlan

P = TypeVar("P", PersonPlan, KnownPerson)


def match_people(people: Sequence[PersonPlan], known: Sequence[KnownPerson]) -> tuple[PersonPlan, ...]:
    """The people of the file, with `id` and `key` set for those who are stored.

    The surest sign first: an account and the name; the mobile and the name, or, renamed, the mobile and an
    account; the name and the unit; last the name alone, where nothing contradicts it and nobody else has it.
    """
    ids: dict[int, int] = {}
    taken: set[int] = set()
    signs: tuple[tuple[Callable[[P], Iterable[Hashable]], bool], ...] = (
        (lambda p: ((p.name, account.key) for account in p.accounts), False),
        (lambda p: ((p.name, p.mobile),) if p.mobile else (), False),
        (lambda p: ((p.mobile, account.key) for account in p.accounts if p.mobile), False),
        (lambda p: ((p.name, p.unit),), True),
        (lambda p: (p.name,), True),
    )
    for sign, doubtful in signs:
        free = [(at, person) for at, person in enumerate(people) if at not in ids]
        left = [person for person in known if person.id not in taken]
        ours, theirs = _index(free, sign), _index([(one.id, one) for one in left], sign)
        stored = {one.id: one for one in left}
        for key, places in ours.items():
            if len(places) != 1 or len(theirs.get(key, ())) != 1:
                continue
            (at,), (person_id,) = places, theirs[key]
            if at in ids or person_id in taken:
                continue
            if doubtful and _contradicts(people[at], stored[person_id]):
                continue
            ids[at] = person_id
            taken.add(person_id)
    return tuple(
        replace(person, id=ids[at], key=f"id:{ids[at]}") if at in ids else person
        for at, person in enumerate(people)
    )


def _index(
    people: Iterable[tuple[int, P]], sign: Callable[[P], Iterable[Hashable]]
) -> dict[Hashable, set[int]]:
    found: dict[Hashable, set[int]] = {}
    for place, person in people:
        for key in sign(person):
            found.setdefault(key, set()).add(place)
    return found


def _contradicts(person: PersonPlan, stored: KnownPerson) -> bool:
    """Both have a mobile, or an account on one connection, and they differ."""
    if person.mobile and stored.mobile and person.mobile != stored.mobile:
        return True
    theirs = {(one.platform, one.connection): one.folded for one in stored.accounts}
    return any(
        theirs.get((one.platform, one.connection), one.folded) != one.folded for one in person.accounts
    )
