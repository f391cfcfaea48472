"""Lists of ratios that make one whole: shares (7比3, 三七开) and payment terms (3-6-1, 三六一)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal

from handlers.language.asking import in_their_words
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import DIGITS


@dataclass(frozen=True, slots=True)
class Split:
    """Parts that add up to 1, in the order said."""

    parts: tuple[Decimal, ...]
    kind: Literal["shares", "terms"]


_PART = r"[0-9]{1,3}%?"
_LEFT, _RIGHT = r"(?<![0-9a-z.\-/:])", r"(?![0-9a-z:]|[-/.][0-9]|[万亿千元])"
_THREE = re.compile(
    rf"{_LEFT}{_PART}(?:(?P<joint>[-/:])|比){_PART}(?:(?P=joint)|比){_PART}(?:(?:(?P=joint)"
    rf"|比){_PART}){{0,3}}{_RIGHT}",
    re.I,
)
_TWO = re.compile(rf"{_LEFT}(?P<one>{_PART}) ?(?P<joint>比|:|-|/) ?(?P<other>{_PART}){_RIGHT}", re.I)
_SPOKEN = re.compile(
    r"(?<![一二三四五六七八九十百千万零])(?P<digits>[一二三四五六七八九]{2,4})(?=付|开(?!始|会|标|工"
    r"|票)|分(?!钟|公|之|期)| ?的?(?:付款|结算|比例|账期)|改|再签)"
)
_SPOKEN_TERMS = re.compile(
    r"(?:付款|付款条件|条件|比例|账期|结算)(?:方式)?[是为:按改成到 ]{0,3}(?P<digits>[一二三四五六七八九]"
    r"{2,4})(?![一二三四五六七八九十百千万折点个台套期年月天日])"
)
_SPOKEN_SHARES = re.compile(
    r"(?<![一二三四五六七八九十])(?P<digits>[一二三四五六七八九](?:比[一二三四五六七八九]){1,3})(?![一二"
    r"三四五六七八九十])"
)
_TERMS_CUE = re.compile(r"付|款|结算|账期|条件|terms?|payment|deposit", re.I)
_SHARES_CUE = re.compile(r"业绩|分成|份额|比例|牵头|配合|分账|share|split", re.I)
_NUMBER = re.compile(r"[0-9]+")
_STAGED = re.compile(
    r"(?P<before>[预首定进到发提验质尾余安调][一-鿿]{0,4}?)?(?P<percent>[0-9]{1,3})(?P<sign>[%成])(?P<behind>[一-鿿]{0,4})"
)
_STAGE = re.compile(r"预付|首付|首款|定金|到货|发货|提货|进度|验收|安装|调试|质保|尾款|余款|质量保证")
_NEAR = 10
SPLITS_MAX = 40
"""Splits of one form read of one message: each is compared with those before it."""


def find_splits(text: str) -> list[Found[Split]]:
    """Shares and terms in a folded text. What does not add up to one is asked about."""
    text = text[:LIMIT]
    found: list[Found[Split]] = []
    for pattern in (_THREE, _TWO, _SPOKEN, _SPOKEN_TERMS, _SPOKEN_SHARES):
        for hit in islice(pattern.finditer(text), SPLITS_MAX):
            split = _read(text, hit, two=pattern is _TWO)
            if split and all(split.end <= other.start or other.end <= split.start for other in found):
                found.append(split)
    return sorted(found or _stages(text), key=lambda split: split.start)


def _read(text: str, hit: re.Match[str], *, two: bool) -> Found[Split] | None:
    named = "digits" in hit.re.groupindex
    start, end = hit.span("digits") if named else hit.span()
    said = text[start:end]
    numbers = (
        [DIGITS[char] for char in said if char in DIGITS]
        if named
        else [int(part) for part in _NUMBER.findall(said)]
    )
    kind = _kind(text, start, end, said, len(numbers))
    total = sum(numbers)
    whole = total in (10, 100) or ("比" in said and total > 0 and len(set(numbers)) == 1)
    cued = kind is not None
    if kind is None:
        kind = "shares" if len(numbers) == 2 else "terms"
    if two and not _two_are_meant(said, cued=cued, whole=whole):
        return None
    if whole and 0 not in numbers:
        return Found(start, end, Split(tuple(Decimal(part) / total for part in numbers), kind), said)
    if not cued or not 5 <= total <= 200:
        return None
    base = 10 if max(numbers) < 10 else 100
    return Found(
        start,
        end,
        Split(tuple(Decimal(part) / base for part in numbers), kind),
        said,
        ask=_question(text, said),
    )


def _two_are_meant(said: str, *, cued: bool, whole: bool) -> bool:
    """7-3 and 11/30 are dates unless something calls them a ratio; 7:30 is a time."""
    if re.fullmatch(r"[0-2]?[0-9]:[0-5][0-9]", said) or (re.search("[-/]", said) and not whole):
        return False
    return "比" in said or cued or (":" in said and whole)


def _kind(text: str, start: int, end: int, said: str, count: int) -> Literal["shares", "terms"] | None:
    around = text[max(0, start - _NEAR) : start] + " " + text[end : end + _NEAR]
    if _SHARES_CUE.search(around) and (count == 2 or not _TERMS_CUE.search(around)):
        return "shares"
    if _TERMS_CUE.search(around):
        return "terms"
    return "shares" if "比" in said else None


def _stages(text: str) -> list[Found[Split]]:
    """预付30% 到货60% 质保10%: stages named one by one, believed only when they make a whole."""
    hits = [hit for hit in _STAGED.finditer(text) if _STAGE.search(hit.group())]
    parts = tuple(Decimal(hit["percent"]) / (100 if hit["sign"] == "%" else 10) for hit in hits)
    if len(parts) < 2 or sum(parts) != 1:
        return []
    start, end = hits[0].start(), hits[-1].end("percent") + 1
    return [Found(start, end, Split(parts, "terms"), text[start:end])]


def _question(text: str, said: str) -> str:
    return in_their_words(
        text,
        f"{said} 加起来不是 100%，请再说一遍，例如 3-6-1。",
        f"{said} does not add up to 100%; please say it again, such as 3-6-1.",
    )
