"""Telephone numbers: mainland by our own rule, elsewhere by the library; what is neither is asked about."""

import re
from functools import lru_cache

from handlers.language.asking import in_their_words
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import DIGITS
from handlers.language.phones_abroad import find_abroad

SPOKEN = str.maketrans(
    {char: str(value) for char, value in DIGITS.items() if char in "零〇一二三四五六七八九幺"}
)
PHONES_MAX = 40
"""Numbers read of one message; nobody dictates more, and a flood must stay cheap."""

_SPOKEN_RUN = re.compile(r"(?:[零〇幺一二三四五六七八九0-9][ -]?){7,40}")
_LEFT = r"(?<![0-9a-z.*])(?<![0-9][-*])"
_COUNTRY = r"(?:(?:\+|00) ?86[ -]?|86[ -]?(?=1))?"
_MOBILE = re.compile(
    rf"{_LEFT}{_COUNTRY}(?P<number>1[3-9][0-9]{{9}}"
    r"|\(1[3-9][0-9]\)[ -]?[0-9]{4}[ -]?[0-9]{4}"
    r"|1[3-9][0-9](?:[ -]|\.(?=[0-9]{4}\.))[0-9]{4}[ .-]?[0-9]{4}"
    r"|1[3-9][0-9][ -][0-9]{8}|1[3-9][0-9]{2}[ -][0-9]{3}[ -][0-9]{4}|1[3-9][0-9][ -][0-9]{3}[ -][0-9]{5})"
    r"(?![0-9a-z*])(?!-[0-9])",
    re.I,
)
_EXTENSION = r"(?: ?(?:-|转|分机号?|ext\.?|x|#)[ :]?(?P<extension>[0-9]{1,6}))?"
_AREA = r"(?P<area>10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = re.compile(
    rf"{_LEFT}(?:(?:(?:\+|00) ?86[ -]?)\(?0?"
    rf"|\(?0){_AREA}\)?[ -]?(?P<number>[1-9][0-9]{{2,3}}[ -]?[0-9]{{4}}){_EXTENSION}"
    r"(?![0-9a-z*])",
    re.I,
)
_SERVICE = re.compile(
    rf"{_LEFT}(?P<number>[48]00[ -]?[0-9]{{3,4}}[ -]?[0-9]{{3,4}})(?![0-9a-z])(?!-[0-9])", re.I
)
CARD = re.compile(r"(?<![0-9a-z])(?:[0-9]{4}[ -]){3}[0-9]{4}(?:[ -]?[0-9]{1,3})?(?![0-9])", re.I)
_CUE = re.compile(
    r"(?:电话|手机|座机|联系方式|号码|固话|热线|分机|打给?|拨|tel|phone|mobile|cell|call)[^0-9+(]{0,4}$", re.I
)
NAMED_OTHERWISE = re.compile(
    r"(?:订单|单号|税号|税务|识别号|卡号|账号|帐号|账户|帐户|工号|流水|编号|合同号|信用代码|物料号?"
    r"|序列号|身份证|order|account|card|tax|no\.?)"
    r"[^0-9a-z+(]{0,4}(?=[0-9a-z+(])",
    re.I,
)
_LOCAL = re.compile(
    rf"{_LEFT}(?P<number>[2-8][0-9]{{2,3}}[ -]?[0-9]{{4}}){_EXTENSION}(?![0-9a-z万亿])(?!-[0-9])", re.I
)
_ODD = re.compile(rf"{_LEFT}(?P<number>\+?[0-9]{{5,15}})(?![0-9a-z.万亿千元*])(?!-[0-9])", re.I)
_DROPPED = re.compile(r"[^0-9]")


def find_phones(text: str) -> list[Found[str]]:
    """The telephone numbers of a folded text: 13812345678, 0517-83661234-801, +85261230000.

    One that fits nothing, or a landline without its area code, is kept and asked about.
    """
    return list(_phones(text[:LIMIT]))


