"""Chinese days: 明天, 下周三, 11月30号, 22号, 2026-11-30, 12/5, 月底, 季度末, 年后."""

import re
from datetime import date, timedelta
from itertools import islice

from handlers.language import steps
from handlers.language.days import DAYS_MAX, Day, View, no_date, no_such_day, passed
from handlers.language.found import Found
from handlers.language.numerals import read_digits, read_number

_NAMED = {"大前": -3, "前": -2, "昨": -1, "今": 0, "本": 0, "明": 1, "后": 2, "大后": 3, "大大后": 4}
_NAMED_DAY = re.compile(
    r"(?P<name>大?前|昨|今|明|大{0,2}后)天(?![性])|(?P<day>昨|今|明)[日儿](?!子)|(?P<short>今|明|昨"
    r"|后)(?=[早晚](?!点)|上午|下午|中午|凌晨|夜)"
)
_WEEK = {"上上": -2, "上": -1, "": 0, "本": 0, "这": 0, "下": 1, "下下": 2}
_WEEKDAY = re.compile(
    r"(?:(?P<rel>上上|上|下下|下|本|这)个?|(?<![每隔单双首整半几前后一两二三四五六七八九十0-9])|(?<=[周期拜][一二三四五六]))"
    r"(?:周|星期|礼拜)(?:(?P<end>末)|(?P<day>[一二三四五六日天1-7])"
    r"(?!(?<=一)[起直般定样些下共并旦律切百千万个次家批道]"
    r"|(?<=[一二三四五六])[家台个套次条件批项](?![里])|(?<=六)福|(?<=[1-7])[0-9台个次万家.%]"
    r"|(?<=[天日])(?:常|报|志|津)))"
)
_WEEKDAYS = {
    char: at for at, chars in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for char in chars
}
_MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_NINE = "[一二三四五六七八九]"
_DAY = rf"(?P<day>3[01]|[12][0-9]|0?[1-9]|三十一?|二?十{_NINE}?|廿{_NINE}?|{_NINE})"
_YEAR = (
    r"(?:(?P<year>20[0-9]{2}|[23][0-9]|二[零〇][二三四][零〇一二三四五六七八九])年?|(?P<rel>今|明|去|后)年)"
)
_FULL = re.compile(
    rf"(?:{_YEAR} ?的?)?(?<![0-9个几十第]){_MONTH}月份? ?(?:{_DAY}(?:日|号(?![线楼机柜]))"
    rf"|(?P<bare>3[01]|[12][0-9]|0?[1-9])(?![0-9.万亿千台个家%]))"
)
_NONE_SUCH = re.compile(
    r"(?<![0-9.个几十第])(?:(?P<month>1[3-9]|[2-9][0-9]|0)月份?(?P<any>[0-9]{1,2})|(?P<in>[0-9]{1,2})月份?"
    r"(?P<day>3[2-9]|[4-9][0-9]|0))(?:日|号)"
)
_ISO = re.compile(
    r"(?<![0-9-])(?P<year>20[0-9]{2})(?P<joint>[-/.])(?P<month>[01]?[0-9])(?P=joint)(?P<day>[0-3]?[0-9])"
    r"(?![0-9])(?!-[0-9])"
)
_COMPACT = re.compile(
    r"(?<![0-9a-z-])(?P<year>20[2-4][0-9])(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12][0-9]"
    r"|3[01])(?![0-9a-z])",
    re.I,
)
_SHORT = re.compile(
    r"(?<![0-9a-z./:])(?<![0-9a-z]-)(?P<month>1[0-2]|0?[1-9])(?P<joint>[-/.])(?P<day>3[01]|[12][0-9]|0?[1-9])"
    r"(?![0-9a-z%万亿千百元块台个套件天年月折:]|[-/.][0-9])(?P<firm> ?(?:号|日|之前|以前|前(?!后)|上午"
    r"|下午|晚|那天|到期|截止))?",
    re.I,
)
_RANGE = re.compile(
    r"(?<![0-9月.:/-])(?P<one>[0-9]{1,2})(?:号|日)?(?=(?:-|~|到|至|—) ?(?P<other>[0-9]{1,2})(?:号"
    r"|日)(?![线楼机柜]))"
)
_NOT_AFTER = (
    "(?!线|楼|机|柜|泵|车|炉|站|门|厅|会议室|文件|厂|变|井|仓|主[变机井楼]|院|店|库|桥|隧|标|盾|设备|电[机梯站源]"
    "|产|生产|位|桩|坑|塔|房|室|梯|闸|码|段|工[位地]|召|令)"
)
_OF_MONTH = re.compile(
    r"(?:(?P<rel>本|这个?|当|下下个?|下个?|上个?)月的? ?|(?<![0-9a-z第路街道巷弄园栋区幢型编月.年/十]))"
    rf"{_DAY}(?:号{_NOT_AFTER}|(?<=[0-9])日(?![内后均报常期程志]))",
    re.I,
)
_PART = re.compile(
    r"(?:(?P<relyear>今|明|去)年)?(?:(?P<rel>本|这个?|当|下下个?|下个?|上个?)月?|(?P<month>1[0-2]"
    r"|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?)?"
    r"(?P<part>(?<=月)(?:[底末初头]|中(?:旬|(?![标间国心旬途交铁建电午秋山])))"
    r"|(?<![0-9年岁个])月(?:[底末初头]|中(?:旬|(?![标间国心旬途交铁建电午秋山]))))"
    r"|(?:(?P<relx>本|这个?|当|下个?|上个?)月|(?P<monthx>1[0-2]|0?[1-9]|十[一二]?"
    r"|[一二三四五六七八九])月份?)(?P<ten>[上下]旬)"
)
_QUARTER = re.compile(
    r"(?:(?P<rel>本|这个?|当|下个?|上个?)?季(?:度)?|(?:q|第)?(?P<q>[1-4一二三四])(?:季度|季)"
    r"|q(?P<latin>[1-4]))[末底](?!子)",
    re.I,
)
_YEAR_PART = re.compile(
    r"(?P<rel>今|明|后|去|本|当)?(?<![0-9一二两三四五六七八九十半几多往常])年(?P<part>底|末|初"
    r"|中(?![标间国心途交铁建级学]))"
)
_UNKNOWN = re.compile(
    r"(?<![0-9一二两三四五六七八九十百几今明去半多青少中老近每往常数整同历学財财翌次当来本])年[前后](?!"
    r"[面台])|过完?年(?:以?[前后])?(?!度)|春节(?:[前后]|期间|假期?)?(?:之后|以后)?"
    r"|(?<![季环情调细关音时一庆动旦])节[前后](?!面)"
)
_FESTIVALS = {"元旦": (1, 1), "劳动节": (5, 1), "五一": (5, 1), "国庆": (10, 1)}
_FESTIVAL = re.compile(r"(?P<name>元旦|劳动节|国庆)节?|(?P<short>五一)(?:节|(?=前|后|假|之))")
_RELATIVE = {"本": 0, "这": 0, "当": 0, "下": 1, "下下": 2, "上": -1, "今": 0, "明": 1, "后": 2, "去": -1}


