"""What return codes mean, and how often one member may hear from us."""

from datetime import datetime

import pytest

from bot.platforms.wecom.codes import (
    BEIJING,
    Configuration,
    Dead,
    Exists,
    Expired,
    Outcome,
    Retry,
    outcome,
)
from bot.platforms.wecom.limits import Pace

EVENING = datetime(2025, 11, 25, 22, 0, tzinfo=BEIJING).timestamp()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, Retry),
        (6000, Retry),
        (42001, Retry),
        (40014, Retry),
        (45009, Retry),
        (45033, Retry),
        (40001, Configuration),
        (40013, Configuration),
        (40056, Configuration),
        (43012, Configuration),
        (48002, Configuration),
        (50003, Configuration),
        (60011, Configuration),
        (60020, Configuration),
        (301002, Configuration),
        (60111, Dead),
        (81013, Dead),
        (82001, Dead),
        (40058, Dead),
        (42036, Dead),
        (42051, Dead),
        (60140, Expired),
        (42014, Exists),
        (987654, Dead),
    ],
)
def test_a_code_has_one_meaning(code: int, kind: type[Outcome]) -> None:
    told = outcome(code, "anything", EVENING)

    assert type(told) is kind
    assert f"返回码 {code}" in told.reason


@pytest.mark.parametrize(
    ("errmsg", "after"),
    [
        ("api freq out of limit", 60),
        ("reach max api minute limit", 60),
        ("超过每分钟调用上限", 60),
        ("reach max api hour limit", 3600),
        ("超过每小时调用上限", 3600),
        ("reach max api day quota limit", 2 * 3600 + 60),
        ("api daily quota limit", 2 * 3600 + 60),
        ("超过每天调用上限", 2 * 3600 + 60),
    ],
)
def test_a_rate_limit_lasts_as_long_as_its_window(errmsg: str, after: float) -> None:
    assert outcome(45009, errmsg, EVENING).after == after


def test_the_reason_has_what_support_asks_for_and_nothing_else() -> None:
    errmsg = (
        "not allow to access from your ip, hint: [1680743372339401936772701], from ip: 203.0.113.9, "
        "more info at https://open.work.weixin.qq.com/devtool/query?e=60020&access_token=SECRET"
    )

    reason = outcome(60020, errmsg, EVENING).reason

    expected = "服务器 IP 不在企业可信 IP 中（返回码 60020，hint 1680743372339401936772701，IP 203.0.113.9）"
    assert reason == expected


class Seconds:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_thirty_first_message_of_a_minute_waits() -> None:
    clock = Seconds()
    pace = Pace(clock)

    assert [pace.wait("li") for _ in range(30)] == [0.0] * 30
    clock.now += 20
    assert pace.wait("li") == 40.0
    assert pace.wait("zhang") == 0.0
    clock.now += 40
    assert pace.wait("li") == 0.0


def test_no_minute_has_more_than_thirty_and_no_hour_more_than_a_thousand() -> None:
    clock, went = Seconds(), list[float]()
    pace = Pace(clock)
    while clock.now < 1000 + 2 * 3600:
        wait = pace.wait("li")
        if wait:
            clock.now += wait
        else:
            went.append(clock.now)

    assert all(later - earlier >= 60 for earlier, later in zip(went, went[30:], strict=False))
    assert all(later - earlier >= 3600 for earlier, later in zip(went, went[1000:], strict=False))
    assert len(went) >= 2000


def test_several_at_once_wait_for_room_for_all() -> None:
    clock = Seconds()
    pace = Pace(clock)

    assert pace.wait("li", 25) == 0.0
    assert pace.wait("li", 8) == 60.0
    assert pace.wait("li", 5) == 0.0


def test_members_long_silent_are_forgotten() -> None:
    clock = Seconds()
    pace = Pace(clock)
    for number in range(10_000):
        pace.wait(f"m{number}")
    clock.now += 3601

    pace.wait("li")

    assert len(pace._sent) == 1
