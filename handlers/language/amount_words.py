"""The words around a figure that make it money: scale, currency, 以内, 左右, 每月."""

import re
from decimal import Decimal

LOOKBACK = 14
"""Signs looked at before a figure."""

FOREIGN = re.compile(r"us\$|hk\$|\$|usd|eur|hkd|jpy|€|£|美元|美金|欧元|港币|港元|日元|英镑", re.I)
GLUED = re.compile(r"(?:[a-z_@#*]|(?<![0-9])[a-z][-.]|第 ?|周|星期|礼拜|[0-9]\.)$", re.I)
SPAN = re.compile(r" ?(?:~|-|–|—|到|至|and|to) ?")

_YUAN = r"人民币|rmb|cny|yuan|¥"
_OTHER = FOREIGN.pattern
_BEFORE_CURRENCY = re.compile(rf"(?:{_YUAN}|{_OTHER}) ?$", re.I)
_BEHIND_CURRENCY = re.compile(
    rf" ?(?:元钱?(?!旦|件|器)|块钱?(?!板|屏|表|地|电|砖)|圆(?!形|盘|满|通)|{_OTHER}"
    rf"|(?:{_YUAN})(?![a-z]))(?:人民币)?整?",
    re.I,
)
_DIME = re.compile(r"[0-9一二两三四五六七八九](?![0-9十百千万亿个台套%.])")
_LATIN = {
    "w": Decimal(10**4),
    "k": Decimal(1000),
    "m": Decimal(10**6),
    "thousand": Decimal(1000),
    "million": Decimal(10**6),
}
_LATIN_SCALE = re.compile(r"(?:(?P<letter>[wkm])(?![a-z])| ?(?P<word>thousand|million))", re.I)
_NOT_MONEY = re.compile(r" ?(?:屏|分辨率|高清|电视|摄像|带宽|宽带|光纤|流量|专线)")
_CUE = re.compile(
    r"(?:预算|金额|总价|单价|价格?|报价|合同额?|budget|amount|price|worth|value|deal|for"
    r"|[¥$])(?: ?(?:是|为|约|of|is|to|at|around|about|[:=~]))? ?[0-9.,~-]{0,6}$",
    re.I,
)
_SCALES = (("亿", Decimal(10**8)), ("万", Decimal(10**4)), ("千", Decimal(1000)), ("仟", Decimal(1000)))

AT_MOST_BEHIND = re.compile(
    r" ?(?:以内|之内|以下|封顶|(?<=[万亿千元块])内(?!部|容|蒙)|or less|max\b|tops)", re.I
)
AT_LEAST_BEHIND = re.compile(r" ?(?:以上|往上|起步|打底|起(?=$|[ ,。;、的!])|or more|\+|plus\b)", re.I)
AT_MOST_BEFORE = re.compile(
    r"(?:不超过?|不高于|不大于|不多于|最多|至多|顶多|上限|低于|少于|小于|不到|控制在|under|below|within"
    r"|up to|at most|less than|no more than|≤|<=?)"
    r"(?:是|为|到)? ?$",
    re.I,
)
AT_LEAST_BEFORE = re.compile(
    r"(?:不低于|不少于|不小于|至少|最少|起码|超过|超|高于|大于|多于|over|above|at least|more than|≥"
    r"|>=?)(?:是|为|要|有)? ?$",
    re.I,
)
APPROX_BEHIND = re.compile(
    r" ?(?:左右|上下|出头|的样子|来(?=块|元|$|[ ,。;])|多(?!少|家|台|个|次|套|[一-鿿]?付)|or so\b)", re.I
)
APPROX_BEFORE = re.compile(
    r"(?:大概|大约|约莫|(?<![预签邀合赴租契续])约|差不多|估计|大致|接近|将近|(?<![最附])近|around|about"
    r"|approx(?:imately)?\.?|roughly|(?<![0-9万亿元wk])~)"
    r"(?:在|是|有|要|需要?)? ?$",
    re.I,
)

