"""How people say a company that they know: shorter, mistyped, in another order, in other characters."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from benchmarks.names import Company, short
from benchmarks.words_table import PLACES, SEEN_ALIKE, SLIPS, SOUNDS, TRADITIONAL

Say = Callable[[Company, random.Random], str]


@dataclass(frozen=True, slots=True)
class Change:
    """A way to say a company: `unsaid` is the part left out; `mistaken`: a brand character is wrong."""

    say: Say
    unsaid: str = ""
    mistaken: bool = False


@cache
def homophones() -> dict[str, str]:
    """To each brand character those with its sound, tones aside."""
    groups = [group for family in SOUNDS for group in family.split("|")]
    return {one: group.replace(one, "") for group in groups for one in group if len(group) > 1}


@cache
def look_alikes() -> dict[str, str]:
    """To some brand characters one that is taken for it."""
    return {pair[0]: pair[1] for pair in SEEN_ALIKE}


def _swap(text: str, at: int, wrong: str) -> str:
    return text[:at] + wrong + text[at + 1 :]


def _brand_changed(company: Company, rng: random.Random, wrong: dict[str, str]) -> Company:
    """The company with one character of its brand mistaken; itself if none can be."""
    spots = [at for at, one in enumerate(company.brand) if one in wrong]
    if not spots:
        return company
    at = rng.choice(spots)
    return replace(company, brand=_swap(company.brand, at, rng.choice(wrong[company.brand[at]])))


def _homophone(company: Company, rng: random.Random) -> str:
    return _brand_changed(company, rng, homophones()).name


def _look_alike(company: Company, rng: random.Random) -> str:
    return _brand_changed(company, rng, look_alikes()).name


def _short_name(company: Company, rng: random.Random) -> str:
    return f"{company.brand}{company.number}{company.trade}"


def _two_at_once(company: Company, rng: random.Random) -> str:
    heard = _brand_changed(company, rng, homophones())
    return company.name if heard == company else _short_name(heard, rng)


def _place_and_brand(company: Company, rng: random.Random) -> str:
    return f"{company.said}{company.brand}"


def _place_left_out(company: Company, rng: random.Random) -> str:
    return company.stem + company.form


def _place_otherwise(company: Company, rng: random.Random) -> str:
    said = company.place if company.said != company.place else short(company.place)
    return replace(company, said=said).name


def _form_changed(company: Company, rng: random.Random) -> str:
    if not company.form.endswith("公司"):
        return company.name
    forms = {"", "公司", "有限公司", "有限责任公司", "股份有限公司"} - {company.form}
    return replace(company, form=rng.choice(sorted(forms))).name


def _wrong_character(company: Company, rng: random.Random) -> str:
    at = rng.randrange(len(company.trade + company.what))
    words = _swap(company.trade + company.what, at, rng.choice(SLIPS))
    return replace(company, trade=words, what="").name


def _traditional(company: Company, rng: random.Random) -> str:
    return "".join(TRADITIONAL.get(one, one) for one in company.name)


def _trade_word_missing(company: Company, rng: random.Random) -> str:
    return replace(company, what="").name


def _branch_office(company: Company, rng: random.Random) -> str:
    where = short(rng.choice(PLACES))
    return company.name + rng.choice((f"{where}分公司", f"{where}办事处", "第二分公司", "项目部"))


def _swapped_order(company: Company, rng: random.Random) -> str:
    said = replace(company, bracketed=not company.bracketed).name
    return said.replace("(", "（").replace(")", "）") if rng.random() < 0.5 else said


def _group_or_china(company: Company, rng: random.Random) -> str:
    if not company.form.endswith("公司"):
        return company.name
    if rng.random() < 0.2:
        return f"中国{company.name}"
    return replace(company, what=company.what + rng.choice(("集团", "(中国)"))).name


def _noise(company: Company, rng: random.Random) -> str:
    name = company.name
    at = rng.randrange(1, len(name))
    return rng.choice((
        f"{name[:at]} {name[at:]}", name[:at] + name[at - 1 :], name[: -rng.randint(1, 2)],
        f"{name}。", f"“{name}”", f"{name[:at]}\u200b{name[at:]}", f"{name[:at]}·{name[at:]}",
    ))  # fmt: skip


CHANGES = {
    "short name": Change(_short_name, "place"),
    "place and brand only": Change(_place_and_brand, "trade"),
    "place left out": Change(_place_left_out, "place"),
    "place said otherwise": Change(_place_otherwise),
    "legal form changed": Change(_form_changed),
    "one wrong character": Change(_wrong_character),
    "homophone": Change(_homophone, mistaken=True),
    "look-alike": Change(_look_alike, mistaken=True),
    "homophone in a short name": Change(_two_at_once, "place", mistaken=True),
    "traditional characters": Change(_traditional),
    "trade word missing": Change(_trade_word_missing),
    "branch office": Change(_branch_office),
    "swapped order": Change(_swapped_order),
    "集团 or 中国 added": Change(_group_or_china),
    "typing noise": Change(_noise),
}
