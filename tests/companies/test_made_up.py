"""Among made-up companies, half at places that no table knows, the right one is found and no other."""

import random
from collections import Counter, defaultdict

import pytest

from handlers.companies.blocks import blocks, probes
from handlers.companies.compare import Same, compare
from handlers.companies.names import parts
from handlers.companies.rank import Candidate, hits
from tests.companies import made_up

MANY, ASKED = 4_000, 600
KEPT = 60


class Memory:
    """The store's index of blocks, in memory."""

    def __init__(self, companies: list[made_up.Company]) -> None:
        self.known = [Candidate(number, one.name) for number, one in enumerate(companies)]
        self.rows: dict[str, list[int]] = defaultdict(list)
        for one in self.known:
            for block in blocks(one.full):
                self.rows[block].append(one.id)

    def check(self, said: str) -> list[int]:
        shared = Counter(number for probe in probes(said) for number in self.rows.get(probe, ()))
        near = [self.known[number] for number, _ in shared.most_common(KEPT)]
        return [hit.candidate.id for hit in hits(said, near)]


@pytest.fixture(scope="module")
def world() -> tuple[list[made_up.Company], Memory]:
    rng = random.Random(20261118)
    where = made_up.places(rng)
    made = [made_up.company(rng, where) for _ in range(MANY)]
    companies = {(one.place, one.core, one.trade): one for one in made}
    listed = list(companies.values())
    return listed, Memory(listed)


def test_found_again_however_it_is_written(world: tuple[list[made_up.Company], Memory]) -> None:
    companies, memory = world
    rng = random.Random(1)
    right = wrong = missed = 0
    for _ in range(ASKED):
        meant = rng.randrange(len(companies))
        found = memory.check(made_up.variant(rng, companies[meant], rng.choice(made_up.KINDS)))
        right += meant in found
        missed += meant not in found
        wrong += len([one for one in found if one != meant])

    assert 2 * right / (2 * right + wrong + missed) >= 0.95


def test_strangers_that_look_alike_are_told_apart() -> None:
    rng = random.Random(2)
    where = made_up.places(rng)
    taken_for_another = 0
    for _ in range(ASKED):
        one = made_up.company(rng, where)
        other = made_up.stranger(rng, one, where)
        taken_for_another += compare(parts(other), parts(one.name)).answer is not Same.DIFFERENT

    assert taken_for_another / ASKED <= 0.05


@pytest.mark.parametrize("kind", ["form", "suffix", "brackets", "short", "heard", "blanks", "no place"])
def test_every_careful_spelling_is_near(kind: str) -> None:
    rng = random.Random(3)
    where = made_up.places(rng)
    found = 0
    for _ in range(200):
        one = made_up.company(rng, where)
        found += compare(parts(made_up.variant(rng, one, kind)), parts(one.name)).answer is not Same.DIFFERENT

    assert found >= 194
