"""Days and instants, seen from Wednesday 2026-11-18, 10:00."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.fold import fold
from handlers.language.found import Found
from handlers.language.moments import Moment, Role, find_moments
from handlers.language.times import OfficeHours
from tests.language import NOW, is_working_day


def moments(
    said: str, *, forward: bool = True, role: Role = "deadline", loose: bool = False
) -> list[Found[Moment | None]]:
    text = fold(said).text
    return find_moments(text, NOW, is_working_day=is_working_day, forward=forward, role=role, loose=loose)


def spelled(found: Found[Moment | None]) -> str | None:
    return found.value.value.isoformat() if found.value else None


def certain(said: str) -> list[str | None]:
    return [spelled(found) for found in moments(said) if not found.ask]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("今天", "2026-11-18"), ("明天", "2026-11-19"), ("明早", "2026-11-19"), ("后天", "2026-11-20"),
        ("大后天", "2026-11-21"), ("昨天", "2026-11-17"),
        ("本周五", "2026-11-20"), ("这周五", "2026-11-20"), ("周五", "2026-11-20"),
        ("星期五", "2026-11-20"), ("礼拜五", "2026-11-20"), ("周三", "2026-11-18"),
        ("下周三", "2026-11-25"), ("下下周一", "2026-11-30"), ("下下周二", "2026-12-01"),
        ("下个星期一", "2026-11-23"), ("周末前", "2026-11-22"),
        ("礼拜天之前", "2026-11-22"), ("月底", "2026-11-30"), ("月底前", "2026-11-30"),
        ("下月1号", "2026-12-01"), ("下个月三号", "2026-12-03"), ("本月25日", "2026-11-25"),
        ("季度末", "2026-12-31"), ("Q4末", "2026-12-31"), ("下季度末", "2027-03-31"),
        ("年底", "2026-12-31"), ("明年底", "2027-12-31"),
        ("22号", "2026-11-22"), ("二十二号", "2026-11-22"), ("5号", "2026-12-05"), ("18号", "2026-11-18"),
        ("12/5", "2026-12-05"), ("12-5", "2026-12-05"), ("12.5前", "2026-12-05"),
        ("11月30号", "2026-11-30"), ("十一月三十号", "2026-11-30"), ("12月 5日", "2026-12-05"),
        ("12月十五号", "2026-12-15"), ("2026-11-30", "2026-11-30"), ("2026年11月30日", "2026-11-30"),
        ("2026/11/30", "2026-11-30"), ("20261130", "2026-11-30"), ("11/30", "2026-11-30"),
        ("二〇二六年十二月五日", "2026-12-05"), ("3月1号", "2027-03-01"), ("明年3月1号", "2027-03-01"),
        ("3个工作日内", "2026-11-23"), ("8个工作日内", "2026-11-28"), ("两周后", "2026-12-02"),
        ("一个月后", "2026-12-18"), ("3天后", "2026-11-21"), ("过两天", "2026-11-20"),
        ("三年后", "2029-11-18"),
        ("7天内", "2026-11-25"), ("3天前", "2026-11-15"), ("元旦前", "2027-01-01"),
        ("五一节前", "2027-05-01"), ("上周五", "2026-11-13"), ("截止周五", "2026-11-20"),
        ("下周一,23号那天", "2026-11-23"), ("下周一，23号那天", "2026-11-23"),
        ("11月20日（周五）", "2026-11-20"), ("11月21日 周六", "2026-11-21"), ("12月5日周六", "2026-12-05"),
        ("tomorrow", "2026-11-19"), ("the day after tomorrow", "2026-11-20"), ("by friday", "2026-11-20"),
        ("next wed", "2026-11-25"), ("on fri", "2026-11-20"), ("in 3 days", "2026-11-21"),
        ("within 2 weeks", "2026-12-02"), ("in 3 working days", "2026-11-23"),
        ("end of month", "2026-11-30"), ("end of next month", "2026-12-31"), ("nov 30", "2026-11-30"),
        ("30th of November", "2026-11-30"),
        ("Friday, Nov 20", "2026-11-20"), ("今晚", "2026-11-18"),
    ],
)  # fmt: skip
def test_a_day(said: str, day: str) -> None:
    assert certain(said) == [day]


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("下周三下午3点", "2026-11-25T15:00"), ("后天上午十点半", "2026-11-20T10:30"),
        ("明早10点半", "2026-11-19T10:30"), ("今晚12点", "2026-11-19T00:00"),
        ("晚上7点半", "2026-11-18T19:30"), ("下午两点半", "2026-11-18T14:30"),
        ("10点半", "2026-11-18T10:30"), ("明天3点", "2026-11-19T15:00"),
        ("明天早上7点", "2026-11-19T07:00"),
        ("明天凌晨2点", "2026-11-19T02:00"), ("明天上午", "2026-11-19T12:00"),
        ("明天下午", "2026-11-19T17:30"), ("下班前", "2026-11-18T17:30"),
        ("周五下班前", "2026-11-20T17:30"), ("EOD", "2026-11-18T17:30"),
        ("中午", "2026-11-18T12:00"), ("明天中午12点半", "2026-11-19T12:30"),
        ("周日晚上8点", "2026-11-22T20:00"), ("2026-11-25 15:00", "2026-11-25T15:00"),
        ("2026-11-25T15:00", "2026-11-25T15:00"),
        ("周五十点半", "2026-11-20T10:30"), ("下周三3点半", "2026-11-25T15:30"),
        ("2小时后", "2026-11-18T12:00"), ("半小时后", "2026-11-18T10:30"),
        ("下午三点一刻", "2026-11-18T15:15"),
        ("next wed 3pm", "2026-11-25T15:00"), ("3pm tomorrow", "2026-11-19T15:00"),
        ("tomorrow at 3", "2026-11-19T15:00"), ("tonight at 8", "2026-11-18T20:00"),
        ("friday at 3:30 pm", "2026-11-20T15:30"),
    ],
)  # fmt: skip
def test_an_instant(said: str, instant: str) -> None:
    assert certain(said)[0] == f"{instant}:00+08:00"


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("明天上午", "2026-11-19T08:30:00+08:00"),
        ("明天下午", "2026-11-19T13:30:00+08:00"),
        ("周末", "2026-11-21"),
        ("明天上午前", "2026-11-19T12:00:00+08:00"),
    ],
)
def test_a_start_is_not_a_deadline(said: str, start: str) -> None:
    [found] = moments(said, role="start")
    assert spelled(found) == start


def test_office_hours_are_policy() -> None:
    hours = OfficeHours(close=time(18, 0))
    [found] = find_moments("周五下班前", NOW, is_working_day=is_working_day, hours=hours)
    assert spelled(found) == "2026-11-20T18:00:00+08:00"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("月中", "2026-12-15"),
        ("12月中", "2026-12-15"),
        ("大概周五", "2026-11-20"),
        ("周五左右", "2026-11-20"),
        ("下月初", "2026-12-01"),
    ],
)
def test_about_a_day(said: str, day: str) -> None:
    [found] = moments(said)
    assert (spelled(found), found.approx, found.ask) == (day, True, "")


@pytest.mark.parametrize(
    ("said", "guess"),
    [
        ("周一", "2026-11-23"), ("本周一", "2026-11-23"), ("10月8日", "2027-10-08"),
        ("10-20", "2027-10-20"), ("早上9点", "2026-11-19T09:00:00+08:00"), ("2026-01-05", "2026-01-05"),
        ("年后", None), ("这客户年后才招标", None), ("春节前", None), ("过完年", None), ("2月30日", None),
        ("下周一，24号那天", None), ("11月21日周五", None), ("明天 周五", None), ("monday", "2026-11-23"),
    ],
)  # fmt: skip
def test_when_unsure_ask(said: str, guess: str | None) -> None:
    [found] = moments(said)
    assert (spelled(found), found.ask != "") == (guess, True)


def test_the_question_speaks_their_language() -> None:
    assert "已经过了" in moments("周一交")[0].ask
    assert "is over" in moments("monday")[0].ask


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("周五见了王总", "2026-11-13"),
        ("10月8日", "2026-10-08"),
        ("22号", "2026-10-22"),
        ("12月5日", "2025-12-05"),
    ],
)
def test_a_report_looks_back(said: str, day: str) -> None:
    [found] = moments(said, forward=False)
    assert (spelled(found), found.ask) == (day, "")


@pytest.mark.parametrize(
    ("said", "day"), [("12.5", "2026-12-05"), ("7-3", "2027-07-03"), ("1/2", "2027-01-02")]
)
def test_loose_dates_need_a_context(said: str, day: str) -> None:
    assert moments(said) == []
    assert [spelled(found) for found in moments(said, loose=True)] == [day]


@pytest.mark.parametrize(
    "said",
    [
        "徐州 周总 周舟 周期 周边", "彭城地铁3号线", "东迹大道88号 长江路8号", "1号机 2号楼 3号泵",
        "一周三次", "每周三 每天上午 每月", "下周一起去", "本周三家客户", "11月中标了", "年中标",
        "十堰 九江 六安 三岳",
        "便宜一点 早一点 快一点", "5个点", "两点意见", "上午好 下午茶", "3-6-1付款", "30/60/10", "7:3",
        "L-20931 T3021 HT-2026-0412", "0517-83661234 138-1234-5678", "12.5万", "3-5天", "10-20万", "月月红",
        "青年后备 三年 半年",
        "周六福", "晚点再说", "上个月 本周 今年", "第3天", "年后台", "明细 今后 后天性",
    ],
)  # fmt: skip
def test_what_is_no_moment(said: str) -> None:
    assert [found.text for found in moments(said)] == []


def test_two_days_in_one_sentence() -> None:
    assert certain("我22号到27号休年假") == ["2026-11-22", "2026-11-27"]
    assert certain("22到27号") == ["2026-11-22", "2026-11-27"]
    said = "1.备件到货超5天要主动告知-石磊-12/5前 2.E-217手册补中文说明-高飞-月底"
    assert certain(said) == ["2026-12-05", "2026-11-30"]


def test_a_calendar_without_working_days_ends() -> None:
    [found] = find_moments("3个工作日内", NOW, is_working_day=lambda day: False)
    assert found.value is not None


@given(
    st.dates(date(2026, 11, 18), date(2027, 9, 1)),
    st.sampled_from(["{0.month}月{0.day}号", "{0:%Y-%m-%d}", "{0.year}年{0.month}月{0.day}日"]),
)
def test_a_day_is_found_again(day: date, form: str) -> None:
    assert certain(f"提醒我{form.format(day)}给他打电话") == [day.isoformat()]


@given(st.integers(1, 400))
def test_days_from_now(count: int) -> None:
    assert certain(f"{count}天后") == [(NOW.date() + timedelta(days=count)).isoformat()]


@given(st.integers(0, 6), st.sampled_from(["下周", "下个星期", "下礼拜"]))
def test_next_week_begins_on_monday(at: int, week: str) -> None:
    assert certain(week + "一二三四五六日"[at]) == [(date(2026, 11, 23) + timedelta(days=at)).isoformat()]


def test_a_clock_does_not_take_the_next_day() -> None:
    assert certain("把日报推送改到晚上7点半 周末别发") == ["2026-11-18T19:30:00+08:00", "2026-11-22"]


@pytest.mark.parametrize(
    "said", ["下月1号生效", "电气公司区域销售部拆成东区西区，下月1号生效", "下月1号电话联系"]
)
def test_the_first_of_next_month(said: str) -> None:
    assert certain(said) == ["2026-12-01"]


def test_a_span_of_weekdays_stays_in_its_week() -> None:
    assert certain("我下周一到周三出差") == ["2026-11-23", "2026-11-25"]
    assert certain("周三周四都行") == ["2026-11-18", "2026-11-19"]
