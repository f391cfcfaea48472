"""Clock times and parts of a day: 晚上7点半, 10点半, 3pm, 中午, 下班前, 今晚12点."""

import re
from dataclasses import dataclass
from datetime import time

from handlers.language.fold import LIMIT
from handlers.language.found import Found
from handlers.language.numerals import HAN_DIGIT, read_number


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When a working day begins and ends; the policy of a unit may say otherwise."""

    morning: time = time(8, 30)
    noon: time = time(12, 0)
    afternoon: time = time(13, 30)
    close: time = time(17, 30)


OFFICE_HOURS = OfficeHours()


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time, or only a `part` of the day (上午) whose hour depends on what it is said for.

    `next_day`: 今晚12点 is the end of today. `closing`: 下班前.
    """

    at: time | None
    part: str = ""
    next_day: bool = False
    closing: bool = False


_HAN_HOUR = "(?:二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_HAN_MINUTE = f"(?:[二三四五]?十[一二三四五六七八九]?|零?[{HAN_DIGIT}])"
_PART = "凌晨|清晨|早上|早晨|大早上?|早|上午|中午|午后|下午|傍晚|晚上|晚间|晚|夜里|夜间|半夜|深夜|今夜"
_HOUR = re.compile(
    rf"(?:(?P<part>{_PART})的? ?)?"
    # The hour of 周五十点 is ten, that of 五十点 is none.
    rf"(?:(?<![0-9.:/一二三四五六七八九十百千万第])(?<![a-su-z])|(?<=[周期拜][一二三四五六日天]))"
    rf"(?P<hour>[0-2]?[0-9]|{_HAN_HOUR})"
    rf"(?:(?P<point>点|时(?!间|候|代|刻表|长|段|常))(?!位|名|数|评|子|半[年月天]|[一-鿿]?(?:意见|建议"
    rf"|要求|说明|原因|问题|注意|理由|心得))"
    rf"(?:(?P<half>半)|(?P<quarter>[一三1-3])刻|(?P<whole>钟|整)|(?P<minute>[0-5]?[0-9]"
    rf"|{_HAN_MINUTE})(?:分(?!钟)|(?![0-9万千元块%台个天年月日{HAN_DIGIT}])))?"
    rf"|:(?P<colon>[0-5][0-9])(?::[0-5][0-9])?(?![0-9:])(?: ?(?P<meridiem>[ap]\.?m\b\.?))?)",
    re.I,
)
_ENGLISH = re.compile(
    r"(?:\bat )?(?<![0-9.:/-])(?P<hour>1[0-2]"
    r"|0?[1-9])(?::(?P<minute>[0-5][0-9]))? ?(?P<meridiem>[ap])\.?m\b\.?",
    re.I,
)
_ALONE = re.compile(
    r"(?P<close>下班(?:之前|以前|前)|\beod\b|end of (?:the )?day|close of business|\bcob\b)|(?P<after>下班后)"
    r"|(?P<noon>中午(?!好|吃|饭|餐|1|一)|正午|\bnoon\b)|(?P<midnight>\bmidnight\b|零点|午夜)"
    r"|(?P<part>(?<!一)(?:上午|下午|早上|晚上|傍晚)(?!好|茶|餐|饭|班)"
    r"|(?<=[今明后昨天日一二三四五六])[早晚](?![点些餐饭班会报])|\b(?:morning|afternoon|evening)\b)"
    r"|(?P<at>(?P<night>(?<=tonight )|(?<=evening ))?\bat (?P<hour>1[0-2]|0?[1-9])\b(?![%:.,/-]?[0-9kwm]))",
    re.I,
)
_MORNING_THING = re.compile("早报|晨会|早会|晨报|早班|早餐|早饭|早茶|晨检")
_MORNING, _EVENING = ("凌晨", "清晨", "早", "上午"), ("晚", "夜", "半夜", "深夜", "今夜")


def find_clocks(text: str, hours: OfficeHours | None = None) -> list[Found[Clock]]:
    """All clock times and parts of the day, left to right; `hours` say when work ends."""
    text, hours = text[:LIMIT], hours or OFFICE_HOURS
    early = _MORNING_THING.search(text) is not None
    found = [clock for hit in _HOUR.finditer(text) if (clock := _chinese(text, hit, early=early))]
    found += [Found(*hit.span(), Clock(_meridiem(hit)), hit.group()) for hit in _ENGLISH.finditer(text)]
    found += [_alone(hit, hours, early=early) for hit in _ALONE.finditer(text)]
    found.sort(key=lambda clock: (clock.start, -clock.end))
    kept: list[Found[Clock]] = []
    for clock in found:
        if not kept or clock.start >= kept[-1].end:
            kept.append(clock)
    return kept


