"""Where a company says it is: place names at the head of its name, known or told by their suffix."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from handlers.companies.place_table import TABLE

_WIDE = "市(?![政场民容郊域直辖])|[省区县](?![场民容郊域直辖]|政府)"
_TOWN = "镇(?!江)|乡(?![镇村愁情土])|街道"
_SUFFIX = re.compile(rf"(特别行政区|(?:维吾尔|壮族|回族)?自治区|(?:..?.?族)?自治[州县]|地区|{_WIDE}|{_TOWN})")
_UNKNOWN = re.compile(rf"([一-鿿]{{2,3}}?)(?:自治[州县]|新区|{_WIDE}|{_TOWN})")
_ZONE = re.compile(
    r"(?:(?:经济|高新|技术|产业|工业|综合|自由贸易|保税)+(?:开发|示范|试验)?(?:园区|区)|开发区|新区|工业园|产业园)"
)
_NOT_A_PLACE = re.compile(
    r"[超都城门夜股上菜楼]市$|[社园景小校库矿厂林灌片]区$|[小重]镇$|[城故家水老侨同梦]乡$|[商大小老]业?街道$"
)
_LEVELS = 3


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the core: the places from wide to narrow, and where they end."""

    places: tuple[str, ...]
    end: int


@cache
def _within() -> dict[str, frozenset[str]]:
    """Each known place with the places around it (a name used twice has both)."""
    around: dict[str, frozenset[str]] = {}
    for line in TABLE.split("\n"):
        province, *cities = line.split("|")
        if not province:
            continue
        around.setdefault(province, frozenset())
        for city in cities:
            name, _, counties = city.partition(":")
            around[name] = around.get(name, frozenset()) | {province}
            for county in counties.split():
                around[county] = around.get(county, frozenset()) | {province, name}
    return around


def is_place(word: str) -> bool:
    """Whether the table knows this place."""
    return word in _within()


def known_at(text: str, start: int) -> str:
    """The longest known place at this position, or nothing."""
    table = _within()
    for length in (4, 3, 2):
        if (word := text[start : start + length]) in table and len(word) == length:
            return word
    return ""


def head(text: str) -> Head:
    """Reads 省, 市, 区县 from the front of `text`; a place the table lacks needs its suffix."""
    places: list[str] = []
    end = 0
    while len(places) < _LEVELS:
        known = known_at(text, end)
        if known:
            after = _SUFFIX.match(text, end + len(known))
            places.append(known)
            end = after.end() if after else end + len(known)
            continue
        told = _UNKNOWN.match(text, end)
        if not told or _NOT_A_PLACE.search(told.group()):
            break
        places.append(told.group(1))
        end = told.end()
    zone = _ZONE.match(text, end) if places else None
    return Head(tuple(places), zone.end() if zone else end)


def narrowest(places: tuple[str, ...]) -> str:
    """The places written together, without those that only surround another: 江苏, 徐州 → 徐州."""
    table = _within()
    around = {wide for place in places for wide in table.get(place, ())} | {"中国"}
    return "".join(place for place in dict.fromkeys(places) if place not in around)


def agree(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether one company can be at both: equal, one inside the other, or one of them unsaid."""
    table = _within()
    mine, yours = set(ours) - {"中国"}, set(theirs) - {"中国"}
    if not mine or not yours or mine & yours:
        return True
    wide_mine = {wide for place in mine for wide in table.get(place, ())}
    wide_yours = {wide for place in yours for wide in table.get(place, ())}
    return bool(mine & wide_yours or yours & wide_mine)


@lru_cache(8192)
def conflict(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether both are places that the table knows and they cannot be one."""
    mine = tuple(place for place in ours if is_place(place))
    yours = tuple(place for place in theirs if is_place(place))
    return bool(mine and yours) and not agree(ours, theirs)