@lru_cache(32)  # Asked for by whoever must not take a number for money, too.
def _phones(text: str) -> tuple[Found[str], ...]:
    spelled = _SPOKEN_RUN.sub(lambda run: run.group().translate(SPOKEN), text)
    free = CARD.sub(lambda card: "·" * len(card.group()), spelled)
    found: list[Found[str]] = []
    for read in (_mobiles, find_abroad, _landlines, _services, _locals, _oddities):
        for phone in read(free)[: PHONES_MAX - len(found)]:
            found.append(
                Found(
                    phone.start, phone.end, phone.value, text[phone.start : phone.end], ask=_ask(text, phone)
                )
            )
            free = free[: phone.start] + "·" * (phone.end - phone.start) + free[phone.end :]
    return tuple(sorted(found, key=lambda phone: phone.start))


def _ask(text: str, phone: Found[str]) -> str:
    if phone.ask == "area":
        return in_their_words(
            text,
            f"座机 {phone.value} 缺区号，请补上，例如 0517-83661234。",
            f"The landline {phone.value} has no area code; please add it, such as 0517-83661234.",
        )
    if phone.ask:
        return in_their_words(
            text,
            f"号码 {phone.value} 好像不对，请再核对一下。",
            f"The number {phone.value} looks wrong; please check it.",
        )
    return ""


def _mobiles(text: str) -> list[Found[str]]:
    return [
        Found(*hit.span(), _DROPPED.sub("", hit["number"]), hit.group())
        for hit in _MOBILE.finditer(text)
        if not _named_otherwise(text, hit.start())
    ]


def _landlines(text: str) -> list[Found[str]]:
    found = []
    for hit in _LANDLINE.finditer(text):
        number = _DROPPED.sub("", hit["number"])
        # Two-digit area codes (北京, 上海 …) always have eight digits behind them.
        if len(hit["area"]) == 2 and len(number) != 8:
            continue
        if not _named_otherwise(text, hit.start()):
            found.append(Found(*hit.span(), f"0{hit['area']}-{number}{_extension(hit)}", hit.group()))
    return found


def _services(text: str) -> list[Found[str]]:
    """400 and 800 numbers: ten digits without an area code."""
    hits = ((hit, _DROPPED.sub("", hit["number"])) for hit in _SERVICE.finditer(text))
    return [
        Found(*hit.span(), number, hit.group())
        for hit, number in hits
        if len(number) == 10 and not _named_otherwise(text, hit.start())
    ]


def _locals(text: str) -> list[Found[str]]:
    """Seven or eight digits are a landline only when something calls them so."""
    return [
        Found(*hit.span(), _DROPPED.sub("", hit["number"]) + _extension(hit), hit.group(), ask="area")
        for hit in _LOCAL.finditer(text)
        if (hit["extension"] and "-" not in hit.group()) or _called_a_phone(text, hit.start())
    ]


def _oddities(text: str) -> list[Found[str]]:
    """Digits called a phone, or a mobile with one digit too many or too few, that fit nothing."""
    return [
        Found(*hit.span(), hit["number"], hit.group(), ask="odd")
        for hit in _ODD.finditer(text)
        if _called_a_phone(text, hit.start())
        or (_nearly_mobile(hit["number"]) and not _named_otherwise(text, hit.start()))
    ]


def _nearly_mobile(number: str) -> bool:
    return (len(number) in (10, 12) and re.match("1[3-9]", number) is not None) or (
        len(number) == 11 and number[0] == "1"
    )


def _called_a_phone(text: str, at: int) -> bool:
    return _CUE.search(text[max(0, at - 12) : at]) is not None


def _named_otherwise(text: str, at: int) -> bool:
    near = max(0, at - 12)
    return any(cue.end() == at for cue in NAMED_OTHERWISE.finditer(text, near, at + 1))


def _extension(hit: re.Match[str]) -> str:
    return f"-{hit['extension']}" if hit["extension"] else ""
