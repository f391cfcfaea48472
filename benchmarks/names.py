"""Made-up companies: place, brand, number, trade and legal form, every one another company by construction.

No two differ only by characters that sound or look alike, and none of the words come from the product.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from benchmarks.words_table import FORM_SHARES, FORMS, LIKED, PLACES, SEEN_ALIKE, SOUNDS, TRADES

ENDINGS = ("街道", "市", "县", "区", "镇")
NUMBERS = "一二三四五六七八九"
LONG_BRANDS, NUMBERED, SHORT_PLACES, BRACKETED = 0.18, 0.06, 0.5, 0.08


@dataclass(frozen=True, slots=True)
class Company:
    """The parts of a name. `place` is the official one (昆山市); `said` how the register writes it."""

    place: str
    said: str
    brand: str
    number: str
    trade: str
    what: str
    form: str
    bracketed: bool = False

    @property
    def stem(self) -> str:
        """Everything between place and legal form."""
        return f"{self.brand}{self.number}{self.trade}{self.what}"

    @property
    def name(self) -> str:
        """As the register has it: 睢宁恒达路桥工程有限公司, now and then 恒达(睢宁)路桥工程有限公司."""
        if self.bracketed:
            return f"{self.brand}({self.said}){self.number}{self.trade}{self.what}{self.form}"
        return f"{self.said}{self.stem}{self.form}"

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Equal for one company and no other, whatever is mistyped in its brand."""
        return (self.place, folded(self.brand), self.number, self.trade)


def short(place: str) -> str:
    """How people say a place: 昆山市 → 昆山; 沛县 stays."""
    for ending in ENDINGS:
        if place.endswith(ending) and len(place) - len(ending) >= 2:
            return place.removesuffix(ending)
    return place


@cache
def kin() -> dict[str, str]:
    """Every brand character, and those taken for it, to the one that stands for all its like."""
    found: dict[str, str] = {}
    for family in SOUNDS:
        found |= dict.fromkeys(family.replace("|", ""), family[0])
    for pair in SEEN_ALIKE:
        right, wrong = pair[0], pair[1]
        here, there = found.get(right, right), found.get(wrong, wrong)
        found |= {one: here for one, stands in found.items() if stands == there} | {right: here, wrong: here}
    return found


def folded(brand: str) -> str:
    """The brand with every character replaced by the one that stands for its kin."""
    return "".join(kin().get(one, one) for one in brand)


@cache
def brand_characters() -> tuple[list[str], list[float]]:
    """What brands are made of, and rising sums of how much each is liked."""
    every = dict.fromkeys(LIKED + "".join(SOUNDS).replace("|", ""))
    return list(every), list(accumulate((rank + 3) ** -0.6 for rank in range(len(every))))


def brand_character(rng: random.Random) -> str:
    """One of them."""
    characters, sums = brand_characters()
    return rng.choices(characters, cum_weights=sums)[0]


@cache
def trades() -> list[tuple[str, list[str]]]:
    """Each trade and the words of which one may follow it, none if it stands alone."""
    found = [trade.partition(":") for trade in TRADES]
    return [(head, tails.split(",") if tails else []) for head, _, tails in found]


def one(rng: random.Random, places: Sequence[str]) -> Company:
    """Some company."""
    place = rng.choice(places)
    said = short(place) if rng.random() < SHORT_PLACES else place
    brand = "".join(brand_character(rng) for _ in range(3 if rng.random() < LONG_BRANDS else 2))
    head, tails = rng.choice(trades())
    what = rng.choice(tails) if tails else ""
    number = f"第{rng.choice(NUMBERS)}" if what and rng.random() < NUMBERED else ""
    form = rng.choices(FORMS, FORM_SHARES)[0]
    return Company(place, said, brand, number, head, what, form, rng.random() < BRACKETED)


def companies(count: int, seed: int, places: Sequence[str] = PLACES) -> list[Company]:
    """So many companies, no two of them the same one."""
    rng = random.Random(seed)
    return [made for made, _ in zip(_distinct(rng, places), range(count), strict=False)]


def _distinct(rng: random.Random, places: Sequence[str]) -> Iterator[Company]:
    seen = set()
    while True:
        made = one(rng, places)
        if made.identity not in seen:
            seen.add(made.identity)
            yield made
