"""What the benchmark of the duplicate check promises of its made-up names: the right answers are right."""

import random

import pytest
from pypinyin import Style, pinyin

from benchmarks.cases import STRANGERS, cases
from benchmarks.marking import best_threshold, mark, shares
from benchmarks.names import companies, folded, short
from benchmarks.sayings import CHANGES
from benchmarks.words_table import PLACES, SEEN_ALIKE, SOUNDS, TRADES
from handlers.companies import place_table

COUNT, EACH = 3000, 7
STORED = companies(COUNT, 1)
CASES = cases(STORED, EACH, 2)
STRANGE = EACH * len(CHANGES) // len(STRANGERS)


def _sounds(character: str) -> set[str]:
    return set(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def test_the_same_seed_makes_the_same_companies_and_cases() -> None:
    assert companies(200, 5) == companies(500, 5)[:200]
    assert companies(200, 5) != companies(200, 6)
    assert cases(STORED, EACH, 2) == CASES


def test_every_company_is_another_one() -> None:
    assert len({company.identity for company in STORED}) == COUNT
    assert len({company.name for company in STORED}) == COUNT


def test_the_product_knows_none_of_the_places() -> None:
    assert [place for place in PLACES if short(place) in place_table.TABLE] == []


def test_no_two_places_sound_the_same() -> None:
    heard = ["".join(one[0] for one in pinyin(short(place), style=Style.NORMAL)) for place in PLACES]
    assert len(set(heard)) == len(PLACES)


@pytest.mark.parametrize("group", [group for family in SOUNDS for group in family.split("|")])
def test_homophones_share_a_sound(group: str) -> None:
    assert set.intersection(*map(_sounds, group))


@pytest.mark.parametrize("pair", SEEN_ALIKE)
def test_look_alikes_do_not_sound_alike(pair: str) -> None:
    right, wrong = pair[0], pair[1]
    assert not _sounds(right) & _sounds(wrong)
    assert folded(right) == folded(wrong)


def test_every_kind_is_asked_equally_often_and_half_of_all_are_strangers() -> None:
    kinds = [case.kind for case in CASES]
    assert {kind: kinds.count(kind) for kind in CHANGES} == dict.fromkeys(CHANGES, EACH)
    assert {kind: kinds.count(kind) for kind in STRANGERS} == dict.fromkeys(STRANGERS, STRANGE)


def test_a_change_fits_somebody_and_says_it_differently() -> None:
    for case in CASES:
        if case.kind in CHANGES:
            assert case.fits
            assert case.fits <= case.likely
            assert len({STORED[at].identity[1] for at in case.likely}) == 1


def test_who_says_the_place_means_one_company() -> None:
    whole = [kind for kind, change in CHANGES.items() if not change.unsaid]
    assert all(len(case.fits) == 1 for case in CASES if case.kind in whole)


def test_a_stranger_is_nobody_who_is_stored() -> None:
    names = {company.name for company in STORED} | {company.stem for company in STORED}
    strangers = [case for case in CASES if case.kind in STRANGERS]
    assert not any(case.fits or case.likely or case.said in names for case in strangers)


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_stranger_differs_in_what_its_kind_says(kind: str) -> None:
    rng = random.Random(3)
    told = {"other place": {0}, "other number": {2}, "other trade": {3}, "other place and trade": {0, 3},
            "other brand character": {1}, "longer brand": {1}, "nothing in common": {0, 1, 2, 3}}  # fmt: skip
    made = [(one, STRANGERS[kind](one, rng.choice(STORED), rng)) for one in STORED[:300]]
    pairs = [(one.identity, other.identity) for one, other in made]
    differ = [{at for at in range(4) if one[at] != other[at]} for one, other in pairs]
    assert any(differ)
    assert all(found <= told[kind] for found in differ)


def test_a_trade_is_told_by_its_first_word() -> None:
    heads = [trade.partition(":")[0] for trade in TRADES]
    assert len(set(heads)) == len(heads)


def test_marks_are_strict_about_wrong_names_and_lenient_about_likely_ones() -> None:
    case = next(case for case in CASES if case.kind == "homophone")
    right = next(iter(case.fits))
    stranger = next(case for case in CASES if case.kind in STRANGERS)
    answers = [[(right, 90.0), (right + 1, 50.0)], [(0, 60.0)]]

    marks = mark([case, stranger], answers)
    strict = mark([case, stranger], answers, best_threshold([case, stranger], answers))

    assert (marks.asked, marks.found, marks.wrong) == (1, 1, 2)
    assert (marks.precision, marks.recall, marks.f1) == pytest.approx((1 / 3, 1.0, 0.5))
    assert (strict.found, strict.wrong) == (1, 0)
    assert shares([case, stranger], answers) == {"homophone": 1.0, stranger.kind: 1.0}
