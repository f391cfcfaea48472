"""Chinese and mixed numerals, exactly: 一百二十万, 三千五 = 3500, 28万6 = 286000, 十五六万 = 15 to 16 万."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

DIGITS = {
    char: value
    for value, chars in enumerate(
        ["零〇", "一壹幺", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]
    )
    for char in chars
}
PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
SCALES = (("亿", Decimal(10**8)), ("万", Decimal(10**4)))

HAN_DIGIT = "零〇一二两三四五六七八九俩仨壹贰叁肆伍陆柒捌玖"
HAN = HAN_DIGIT + "十百千万亿拾佰仟廿卅"
ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}(?![0-9])|[0-9]{1,24})(?:\.[0-9]{1,8})?"

_ARABIC = re.compile(ARABIC)
_PLAIN_DIGITS = re.compile(r"[0-9]+")
_TENS = {"廿": 20, "卅": 30}
_NEIGHBOURS = re.compile(
    "(?<![一二两三四五六七八九])([一二两三四五六七八九])([二两三四五六七八九])(?![一二两三四五六七八九])"
)
_LOOSE = re.compile("[多来余]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as said. `low` and `high` differ in 十五六万; `loose` marks 多, 来, 余, 几."""

    low: Decimal
    high: Decimal
    loose: bool = False


@lru_cache(4096)
def read_numeral(text: str) -> Numeral | None:
    """Read the whole of `text`; None when it is no number."""
    if "几" in text:
        ends = ("1", "9") if "0几" in text else ("一", "九")
        low, high = (read_number(text.replace("0几", end).replace("几", end)) for end in ends)
        return Numeral(low, high, loose=True) if low is not None and high is not None else None
    exact = _LOOSE.sub("", text.replace(" ", ""))
    if (value := read_number(exact)) is not None:
        return Numeral(value, value, loose=_LOOSE.search(text) is not None)
    pairs = list(_NEIGHBOURS.finditer(exact))
    if len(pairs) != 1 or not _counts_up(*pairs[0].groups()):
        return None
    start, end = pairs[0].span()
    low, high = (read_number(exact[:start] + digit + exact[end:]) for digit in pairs[0].groups())
    return (
        Numeral(low, high, loose=_LOOSE.search(text) is not None)
        if low is not None and high is not None
        else None
    )


def _counts_up(one: str, other: str) -> bool:
    """五六, 三五 are spans; 六五 and 三七 are not."""
    a, b = DIGITS[one], DIGITS[other]
    return b == a + 1 or (a, b) == (3, 5)


def read_number(text: str) -> Decimal | None:
    """The exact value of a whole numeral, else None. A run of digits (二零二六) is no numeral."""
    return _scaled(text.replace(",", "")) if 0 < len(text) <= 40 else None


def _scaled(text: str) -> Decimal | None:
    for sign, size in SCALES:
        head, found, tail = text.partition(sign)
        if not found:
            continue
        many, rest = _scaled(head), _rest(tail, size)
        return None if not many or rest is None else many * size + rest
    return _section(text)


def _rest(text: str, size: Decimal) -> Decimal | None:
    """What follows 万 or 亿: a single digit takes the next lower place, 半 is half of it."""
    if text in ("", "整"):
        return Decimal(0)
    if text == "半":
        return size / 2
    if text in DIGITS or (len(text) == 1 and _ARABIC.fullmatch(text)):
        return size / 10 * (DIGITS[text] if text in DIGITS else int(text))
    if _PLAIN_DIGITS.fullmatch(text):
        return Decimal(text) if size == 10 ** len(text) else None
    value = _scaled(text.lstrip("零〇"))
    return value if value is not None and value < size else None


def _section(text: str) -> Decimal | None:
    """A numeral below 万: 三千零五, 二百五, 十五, 3千5, 半, 12.5."""
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    if text in ("半", "一半"):
        return Decimal("0.5")
    if text in DIGITS:
        return Decimal(DIGITS[text])
    return _places(text)


def _places(text: str) -> Decimal | None:
    total, last, gap, at = Decimal(0), 10**4, False, 0
    while at < len(text):
        if text[at] in _TENS:
            digit, place, at = Decimal(_TENS[text[at]] // 10), 10, at + 1
        elif text[at] in ("零", "〇"):
            gap, at = True, at + 1
            if total == 0 or at == len(text):
                return None
            continue
        elif text[at] in ("十", "拾"):
            digit, place, at = Decimal(1), 10, at + 1
        elif text[at] == "半":
            return total + Decimal(last) / 2 if last in (100, 1000) and at + 1 == len(text) else None
        else:
            number = _ARABIC.match(text, at)
            if number is None and text[at] not in DIGITS:
                return None
            said = number.group() if number else text[at]
            digit, at = (Decimal(said) if number else Decimal(DIGITS[said])), at + len(said)
            if at == len(text):
                return _last(total, last, gap, said, digit)
            if text[at] not in PLACES:
                return None
            place, at = PLACES[text[at]], at + 1
        if place >= last:
            return None
        total, last, gap = total + digit * place, place, False
    return total


def _last(total: Decimal, last: int, gap: bool, said: str, digit: Decimal) -> Decimal | None:
    """The digits at the end: 三千五 = 3500, 三千零五 = 3005, 3千500 = 3500."""
    if total == 0:
        return None
    if len(said) == 1:
        return total + digit * (1 if gap else last // 10)
    return total + digit if len(said) == len(str(last)) - 1 else None


def read_digits(text: str) -> str | None:
    """A number said digit by digit: 二零二六 → 2026, 幺三八 → 138. None for anything else."""
    signs = [str(DIGITS[char]) if char in DIGITS else char for char in text]
    spoken = "".join(signs)
    return spoken if spoken and spoken.isascii() and spoken.isdigit() else None
