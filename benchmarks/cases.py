"""What is asked of a duplicate check: companies said differently, and strangers that resemble one.

The right answer follows from how a case was made, never from a list: a stored company fits when everything
that was said agrees with it. Who leaves the place out may mean any namesake, and each of them is right.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.names import NUMBERS, Company, brand_character, folded, kin, short
from benchmarks.sayings import CHANGES

Key = tuple[str, str, str, str]
Make = Callable[[Company, Company, random.Random], Company]


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody asks for, and the stored companies that it fits, by their place in the list.

    `likely`: also those that would fit if the brand were mistyped; naming them is neither right nor wrong.
    """

    kind: str
    said: str
    fits: frozenset[int]
    likely: frozenset[int] = frozenset()


def _other_place(company: Company, other: Company, rng: random.Random) -> Company:
    said = other.place if company.said == company.place else short(other.place)
    return replace(company, place=other.place, said=said)


def _other_number(company: Company, other: Company, rng: random.Random) -> Company:
    return replace(company, number=f"第{rng.choice(NUMBERS)}") if company.number else company


def _other_trade(company: Company, other: Company, rng: random.Random) -> Company:
    return replace(company, trade=other.trade, what=other.what)


def _namesake(company: Company, other: Company, rng: random.Random) -> Company:
    return _other_place(_other_trade(company, other, rng), other, rng)


def _other_character(company: Company, other: Company, rng: random.Random) -> Company:
    at = rng.randrange(len(company.brand))
    brand = company.brand[:at] + brand_character(rng) + company.brand[at + 1 :]
    return replace(company, brand=brand)


def _longer_brand(company: Company, other: Company, rng: random.Random) -> Company:
    more = brand_character(rng)
    doubled = kin().get(more, more) in folded(company.brand)
    return company if doubled else replace(company, brand=company.brand + more)


def _unrelated(company: Company, other: Company, rng: random.Random) -> Company:
    return replace(other, brand=brand_character(rng) + brand_character(rng))


# From a stored company and any other one to a company that is not stored.
STRANGERS: dict[str, Make] = {
    "other place": _other_place,
    "other number": _other_number,
    "other trade": _other_trade,
    "other place and trade": _namesake,
    "other brand character": _other_character,
    "longer brand": _longer_brand,
    "nothing in common": _unrelated,
}


def cases(stored: Sequence[Company], each: int, seed: int) -> list[Case]:
    """So many cases of every kind of change, and as many strangers in all, in random order."""
    rng = random.Random(seed)
    found = [*_changed(stored, each, rng), *_strange(stored, each * len(CHANGES) // len(STRANGERS), rng)]
    rng.shuffle(found)
    return found


def _changed(stored: Sequence[Company], each: int, rng: random.Random) -> Iterator[Case]:
    asked: list[tuple[str, str, Company]] = []
    for kind, change in CHANGES.items():
        left = each
        while left:
            company = rng.choice(stored)
            said = change.say(company, rng)
            if said != company.name:
                left -= 1
                asked.append((kind, said, company))
    fits: dict[Key, set[int]] = {_key(company, CHANGES[kind].unsaid): set() for kind, _, company in asked}
    for at, company in enumerate(stored):
        for unsaid in ("", "place", "trade"):
            if (key := _key(company, unsaid)) in fits:
                fits[key].add(at)
    for kind, said, company in asked:
        likely = frozenset(fits[_key(company, CHANGES[kind].unsaid)])
        exact = frozenset(at for at in likely if stored[at].brand == company.brand)
        yield Case(kind, said, likely if CHANGES[kind].mistaken else exact, likely)


def _key(company: Company, unsaid: str) -> Key:
    """What must agree but for mistyped brands; a number goes with its trade."""
    place, brand, number, head = company.identity
    if unsaid == "trade":
        return (place, brand, "", "")
    return ("" if unsaid else place, brand, number, head)


def _strange(stored: Sequence[Company], each: int, rng: random.Random) -> Iterator[Case]:
    """Names of companies that are not stored, half of them without their legal form."""
    known = {company.identity for company in stored}
    for kind, make in STRANGERS.items():
        left = each
        while left:
            made = make(rng.choice(stored), rng.choice(stored), rng)
            if made.identity not in known:
                left -= 1
                said = replace(made, form="") if rng.random() < 0.5 else made
                yield Case(kind, said.name, frozenset())
