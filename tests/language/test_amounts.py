"""Money: what is an amount, how much, and above all what is not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.amounts import Amount, find_amounts
from handlers.language.fold import fold
from handlers.language.found import Found
from tests.language.spell import spell


def amounts(said: str) -> list[Found[Amount]]:
    return find_amounts(fold(said).cased)


def named(said: str) -> list[Decimal | None]:
    return [found.value.exact for found in amounts(said) if not found.value.bare]


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("预算一百二十万左右", 1200000),
        ("衢江供电变频柜二期 ￥2,350,000.00 月底前报价", 2350000),
        ("赢了！！甬江港务 三百六十八万 含税", 3680000),
        ("6台160的单价三十一万五，打95折", 315000),
        ("提交合同审批 甬江港务 368万 3-6-1付款", 3680000),
        ("提交合同审批 甬江港务 368万3-6-1付款", 3680000),
        ("上周同一个客户还有个99万的", 990000),
        ("甬江港务 首付款 110.4万 今天到账 招行", 1104000),
        ("衢江供电打过来 三千五，备注写的投标保证金退款", 3500),
        ("¥3,000.00", 3000),
        ("28万6", 286000),
        ("两万三", 23000),
        ("一亿二", 120000000),
        ("一万半", 15000),
        ("1.2亿", 120000000),
        ("3k", 3000),
        ("12w", 120000),
        ("12w5", 125000),
        ("set the amount to 1.5M", 1500000),
        ("set the amount to 1.5m", 1500000),
        ("budget 1.2 million", 1200000),
        ("RMB 3000", 3000),
        ("人民币三万整", 30000),
        ("三百块", 300),
        ("另有 99 万合同", 990000),
        ("定档 309 万", 3090000),
    ],
)
def test_an_exact_amount(said: str, yuan: int) -> None:
    assert named(said) == [yuan]


def test_three_and_a_half_yuan() -> None:
    assert named("3块5") == [Decimal("3.5")]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("80~100万", 800000, 1000000),
        ("８０～１００万", 800000, 1000000),
        ("10-20万", 100000, 200000),
        ("十五六万", 150000, 160000),
        ("80万到100万", 800000, 1000000),
        ("八十到一百万", 800000, 1000000),
        ("50w-80w", 500000, 800000),
        ("800~1万", 800, 10000),
        ("between 1M and 2M", 1000000, 2000000),
        ("￥80-￥100万", 800000, 1000000),
    ],
)
def test_a_range(said: str, low: int, high: int) -> None:
    [found] = amounts(said)
    assert (found.value.low, found.value.high, found.value.kind) == (Decimal(low), Decimal(high), "range")
    assert found.value.exact is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("五十万以内", "at_most"),
        ("不超过50万", "at_most"),
        ("under 500k", "at_most"),
        ("50万以上", "at_least"),
        ("至少五十万", "at_least"),
        ("50万起", "at_least"),
        ("超过50万", "at_least"),
    ],
)
def test_a_bound_is_the_bound(said: str, kind: str) -> None:
    [found] = amounts(said)
    assert (found.value.exact, found.value.kind) == (Decimal(500000), kind)
    assert (found.value.low is None) == (kind == "at_most")


@pytest.mark.parametrize(
    "said",
    ["大概100万", "约100万元整", "100万左右", "一百来万", "差不多要100万", "around 1 million", "100多万"],
)
def test_about(said: str) -> None:
    [found] = amounts(said)
    assert found.approx
    assert found.value.exact == 1000000


@pytest.mark.parametrize(
    ("said", "yuan", "period"),
    [
        ("20k/mo", 20000, "month"),
        ("15w/年", 150000, "year"),
        ("每月2万", 20000, "month"),
        ("两万一个月", 20000, "month"),
        ("月租金2万", 20000, "month"),
        ("一趟8000元", 8000, "trip"),
        ("8000一趟", 8000, "trip"),
        ("一次性30万", 300000, "once"),
        ("30万", 300000, None),
        ("2万 每个月", 20000, "month"),
    ],
)
def test_a_price_by_the_month(said: str, yuan: int, period: str | None) -> None:
    [found] = amounts(said)
    assert (found.value.exact, found.value.period) == (Decimal(yuan), period)


@pytest.mark.parametrize(
    "said",
    [
        "160kW", "12mm", "6台", "500m", "E-217", "3千瓦", "三千米", "10万公里", "3万台", "20万名", "4k屏",
        "100M带宽",
        "L-20931", "T3021", "HT-2026-0412", "13812345678", "0517-83661234", "+852 6123 0000", "2026-11-30",
        "11/30", "20261130",
        "4 天 15 分钟 500 米 88 号 11 月租金", "1. 备件 2. 手册", "业绩7比3", "第 1 期",
        "税号 913205001234567890", "6222 0213 8123 4567 890", "订单号 20261118", "3-6-1", "7:3", "10:30",
        "11%", "5个点", "95折", "六成",
        "第3个", "Q4", "22号", "88号", "3号线",
        "一起 一下 万达 万科 万一 千万别 百万 十堰 三一重工 五一 百度 五百强", "2个 3套 4分",
        "1.备件到货超5天要主动告知-石磊-12/5前 2.E-217手册补中文说明-高飞-月底",
    ],
)  # fmt: skip
def test_what_is_no_money(said: str) -> None:
    assert amounts(said) == []


def test_a_bare_number_is_left_to_the_context() -> None:
    assert [(a.value.exact, a.value.bare) for a in amounts("单价 315000")] == [(Decimal(315000), True)]
    assert [(a.value.exact, a.value.bare) for a in amounts("预算 30 万科的")] == [(Decimal(30), True)]
    assert [(a.value.exact, a.value.bare) for a in amounts("6台160的")] == [(Decimal(160), True)]


@pytest.mark.parametrize("said", ["100~80万", "$3000", "3000美元"])
def test_a_doubtful_amount_is_asked_about(said: str) -> None:
    assert [bool(found.ask) for found in amounts(said)] == [True]


@given(st.integers(1, 9999).map(lambda n: n * 10000))
def test_spelled_amounts(yuan: int) -> None:
    assert named(f"预算{spell(yuan)}元") == [yuan]
    assert named(f"预算{yuan // 10000}万") == [yuan]
    assert named(f"预算￥{yuan:,}.00") == [yuan]
