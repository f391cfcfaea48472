"""Where numerals stand in a sentence. The spotters look at what is beside them."""

import re
from functools import lru_cache

from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import ARABIC, DIGITS, HAN, Numeral, read_numeral

MEASURES = "台套个件辆只支根张份组批项条位名人家户单笔次趟号楼层期成折点分天日月年周吨斤米岁倍"
"""A last digit before one of these counts it: 28万6台 is not 286000 台."""

NUMERALS_MAX = 100
"""Numbers read of one message: a pasted table may be long, a flood must stay cheap."""

_COUNTABLE = "[百千万亿元块个台套件辆人家户天年月斤吨条次]"
_LOOSE = rf"(?:[多来余几](?={_COUNTABLE})|)"
_SMALL = HAN.replace("万", "").replace("亿", "")
_HALF = "(?:半(?![年月天日小个]))?"
_APART = "(?: (?=[万亿](?![达科宝向华国能里一州宁象豪盛润家福通])))?"  # 99 万, but not 30 万科
_RUN = re.compile(
    rf"(?<![0-9.]){ARABIC}(?:{_LOOSE}(?:{_APART}[百千]?亿[{_SMALL}0-9]{{0,9}}(?:万[{_SMALL}0-9]{{0,8}})?"
    rf"|{_APART}[百千]?万亿?[{_SMALL}0-9]{{0,8}}|[百千][{_SMALL}0-9]{{0,7}}万?){_HALF}|{_LOOSE})"
    rf"|[{_SMALL}]{{1,12}}(?:万?亿[{_SMALL}]{{0,10}}(?:万[{_SMALL}]{{0,10}})?|万亿?[{_SMALL}]{{0,10}})?"
    rf"(?:{_LOOSE}[百千万亿]{{1,2}}|{_LOOSE}){_HALF}"
    r"|半"
)
_SEVERAL = re.compile(r"几|(?<![额人台总件])数")


def find_numerals(text: str) -> list[Found[Numeral]]:
    """All numerals in a folded text, left to right; a run that is no number (三一重工) is passed over."""
    return list(_numerals(text[:LIMIT]))


@lru_cache(32)  # Amounts, counts and lengths of one message all begin here.
def _numerals(text: str) -> tuple[Found[Numeral], ...]:
    at = 0
    found: list[Found[Numeral]] = []
    for _ in range(NUMERALS_MAX * 2):  # unreadable runs cost as much as numerals
        run = _RUN.search(text, at)
        if run is None or len(found) == NUMERALS_MAX:
            break
        numeral = _read(text, run.start(), run.end())
        at = numeral.end if numeral else run.end()
        found += [numeral] if numeral else []
    return tuple(found)


def _read(text: str, start: int, end: int) -> Found[Numeral] | None:
    if start and _SEVERAL.match(text, start - 1):
        return None
    for stop in _stops(text, start, end):
        if stop - start > 1 and _counts_what_follows(text, start, stop):
            continue
        said = text[start:stop]
        if (numeral := read_numeral(said)) is not None:
            return Found(start, stop, numeral, said, approx=numeral.loose)
    return None


def _stops(text: str, start: int, end: int) -> list[int]:
    """Where a numeral may end: the whole run, one digit less, or after its 万 or 亿."""
    scales = [at + 1 for at in range(end - 2, start, -1) if text[at] in "万亿"]
    less = [end - 1] if end - start > 2 and text[end - 2] in "百千万亿" else []
    return [end, *less, *scales[:3]]


def _counts_what_follows(text: str, start: int, stop: int) -> bool:
    """Whether the last digit after 万, 亿 or 千 begins a count of its own: 30万6台, 368万3-6-1."""
    last, before, after = text[stop - 1], text[stop - 2], text[stop : stop + 1]
    if before not in "万亿千" or not (last in DIGITS or last.isdigit()):
        return False
    return after != "" and (after in MEASURES or after in "-/:.%" or (after.isascii() and after.isalnum()))