_PERIOD_BEHIND = re.compile(
    r" ?(?:(?:/ ?|每个?|一个|per |a )(?P<month>months?|mo|mth|月)|(?P<monthly>monthly)"
    r"|(?:/ ?|每|一|per |a )(?P<year>years?|yr|annum|年)|(?P<yearly>yearly|annually)"
    r"|(?:/ ?|每|一|per |a )(?P<trip>trips?|趟|车)|(?:/ ?|每|一|per )(?P<once>次性?))(?![a-z后内期])",
    re.I,
)
_PERIOD_BEFORE = re.compile(
    r"(?:(?P<month>每个?月(?:租金)?|月租金?|月付|monthly)|(?P<year>每年|年租金?|年费|年付|yearly|annual)"
    r"|(?P<trip>每趟|一趟)|(?P<once>每次|一次性?))[: ]{0,2}$",
    re.I,
)
_PIECE = "[台套个辆件只条支根块份张吨组]"
_EACH_BEHIND = re.compile(rf" ?(?:每|一|/ ?|per )(?:{_PIECE}|set\b|unit\b|piece\b)|(?: each\b)", re.I)
_EACH_BEFORE = re.compile(
    rf"(?:(?:每|单)一?{_PIECE}(?:的?(?:价格?|单价))?(?:是|大概|约|要)?|(?<![0-9一-鿿]){_PIECE}单价) ?$"
)
_ONE_BEFORE = re.compile(rf"一{_PIECE}$")
PERIODS = {
    "month": "month",
    "monthly": "month",
    "year": "year",
    "yearly": "year",
    "trip": "trip",
    "once": "once",
}


def scale_of(said: str) -> Decimal:
    """The last 亿, 万 or 千 of a numeral: what `80~100万` lends to its left end. 1 without any."""
    return next((size for sign, size in _SCALES if sign in said[1:]), Decimal(1))


def latin_scale(text: str, at: int, start: int) -> tuple[Decimal, int] | None:
    """w, k, M, million at `at`, and where it ends. A small m is a metre unless money is spoken of."""
    hit = _LATIN_SCALE.match(text, at)
    if hit is None or _NOT_MONEY.match(text, hit.end()):
        return None
    if hit.group() == "m" and not looks_back(_CUE, text, start):
        return None
    return _LATIN[hit.group().strip().lower()], hit.end()


def currency_before(text: str, at: int) -> tuple[str, int] | None:
    """The currency right before `at`, and where it begins."""
    hit = looks_back(_BEFORE_CURRENCY, text, at)
    return (hit.group(), at - len(hit.group())) if hit else None


def currency_behind(text: str, at: int) -> tuple[str, int] | None:
    """The currency and decoration right behind, and where they end."""
    hit = _BEHIND_CURRENCY.match(text, at)
    return (hit.group(), hit.end()) if hit else None


def dime_behind(text: str, at: int) -> str | None:
    """The 5 of 3块5."""
    hit = _DIME.match(text, at) if text[at - 1 : at] == "块" else None
    return hit.group() if hit else None


def period_at(text: str, start: int, end: int) -> tuple[str | None, int, int]:
    """How often it is paid, and the wider span with the words that say so."""
    if hit := _PERIOD_BEHIND.match(text, end):
        return PERIODS[str(hit.lastgroup)], start, hit.end()
    if hit := looks_back(_PERIOD_BEFORE, text, start):
        return PERIODS[str(hit.lastgroup)], start - len(hit.group()), end
    return None, start, end


def each_at(text: str, start: int, end: int) -> tuple[bool, int, int]:
    """Whether it is the price of one (每台35万, 35万一台), and the wider span with the words that say so."""
    if hit := _EACH_BEHIND.match(text, end):
        return True, start, hit.end()
    if hit := looks_back(_EACH_BEFORE, text, start):
        return True, start - len(hit.group()), end
    # 一台35万 is a price, and says how many only where nothing else does: the count stays free.
    return looks_back(_ONE_BEFORE, text, start) is not None, start, end


def looks_back(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """Whether `pattern` (ending in $) stands right before `at`."""
    return pattern.search(text[max(0, at - LOOKBACK) : at])