def find_chinese_days(text: str, view: View) -> list[Found[Day]]:
    """Every expression of a day in Chinese or in figures; overlaps are left to the caller."""
    found: list[Found[Day]] = []
    for hit in _NAMED_DAY.finditer(text):
        name = hit["name"] or hit["day"] or hit["short"]
        found.append(_at(hit, Day(view.today + timedelta(days=_NAMED[name]), "named")))
    found += [_weekday(hit, view) for hit in islice(_WEEKDAY.finditer(text), DAYS_MAX)]
    for pattern in (_FULL, _ISO, _COMPACT):
        found += [_full(hit, view) for hit in pattern.finditer(text)]
    found += [
        _at(hit, Day(None, "explicit"), ask=no_such_day(text, hit.group()))
        for hit in _NONE_SUCH.finditer(text)
    ]
    found += [_month_and_day(hit, view) for hit in _SHORT.finditer(text) if _is_a_date(hit, view)]
    for hit in islice(_RANGE.finditer(text), DAYS_MAX):
        if int(hit["one"]) < int(hit["other"]) <= 31:
            found += _of_month(hit, hit["one"], None, view)
    for hit in islice(_OF_MONTH.finditer(text), DAYS_MAX):
        if hit["rel"] or hit["day"] not in _HAN_SHORT:
            found += _of_month(hit, hit["day"], hit["rel"], view)
    found += [_part_of_month(hit, view) for hit in islice(_PART.finditer(text), DAYS_MAX)]
    found += [_quarter(hit, view) for hit in _QUARTER.finditer(text)]
    found += [_part_of_year(hit, view) for hit in _YEAR_PART.finditer(text)]
    found += [
        _at(hit, Day(None, "unknown"), ask=no_date(text, hit.group())) for hit in _UNKNOWN.finditer(text)
    ]
    for hit in _FESTIVAL.finditer(text):
        month, day = _FESTIVALS[hit["name"] or hit["short"]]
        found.append(_in_a_year(hit, month, day, view))
    return found


