"""Telephone numbers, and the long numbers that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.fold import fold
from handlers.language.phones import find_phones


def phones(said: str) -> list[tuple[str, bool]]:
    return [(found.value, bool(found.ask)) for found in find_phones(fold(said).text)]


@pytest.mark.parametrize(
    "said",
    [
        "13812345678", "138 1234 5678", "138-1234-5678", "138.1234.5678", "+86 138 1234 5678",
        "+8613812345678", "008613812345678",
        "8613812345678", "(138)12345678", "１３８１２３４５６７８", "幺三八幺二三四五六七八",
        "一三八一二三四五六七八", "幺三八 一二三四 五六七八",
        "幺三八12345678", "新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机 预算一百二十万左右",
        "2026-11-18 13812345678", "6台 13812345678 30万",
    ],
)  # fmt: skip
def test_a_mobile(said: str) -> None:
    assert phones(said) == [("13812345678", False)]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("199-0000-1037", "19900001037"),
        ("199 0000 5001", "19900005001"),
        ("手机=０５１７－８３６６１２３４;金额=８０～１００万", "0517-83661234"),
        ("(0517)83661234", "0517-83661234"),
        ("0517 8366 1234", "0517-83661234"),
        ("051783661234", "0517-83661234"),
        ("+86 517 83661234", "0517-83661234"),
        ("+86-0517-83661234", "0517-83661234"),
        ("01012345678", "010-12345678"),
        ("0517-83661234-801", "0517-83661234-801"),
        ("0517-83661234转801", "0517-83661234-801"),
        ("0517-83661234 分机 801", "0517-83661234-801"),
        ("010-1234 5678 ext 801", "010-12345678-801"),
        ("400-820-8820", "4008208820"),
        ("+852 6123 0000", "+85261230000"),
        ("00852 6123 0000", "+85261230000"),
        ("+852 6123 0000 20万", "+85261230000"),
        ("+1 (650) 253-0000", "+16502530000"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_other_numbers(said: str, number: str) -> None:
    assert phones(said) == [(number, False)]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("电话83661234", "83661234"),
        ("座机 8366-1234 转 801", "83661234-801"),
        ("电话 1381234567", "1381234567"),
        ("138123456789", "138123456789"),
        ("12345678901", "12345678901"),
        ("电话95588", "95588"),
        ("+999 123 456 789", "+999123456789"),
    ],
)
def test_what_fits_nothing_is_kept_and_asked_about(said: str, number: str) -> None:
    assert phones(said) == [(number, True)]


@pytest.mark.parametrize(
    "said",
    [
        "税号 913205001234567890", "913205001234567890", "91320500MA1ABCDE2X", "6222021381234567890",
        "6222 0213 8123 4567 890",
        "银行卡 6222 0213 8123 4567", "订单号13812345678", "单号: 13812345678",
        "L-20931 T3021 HT-2026-0412", "138****5678", "83661234",
        "2,350,000.00", "1500 3000 200", "三千五 一百二十万", "2026-11-18", "3-6-1 30/60/10", "E-217",
    ],
)  # fmt: skip
def test_what_is_no_phone(said: str) -> None:
    assert phones(said) == []


def test_two_numbers_beside_each_other() -> None:
    assert [number for number, _ in phones("13812345678 18600000033/13900000000")] == [
        "13812345678",
        "18600000033",
        "13900000000",
    ]


@given(
    st.integers(13_000_000_000, 19_999_999_999),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["", "+86 ", "0086", "86"]),
)
def test_however_a_mobile_is_grouped(number: int, joint: str, country: str) -> None:
    digits = str(number)
    said = f"{country}{joint.join((digits[:3], digits[3:7], digits[7:]))}"
    assert phones(f"电话{said}，谢谢") == [(digits, False)]


@given(
    st.sampled_from(["010", "021", "0517", "0570"]),
    st.integers(20_000_000, 89_999_999),
    st.sampled_from(["", "-801", "转12"]),
)
def test_however_a_landline_is_said(area: str, number: int, extension: str) -> None:
    wanted = f"{area}-{number}" + (f"-{extension.lstrip('-转')}" if extension else "")
    assert phones(f"座机{area}-{number}{extension}") == [(wanted, False)]
