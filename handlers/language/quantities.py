"""Counts with their measure word (两台, 3套, 6 pcs) and positions (第2个, 选2, the second)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from handlers.language.counting import find_numerals
from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import HAN, read_number


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many, of which measure. `high` differs in 两三台."""

    value: Decimal
    unit: str
    high: Decimal


_MEASURE = re.compile(
    r" ?(?P<unit>台|套|个(?!月|季度|星期|礼拜|周|小时|钟头|工作日|工作小时|百分点|点|半|人|别|性|体)"
    r"|件(?!套)|辆|组(?!织|长|合)|只(?!要|有|是|能|看|会|想|读)|条(?!件|款|例)|支(?!付|持|架|撑|部|线)"
    r"|根(?!据|本)"
    r"|块(?=板|屏|表|地|电|钢|砖|铁|玻)|份|部(?!分|门|长|署)|项(?!目)"
    r"|张(?![一-鿿]{0,2}[总工科经主部处])|位(?!于|置)"
    r"|家(?!具|庭|属)|户(?!型|口)|人(?!民币)|名(?!义|称)|次(?!日|要|品)|趟|批(?!准|发|评|示)|批次|吨"
    r"|单(?!价|子|独|位|据|品|元)"
    r"|笔|箱|桶|瓶|卷|面(?!积|议|向|前|谈)|列(?!入|出)|节|片|扇|副(?!总|经|部|本)|艘|头(?!条|衔)|层|栋"
    r"|班(?!长|组|车)|页"
    r"|分(?!钟|之|公|厂|局|行|部|店|销|别|享|配|给|期|类|析|批|成|包|流|时|级|机|钱"
    r"|[一二两三四五六七八九十0-9])"
    r"|pcs|sets?|units?|pieces?|ea|items?|stars?)(?![a-z])",
    re.I,
)
_PAIR = re.compile(r"(?<![我你他她它咱们哥])[俩仨](?=[一-鿿])")  # 要俩摊铺机
# 同一个, 上一条, 哪一家 point or ask; 是不是一家 asks whether two are one.
_POINTING_ONE = re.compile(r"(?:[同这那哪每另上下某任唯前后头统专万]|是不是)$")


def find_quantities(text: str) -> list[Found[Quantity]]:
    """The counts in a folded text; 一下, 一起, 一家 of 是不是一家 and 个点 are none."""
    text = text[:LIMIT]
    found: list[Found[Quantity]] = []
    for number in find_numerals(text):
        unit = _MEASURE.match(text, number.end)
        if unit is None or _pointed(text, number.start, number.text):
            continue
        quantity = Quantity(number.value.low, unit["unit"].lower(), number.value.high)
        end = unit.end()
        found.append(Found(number.start, end, quantity, text[number.start : end], approx=number.approx))
    for hit in _PAIR.finditer(text):
        count = Decimal(2 if hit.group() == "俩" else 3)
        found.append(Found(*hit.span(), Quantity(count, "个", count), hit.group()))
    return sorted(found, key=lambda count: count.start)


def _pointed(text: str, start: int, said: str) -> bool:
    before = text[max(0, start - 3) : start]
    if said == "一" and _POINTING_ONE.search(before):
        return True
    return before[-1:] in ("第", "_", "#") or re.search(r"[a-z0-9][-.]?$", before, re.I) is not None


_NUMBER = rf"(?P<number>[0-9]{{1,3}}|[{HAN}]{{1,4}})"
_PLACE = re.compile(
    rf"(?P<back>倒数)?第 ?{_NUMBER} ?(?:个(?!月|季|星期|礼拜|周|小时|工作|人)|条(?!款)|项(?!目)"
    rf"|单(?!位)|张|位|家|户|行(?!业)|笔|名|件|份|套|台|款|"
    r"(?=$|[,。;、:!?~)]| (?![期次天版季步年月周章])|给|改|推迟|完成|到|的))"
    rf"|(?:选|领取?|要|(?<![0-9十一二三四五六七八九两])点|回复|行动项|待办|任务|序号|编号|option|number"
    rf"|no\.|#) ?(?P<picked>[0-9]{{1,3}}|[一二三四五六七八九十]{{1,3}})"
    rf"(?:个|号|条|项)?(?=$|[ ,。;、:!?~)]|给|改|推迟|完成|到[一-鿿])",
    re.I,
)
_LAST = re.compile(r"最后一?(?:个|条|项|单|张|位|家|笔)|the last(?: one)?(?=$|[ ,.;!])", re.I)
_ENGLISH = {
    word: at
    for at, words in enumerate(
        (
            "first 1st",
            "second 2nd",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
            "sixth 6th",
            "seventh 7th",
            "eighth 8th",
            "ninth 9th",
            "tenth 10th",
        ),
        1,
    )
    for word in words.split()
}
_ENGLISH_PLACE = re.compile(
    rf"(?:\bthe (?P<after>{'|'.join(_ENGLISH)})\b(?! (?:time|half|quarter|day|week|month|year|party"
    rf"|floor))|\b(?P<alone>{'|'.join(_ENGLISH)}) (?:one|item|lead|task)\b)",
    re.I,
)
_ALONE = re.compile(r"(?P<number>[0-9]{1,2}|[一二三四五六七八九十])[.。)号]?")


def find_ordinals(text: str) -> list[Found[int]]:
    """Positions in a list, from 1; 最后一个 is -1. A small number that is the whole message is one."""
    text = text[:LIMIT]
    if whole := _ALONE.fullmatch(text):
        return _positions(whole, whole["number"], back=False)
    found: list[Found[int]] = []
    for hit in _PLACE.finditer(text):
        found += _positions(hit, hit["number"] or hit["picked"], back=bool(hit["back"]))
    for hit in _ENGLISH_PLACE.finditer(text):
        found.append(Found(*hit.span(), _ENGLISH[(hit["after"] or hit["alone"]).lower()], hit.group()))
    found += [Found(*hit.span(), -1, hit.group()) for hit in _LAST.finditer(text)]
    return sorted(found, key=lambda place: place.start)


def _positions(hit: re.Match[str], said: str, *, back: bool) -> list[Found[int]]:
    value = read_number(said)
    if value is None or value != int(value) or value < 1:
        return []
    return [Found(*hit.span(), -int(value) if back else int(value), hit.group())]