def _at(hit: re.Match[str], day: Day, *, approx: bool = False, ask: str = "") -> Found[Day]:
    return Found(*hit.span(), day, hit.group(), approx=approx, ask=ask)


def _weekday(hit: re.Match[str], view: View) -> Found[Day]:
    rel = hit["rel"] or ""
    start = steps.monday(view.today) + timedelta(weeks=_WEEK[rel])
    if hit["end"]:
        sunday = start + timedelta(days=6)
        return _at(hit, Day(sunday, "weekday", opens=sunday - timedelta(days=1)), approx=True)
    day = start + timedelta(days=_WEEKDAYS[hit["day"]])
    if rel in ("", "本", "这"):
        return weekday_near(hit, day, view, any_week=rel == "")
    return _at(hit, Day(day, "weekday"))


def weekday_near(hit: re.Match[str], day: date, view: View, *, any_week: bool) -> Found[Day]:
    """A weekday of this week: over already → asked about, with next week's as the guess."""
    if view.forward and day < view.today:
        guess = day + timedelta(weeks=1)
        return _at(
            hit, Day(guess, "weekday", any_week=any_week), ask=passed(hit.string, hit.group(), day, guess)
        )
    if not view.forward and any_week and day > view.today:
        day -= timedelta(weeks=1)
    return _at(hit, Day(day, "weekday", any_week=any_week))


def _number(said: str) -> int:
    value = read_number(said)
    return int(value) if value is not None else 0


def _full(hit: re.Match[str], view: View) -> Found[Day]:
    groups = hit.groupdict()
    month, day = _number(hit["month"]), _number(groups.get("day") or groups.get("bare") or "")
    if groups.get("rel"):
        year = view.today.year + _RELATIVE[groups["rel"]]
    elif groups.get("year"):
        said = int(read_digits(groups["year"]) or 0)
        year = said if said > 100 else 2000 + said
    else:
        return _in_a_year(hit, month, day, view)
    found = steps.safe_date(year, month, day)
    if found is None:
        return _at(hit, Day(None, "explicit"), ask=no_such_day(hit.string, hit.group()))
    over = view.forward and found < view.today
    return _at(hit, Day(found, "explicit"), ask=passed(hit.string, hit.group(), found, None) if over else "")


def _month_and_day(hit: re.Match[str], view: View) -> Found[Day]:
    end = hit.end("day") + (1 if (hit["firm"] or "").strip() in ("号", "日") else 0)
    found = _in_a_year(hit, int(hit["month"]), int(hit["day"]), view)
    return Found(hit.start(), end, found.value, hit.string[hit.start() : end], ask=found.ask)


def _is_a_date(hit: re.Match[str], view: View) -> bool:
    """12/5 and 10-20 are dates by their shape; 12.5, 7-3 and 1/2 only when something says so."""
    if steps.safe_date(2028, int(hit["month"]), int(hit["day"])) is None:
        return False
    if hit["firm"] or view.loose:
        return True
    if hit["joint"] == "/":
        return int(hit["month"]) > 2 or int(hit["day"]) > 12
    return hit["joint"] == "-" and len(hit["month"]) == 2


