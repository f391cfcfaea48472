"""Clock times, lengths of time and periods, seen from Wednesday 2026-11-18, 10:00."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.durations import find_durations
from handlers.language.fold import fold
from handlers.language.periods import find_periods
from handlers.language.times import find_clock_times
from tests.language import NOW, is_working_day


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_clock_time_is_found_again(at: time) -> None:
    assert [found.value for found in find_clock_times(f"改到{at:%H:%M}")] == [at]
    if at.hour > 12:
        assert [
            found.value
            for found in find_clock_times(
                f"{'晚上' if at.hour > 17 else '下午'}{at.hour - 12}点{at.minute}分"
            )
        ] == [at]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("把日报推送改到晚上7点半 周末别发", "19:30"),
        ("早报改到7点", "07:00"),
        ("改到7点", "19:00"),
        ("改到早上7点", "07:00"),
        ("8点", "08:00"),
        ("12点", "12:00"),
        ("7:30pm", "19:30"),
        ("16时30分", "16:30"),
        ("中午1点", "13:00"),
    ],
)
def test_a_clock_time(said: str, at: str) -> None:
    assert [f"{found.value:%H:%M}" for found in find_clock_times(said)] == [at]


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("两小时", "PT2H"), ("开会呢 一小时内别发我", "PT1H"), ("半天", "PT4H"), ("15天", "P15D"),
        ("一个月", "P1M"), ("三年", "P3Y"), ("6个月", "P6M"), ("2h", "PT2H"),
        ("哪些客户快掉公海了 7天内的", "P7D"),
        ("半小时", "PT30M"), ("一个半小时", "PT1H30M"), ("两个半月", "P2M15D"), ("半年", "P6M"),
        ("一年半", "P1Y6M"), ("90分钟", "PT90M"), ("两周", "P14D"), ("一刻钟", "PT15M"),
        ("三个季度", "P9M"), ("2 weeks", "P14D"),
        ("half an hour", "PT30M"), ("an hour", "PT1H"), ("只看 一个月", "P1M"),
        ("备件到货超5天要主动告知", "P5D"), ("30min", "PT30M"),
    ],
)  # fmt: skip
def test_a_length_of_time(said: str, iso: str) -> None:
    assert [found.value.iso() for found in find_durations(said)] == [iso]


@pytest.mark.parametrize(
    "said",
    [
        "10月 3月",
        "2026年",
        "26年",
        "周三",
        "第3天",
        "三个工作日",
        "聊天 天津 3天津",
        "六年级",
        "160kw 12mm",
        "11月30日内",
        "今天 后天",
    ],
)
def test_what_is_no_length(said: str) -> None:
    assert find_durations(said) == []


def test_the_end_of_a_length() -> None:
    [month] = find_durations("一个月")
    [hours] = find_durations("两小时")
    assert month.value.after(NOW) == date(2026, 12, 18)
    assert hours.value.after(NOW) == NOW + timedelta(hours=2)
    assert find_durations("一个月")[0].value.after(datetime(2026, 1, 31, tzinfo=NOW.tzinfo)) == date(
        2026, 2, 28
    )


def periods(said: str, *, forward: bool = False) -> list[str]:
    text = fold(said).text
    return [
        found.value.iso for found in find_periods(text, NOW, is_working_day=is_working_day, forward=forward)
    ]


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("本周", "2026-W47"), ("上周", "2026-W46"), ("下周", "2026-W48"), ("上月", "2026-10"),
        ("本月", "2026-11"), ("这个月", "2026-11"), ("10月", "2026-10"), ("十月", "2026-10"),
        ("2026年10月", "2026-10"), ("2026-10", "2026-10"), ("去年12月", "2025-12"),
        ("Q4 pipeline by BU 给我个图", "2026-Q4"), ("四季度", "2026-Q4"), ("第四季度", "2026-Q4"),
        ("上季度", "2026-Q3"), ("去年Q3", "2025-Q3"), ("2025Q4", "2025-Q4"), ("今年", "2026"),
        ("去年", "2025"), ("2025年", "2025"),
        ("最近", "2026-10-20/2026-11-18"), ("最近7天", "2026-11-12/2026-11-18"),
        ("近三个月", "2026-08-19/2026-11-18"), ("last 2 weeks", "2026-11-05/2026-11-18"),
        ("10月20日到11月18日", "2026-10-20/2026-11-18"),
        ("2026-10-20/2026-11-18", "2026-10-20/2026-11-18"), ("10月到12月", "2026-10-01/2026-12-31"),
        ("1号到15号", "2026-11-01/2026-11-15"), ("上半年", "2026-01-01/2026-06-30"),
        ("今年以来", "2026-01-01/2026-11-18"),
        ("this month", "2026-11"), ("last quarter", "2026-Q3"), ("october", "2026-10"),
        ("nov 1 to nov 15", "2026-11-01/2026-11-15"), ("掘进装备公司十月的客户查看记录", "2026-10"),
        ("上周同一个客户还有个99万的", "2026-W46"),
    ],
)  # fmt: skip
def test_a_period(said: str, iso: str) -> None:
    assert periods(said) == [iso]


@pytest.mark.parametrize(
    "said",
    [
        "徐州",
        "周总",
        "下周三",
        "10月8日",
        "本月底",
        "一个月",
        "月月红",
        "本周五",
        "Q-0600",
        "3个季度",
        "季度末",
        "年底",
        "最近一次",
        "三年",
    ],
)
def test_what_is_no_period(said: str) -> None:
    assert periods(said) == []


def test_a_span_ahead() -> None:
    assert periods("22号到27号", forward=True) == ["2026-11-22/2026-11-27"]
    assert periods("22号到27号") == ["2026-10-22/2026-10-27"]


def test_december_seen_from_january() -> None:
    january = datetime.fromisoformat("2027-01-05T10:00:00+08:00")
    found = find_periods("12月业绩 q4", january, is_working_day=is_working_day)
    assert [period.value.iso for period in found] == ["2026-12", "2026-Q4"]
