"""Numerals: exact, in Chinese, in figures and mixed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.counting import find_numerals
from handlers.language.numerals import Numeral, read_digits, read_number, read_numeral
from tests.language.spell import spell


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("一百二十万", "1200000"),
        ("三千五", "3500"),
        ("两万三", "23000"),
        ("28万6", "286000"),
        ("一亿二", "120000000"),
        ("一万半", "15000"),
        ("半", "0.5"),
        ("零", "0"),
        ("〇", "0"),
        ("两", "2"),
        ("俩", "2"),
        ("廿", "20"),
        ("廿五", "25"),
        ("十五", "15"),
        ("三千零五", "3005"),
        ("二百五", "250"),
        ("一万零三百", "10300"),
        ("1.5千万", "15000000"),
        ("110.4万", "1104000"),
        ("2,350,000.00", "2350000"),
        ("壹佰贰拾万", "1200000"),
        ("1亿2000万", "120000000"),
        ("三百六十八万", "3680000"),
        ("三十一万五", "315000"),
        ("3千5", "3500"),
        ("一万亿", "1000000000000"),
    ],
)
def test_a_numeral_is_read_exactly(said: str, value: str) -> None:
    assert read_number(said) == Decimal(value)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "百万",
        "千万",
        "三一",
        "九五",
        "二零二六",
        "28万65",
        "万一",
        "一二三",
        "点",
        "几",
        "三千三千",
        "亿",
    ],
)
def test_what_is_no_numeral(said: str) -> None:
    assert read_number(said) is None


@pytest.mark.parametrize(
    ("said", "low", "high", "loose"),
    [
        ("十五六万", 150000, 160000, False),
        ("三五十万", 300000, 500000, False),
        ("一百二三十万", 1200000, 1300000, False),
        ("两三", 2, 3, False),
        ("十几万", 110000, 190000, True),
        ("20几万", 210000, 290000, True),
        ("一百来万", 1000000, 1000000, True),
        ("30多万", 300000, 300000, True),
    ],
)
def test_spans_and_loose_numbers(said: str, low: int, high: int, loose: bool) -> None:
    assert read_numeral(said) == Numeral(Decimal(low), Decimal(high), loose)


@pytest.mark.parametrize(
    ("said", "digits"), [("二零二六", "2026"), ("幺三八", "138"), ("幺3八", "138"), ("十", None), ("", None)]
)
def test_digit_by_digit(said: str, digits: str | None) -> None:
    assert read_digits(said) == digits


@pytest.mark.parametrize(
    ("text", "numerals"),
    [
        ("6台160的单价三十一万五,打95折", ["6", "160", "三十一万五", "95"]),
        ("28万6台", ["28万", "6"]),
        ("368万3-6-1付款", ["368万", "3", "6", "1"]),
        ("80万100万", ["80万", "100万"]),
        ("三一重工", []),
        ("几十万 数十万", []),
        ("1,200,300", ["1,200,300"]),
    ],
)
def test_where_numerals_stand(text: str, numerals: list[str]) -> None:
    assert [numeral.text for numeral in find_numerals(text)] == numerals


@given(st.integers(0, 10**12))
def test_spelled_and_read_again(number: int) -> None:
    assert read_number(spell(number)) == number


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["千", "万", "亿"]))
def test_a_trailing_digit_takes_the_next_place(head: int, tail: int, sign: str) -> None:
    size = {"千": 1000, "万": 10**4, "亿": 10**8}[sign]
    assert read_number(f"{spell(head)}{sign}{spell(tail)}") == head * size + tail * size // 10


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_figures_with_a_scale(number: Decimal) -> None:
    assert read_number(f"{number}万") == (number * 10000 if number else None)


@given(st.text(alphabet="零一二两三十百千万亿半几多来0123456789,.", max_size=40))
def test_any_run_is_a_number_or_none(text: str) -> None:
    numeral = read_numeral(text)
    assert numeral is None or numeral.low >= 0
    for found in find_numerals(text):
        assert text[found.start : found.end] == found.text
