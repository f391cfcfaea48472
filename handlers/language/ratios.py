"""Ratios: 六成, 百分之八, 5个点, 95折; shares 7比3; payment terms 3-6-1."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import DIGITS, HAN, HAN_DIGIT, read_digits, read_number


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio 0–1. A `discount` is the ratio paid: 95折 is 0.95. `denied`: 九五折不行."""

    value: Decimal
    kind: Literal["share", "discount"] = "share"
    denied: bool = False


_ARABIC = r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,4})?"
_HAN_NUMBER = rf"[{HAN}]{{1,5}}(?:点[{HAN_DIGIT}]{{1,4}})?"
_DENIED = re.compile(r" ?(?:不行|不够|不成|不可以|不同意|太[高低多少])")
_PERCENT = re.compile(
    rf"百分之(?P<spoken>{_ARABIC}|{_HAN_NUMBER}|百)"
    rf"|(?P<sign>{_ARABIC}) ?(?:%|percent\b|个百分点)(?P<off> ?off\b)?"
    rf"|(?P<points>{_ARABIC}|半|(?<![{HAN}第点]){_HAN_NUMBER}) ?个(?:百分)?点(?![位数钟])",
    re.I,
)
_TENTHS = re.compile(
    rf"(?<![第几{HAN}])(?P<tenths>{_ARABIC}|[{HAN_DIGIT}]"
    rf"|十)成(?P<half>[一二三四五六七八九0-9](?![个台套万])|半)?"
    r"(?!都|本|立|员|交|功|为|果|品|套|型|长|绩|千|百|批|效|分|熟|像|年|新|是)"
)
_DISCOUNT = re.compile(
    rf"(?<![第{HAN}])(?P<paid>{_ARABIC}|[{HAN_DIGIT}](?:点?[{HAN_DIGIT}])?) ?折(?![旧页叠合痕])"
    rf"|对折(?P<half>)"
)
# 九二 alone is a discount where another discount was named, or after 打: "九五折不行就九二".
_BARE_DISCOUNT = re.compile(
    rf"(?P<cue>打|折扣|按|就|到|改成?|做|要|给|用)(?P<paid>[五六七八九][一二三四五六七八九]"
    rf"|[5-9][0-9])(?![{HAN}0-9.%折个点台套件号成:比/-])"
)


def find_ratios(text: str) -> list[Found[Ratio]]:
    """The ratios and discounts in a folded text, left to right."""
    text = text[:LIMIT]
    found = [ratio for hit in _PERCENT.finditer(text) if (ratio := _percent(hit))]
    found += [ratio for hit in _TENTHS.finditer(text) if (ratio := _tenths(hit))]
    found += [ratio for hit in _DISCOUNT.finditer(text) if (ratio := _discount(hit))]
    for hit in _BARE_DISCOUNT.finditer(text):
        if "折" in text or (hit["cue"] == "打" and not hit["paid"].isascii()):
            paid = Decimal(read_digits(hit["paid"]) or 0) / 100
            found.append(_found(hit, Ratio(paid, "discount"), hit.start("paid")))
    return sorted(found, key=lambda ratio: ratio.start)


def _found(hit: re.Match[str], ratio: Ratio, start: int | None = None) -> Found[Ratio]:
    start, end = hit.start() if start is None else start, hit.end()
    denied = _DENIED.match(hit.string, end) is not None
    return Found(start, end, Ratio(ratio.value, ratio.kind, denied), hit.string[start:end])


def _percent(hit: re.Match[str]) -> Found[Ratio] | None:
    said = hit["spoken"] or hit["sign"] or hit["points"]
    value = Decimal(100) if said == "百" else _decimal(said)
    if value is None:
        return None
    if hit["off"]:
        return _found(hit, Ratio(1 - value / 100, "discount"))
    return _found(hit, Ratio(value / 100))


def _decimal(said: str) -> Decimal | None:
    """12.5, 十二, 三点五."""
    whole, point, part = said.partition("点")
    value = read_number(whole)
    if value is None or not point:
        return value
    return value + Decimal(f"0.{read_digits(part)}")


def _tenths(hit: re.Match[str]) -> Found[Ratio] | None:
    value = _decimal(hit["tenths"])
    if value is None or value > 10:
        return None
    half = hit["half"] or ""
    more = Decimal(5) if half == "半" else Decimal(DIGITS.get(half) or half or 0)
    return _found(hit, Ratio(value / 10 + more / 100))


def _discount(hit: re.Match[str]) -> Found[Ratio] | None:
    if hit["half"] is not None:
        return _found(hit, Ratio(Decimal("0.5"), "discount"))
    said = hit["paid"].replace("点", "")
    digits = read_digits(said.replace(".", "")) or ""
    if "." not in said and len(digits) > 2:
        return None
    value = Decimal(said) / 10 if "." in said else Decimal(f"0.{digits}")
    return _found(hit, Ratio(value, "discount")) if 0 < value <= 1 else None
