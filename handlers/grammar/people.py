"""Colleagues as they are called: full name, 小陈, 老韩, 阿伟, 潘总, 吴经理, 张工, pinyin, 姓名@单元."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from handlers.companies.sounds import pinyin
from handlers.grammar.parse import Colleague, Listener
from handlers.language.found import Found
from handlers.language.surnames import COMPOUND, SURNAMES, TITLES


@dataclass(frozen=True, slots=True)
class Named:
    """Who a word may mean: one colleague, several at the nearest level, or nobody."""

    fits: tuple[Colleague, ...]
    guessed: bool = False


MOST = 40
"""Nicknames and addresses looked up in one message."""

_SURNAME = f"(?:{'|'.join(sorted(COMPOUND))}|[{''.join(sorted(SURNAMES))}])"
_TITLED = re.compile(rf"(?P<surname>{_SURNAME})(?P<title>{TITLES})")
_NICK = re.compile(r"(?P<how>[小老阿])(?P<char>[一-鿿])(?![一-鿿]{0,0}公司)")
_AT_UNIT = re.compile(r"@ ?(?P<unit>[a-z0-9-]{1,20}|[一-鿿]{2,12})")
_LATIN = re.compile(r"(?<![a-z])[a-z]{2,20}(?: [a-z]{2,20}){0,2}(?![a-z])")
_TOP = frozenset({"gm", "deputy_gm", "president", "group_president", "group_executive"})
_PREFERS: dict[str, frozenset[str]] = {
    "总": _TOP,
    "经理": frozenset({"manager", "service_manager", "agent_lead", "credit_manager"}),
    "工": frozenset({"engineer", "presales", "ops", "tech_director"}),
}
_NO_NICK = frozenset("板师家公总大小人婆乡年实样客时妹姐哥爸妈太")


def find_people(text: str, listener: Listener) -> list[Found[Named]]:
    """The colleagues named in a folded text, left to right, each by its widest name."""
    staff = listener.colleagues()
    found = [*_full_names(text, staff), *_titled(text, staff), *_nicknames(text, staff)]
    found += _spelled(text, staff)
    found.sort(key=lambda one: (one.start, -one.end, not one.value.fits))
    kept: list[Found[Named]] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _full_names(text: str, staff: Sequence[Colleague]) -> Iterable[Found[Named]]:
    named: dict[str, list[Colleague]] = {}
    for one in staff:
        if one.plain.lower() in text:
            named.setdefault(one.plain.lower(), []).append(one)
    for plain, fits in named.items():
        for hit in islice(re.finditer(re.escape(plain), text), MOST):
            start, end = hit.span()
            at_unit = _AT_UNIT.match(text, end)
            exact = [one for one in fits if at_unit and _is_at(one, at_unit["unit"])]
            if at_unit and exact:
                yield _found(text, start, at_unit.end(), exact)
            else:
                yield _found(text, start, end, fits)


def _is_at(one: Colleague, unit: str) -> bool:
    return one.name.partition("@")[2].lower() == unit or one.unit == unit


def _titled(text: str, staff: Sequence[Colleague]) -> Iterable[Found[Named]]:
    for hit in islice(_TITLED.finditer(text), MOST):
        fits = [one for one in staff if one.plain.startswith(hit["surname"])]
        kind = "总" if hit["title"] in ("总", "总经理", "副总") else hit["title"]
        wanted = _PREFERS.get(kind, frozenset())
        fitting = [one for one in fits if _bears(one, hit["title"], wanted)]
        yield _found(text, *hit.span(), fitting or ([] if wanted else fits))


def _bears(one: Colleague, title: str, wanted: frozenset[str]) -> bool:
    return bool(wanted & set(one.roles)) or one.title.endswith(title)


def _nicknames(text: str, staff: Sequence[Colleague]) -> Iterable[Found[Named]]:
    for hit in islice(_NICK.finditer(text), MOST):
        char = hit["char"]
        if char in _NO_NICK:
            continue
        fits = [one for one in staff if one.plain.startswith(char)]
        if not fits or hit["how"] == "阿":
            fits += [one for one in staff if char in one.plain[-1:] and one not in fits]
        if fits:
            yield _found(text, *hit.span(), fits)
        elif char in SURNAMES and _stands_alone(text, hit.end()):
            yield Found(*hit.span(), Named(()), hit.group())


def _stands_alone(text: str, end: int) -> bool:
    return re.match(r"$|[ ,。;、!?]|[去把给在跟和明今后下周的来做]", text[end:]) is not None


def _spelled(text: str, staff: Sequence[Colleague]) -> Iterable[Found[Named]]:
    hits = list(islice(_LATIN.finditer(text), MOST))
    if not hits:
        return
    spelled: dict[str, list[Colleague]] = {}
    for one in staff:
        spelled.setdefault(_pinyin(one.plain), []).append(one)
    for hit in hits:
        words = hit.group().split(" ")
        for first in range(len(words)):
            for last in range(len(words), first, -1):
                fits = _spelling(words[first:last], spelled)
                if fits:
                    start = hit.start() + len(" ".join([*words[:first], ""])) if first else hit.start()
                    yield _found(text, start, start + len(" ".join(words[first:last])), fits, guessed=True)


@lru_cache(16384)
def _pinyin(plain: str) -> str:
    return pinyin(plain)


def _spelling(words: list[str], spelled: dict[str, list[Colleague]]) -> list[Colleague]:
    joined = "".join(words)
    if len(joined) < 4:
        return []
    if fits := spelled.get(joined):
        return fits
    return spelled.get("".join([words[-1], *words[:-1]]), []) if len(words) > 1 else []


def _found(
    text: str, start: int, end: int, fits: Sequence[Colleague], *, guessed: bool = False
) -> Found[Named]:
    """Those at the nearest level: own unit, own company, the conversation at hand, the group."""
    nearest = min((one.near for one in fits), default=0)
    chosen = tuple(one for one in fits if one.near == nearest)
    return Found(start, end, Named(chosen, guessed), text[start:end], approx=guessed)