_HAN_SHORT = frozenset(
    "一二三四五六七八九十"
)  # 一号 of 一号线, 一号机 and the like is a name more often than a day
_RECENT = timedelta(days=60)


def _in_a_year(hit: re.Match[str], month: int, day: int, view: View) -> Found[Day]:
    """A day without a year: this year, or the next when it is over; just over, it is asked about."""
    found = steps.safe_date(view.today.year, month, day)
    if found is None:
        found = steps.safe_date(view.today.year + 1, month, day)
    if found is None:
        return _at(hit, Day(None, "explicit"), ask=no_such_day(hit.string, hit.group()))
    if view.forward and found < view.today:
        next_year = steps.safe_date(found.year + 1, month, day)
        recent = view.today - found <= _RECENT or next_year is None
        return _at(
            hit,
            Day(next_year, "explicit"),
            ask=passed(hit.string, hit.group(), found, next_year) if recent else "",
        )
    if not view.forward and found > view.today:
        found = steps.safe_date(found.year - 1, month, day)
    return _at(hit, Day(found, "explicit"))


def _of_month(hit: re.Match[str], said: str, rel: str | None, view: View) -> list[Found[Day]]:
    """22号: this month if not over, else the next; in a report, the latest one."""
    number = _number(said)
    if not 1 <= number <= 31:
        return []
    first = view.today.replace(day=1)
    if rel:
        first = steps.add_months(first, _RELATIVE[rel.removesuffix("个")])
    elif view.forward and number < view.today.day:
        first = steps.add_months(first, 1)
    elif not view.forward and number > view.today.day:
        first = steps.add_months(first, -1)
    found = steps.safe_date(first.year, first.month, number)
    if found is None:
        return [_at(hit, Day(None, "explicit"), ask=no_such_day(hit.string, hit.group()))]
    over = view.forward and found < view.today and rel not in ("上", "上个")
    return [
        _at(hit, Day(found, "explicit"), ask=passed(hit.string, hit.group(), found, None) if over else "")
    ]


def _part_of_month(hit: re.Match[str], view: View) -> Found[Day]:
    rel, month = hit["rel"] or hit["relx"], hit["month"] or hit["monthx"]
    first = view.today.replace(day=1)
    if month:
        first = first.replace(month=_number(month))
        if hit["relyear"]:
            first = first.replace(year=first.year + _RELATIVE[hit["relyear"]])
        elif view.forward and steps.month_end(first) < view.today:
            first = first.replace(year=first.year + 1)
    elif rel:
        first = steps.add_months(first, _RELATIVE[rel.removesuffix("个")])
    part = (hit["part"] or hit["ten"]).removeprefix("月")
    if part in ("底", "末", "下旬"):
        return _at(hit, Day(steps.month_end(first), "explicit"), approx=part == "下旬")
    day = first if part in ("初", "头") else first.replace(day=10 if part == "上旬" else 15)
    if view.forward and day < view.today and not (rel or month):
        day = steps.add_months(day, 1)
    return _at(hit, Day(day, "explicit"), approx=True)


def _quarter(hit: re.Match[str], view: View) -> Found[Day]:
    said = hit["q"] or hit["latin"]
    if not said:
        rel = (hit["rel"] or "本").removesuffix("个")
        return _at(hit, Day(steps.quarter_end(steps.add_months(view.today, 3 * _RELATIVE[rel])), "explicit"))
    end = steps.quarter_end(date(view.today.year, _number(said) * 3, 1))
    if view.forward and end < view.today:
        end = steps.quarter_end(end.replace(year=end.year + 1, day=1))
    return _at(hit, Day(end, "explicit"))


def _part_of_year(hit: re.Match[str], view: View) -> Found[Day]:
    year = view.today.year + (_RELATIVE[hit["rel"]] if hit["rel"] else 0)
    month, day = {"底": (12, 31), "末": (12, 31), "初": (1, 1), "中": (6, 30)}[hit["part"]]
    found = date(year, month, day)
    if view.forward and not hit["rel"] and found < view.today:
        found = found.replace(year=year + 1)
    return _at(hit, Day(found, "explicit"), approx=hit["part"] in "初中")