def find_clock_times(text: str, hours: OfficeHours | None = None) -> list[Found[time]]:
    """Only the times of the clock: 晚上7点半 → 19:30; a part of a day alone is none."""
    return [
        Found(clock.start, clock.end, clock.value.at, clock.text, clock.approx)
        for clock in find_clocks(text, hours)
        if clock.value.at is not None
    ]


def _chinese(text: str, hit: re.Match[str], *, early: bool) -> Found[Clock] | None:
    part, said = hit["part"] or "", hit["hour"]
    hour, minute = read_number(said), _minute(hit)
    if hour is None or minute is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    firm = part not in ("", "早", "晚") or hit["half"] or hit["whole"] or _after_day(text, hit.start())
    if said in ("一", "零") and hit["point"] and not firm:
        return None  # 便宜一点, 早一点
    if hit["point"] and hit["point"] != "点" and not (part or hit["minute"] or hit["whole"]):
        return None  # 12时 is a time, 3时 of 及时 is not said
    if meridiem := hit["meridiem"]:
        hour = hour % 12 + (12 if meridiem[0] in "pP" else 0)
        return Found(*hit.span(), Clock(time(int(hour) % 24, minute)), hit.group())
    fixed = bool(hit["colon"]) and said.startswith("0")
    return Found(*hit.span(), _on_the_day(int(hour), minute, part, fixed=fixed or early), hit.group())


def _after_day(text: str, at: int) -> bool:
    return (
        re.search(r"(?:[今明后昨]天?|[周期拜][一二三四五六日天]|[号日]) ?$", text[max(0, at - 4) : at])
        is not None
    )


def _minute(hit: re.Match[str]) -> int | None:
    if hit["half"]:
        return 30
    if hit["quarter"]:
        return 15 * {"一": 1, "三": 3}.get(hit["quarter"], 0) or 15 * int(hit["quarter"])
    said = hit["colon"] or hit["minute"]
    value = read_number(said.lstrip("零") or "零") if said else None
    return 0 if not said else (int(value) if value is not None else None)


def _on_the_day(hour: int, minute: int, part: str, *, fixed: bool) -> Clock:
    """A bare hour 1–7 is the afternoon; 12 at night is the end of the day."""
    night = any(word in part for word in _EVENING)
    if hour == 24 or (hour == 12 and night):
        return Clock(time(0, minute), next_day=True)
    if night and hour < 5:
        return Clock(time(hour, minute), next_day=True)
    if part.startswith(_MORNING) or part.startswith("大早"):
        return Clock(time(0 if part == "凌晨" and hour == 12 else hour, minute))
    if part.startswith("中午"):
        return Clock(time(hour + 12 if hour <= 3 else hour, minute))
    if part:
        return Clock(time(hour + 12 if hour < 12 else hour, minute))
    return Clock(time(hour + 12 if 1 <= hour <= 7 and not fixed else hour, minute))


def _meridiem(hit: re.Match[str]) -> time:
    hour = int(hit["hour"]) % 12 + (12 if hit["meridiem"] in "pP" else 0)
    return time(hour, int(hit["minute"] or 0))


def _alone(hit: re.Match[str], hours: OfficeHours, *, early: bool) -> Found[Clock]:
    if hit["close"] or hit["after"]:
        clock = Clock(hours.close, closing=bool(hit["close"]))
    elif hit["noon"]:
        clock = Clock(hours.noon)
    elif hit["midnight"]:
        clock = Clock(time(0, 0), next_day=True)
    elif hit["at"]:
        clock = _on_the_day(int(hit["hour"]), 0, "" if hit["night"] is None else "晚", fixed=early)
    else:
        clock = Clock(None, part=_PARTS.get(hit["part"].lower(), ""))
    return Found(*hit.span(), clock, hit.group())


# 明早 and 今晚 without an hour are the day: nobody said when.
_PARTS = {
    "上午": "morning",
    "早上": "morning",
    "morning": "morning",
    "下午": "afternoon",
    "afternoon": "afternoon",
}
