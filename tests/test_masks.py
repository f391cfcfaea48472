"""Masks: what a stranger sees of a number, and which rows a role reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.policies.document import load_policies
from handlers.policies.masks import Show, mask
from handlers.policies.visibility import Logs, Rows, Visibility, reach_of, reads_logs


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("19900001001", "199****1001"),
        ("199-0000-1001", "199-****-1001"),
        ("199 0000 1001", "199 **** 1001"),
        ("+8619900001001", "+86199****1001"),
        ("+85291230000", "+85291****00"),
        ("+852 9123 0000", "+852 91** **00"),
        ("010-12345678", "010-****5678"),
        ("(0571) 8888 6666", "(0571) **** 6666"),
        ("0571-88886666转801", "0571-****6666转****"),
        ("19900001001/19900001002", "199****1001/199****1002"),
        ("19900001001 19900001002", "****"),
        ("王工 19900001001", "王工 199****1001"),
        ("95588", "****8"),
        ("1234", "****"),
        ("１９９００００１００１", "１９９****１００１"),
        ("微信同号", "****"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_the_middle_four_are_hidden(value: str, shown: str) -> None:
    assert mask(value, Show.MIDDLE_HIDDEN) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("19900001001", "1990000****"),
        ("+85291230000", "+8529123****"),
        ("199-0000-1001", "199-0000-****"),
        ("95588", "9****"),
        ("1234", "****"),
        ("19900001001、02", "1990000****、****"),
    ],
)
def test_the_last_four_are_hidden(value: str, shown: str) -> None:
    assert mask(value, Show.END_HIDDEN) == shown


@given(st.text())
def test_nothing_means_nothing_and_so_does_a_mask_nobody_knows(value: str) -> None:
    assert mask(value, Show.NOTHING) == ""
    assert mask(value, "全部显示") == ""


@given(st.text(alphabet="0123456789-() 转/王１", max_size=60), st.sampled_from(list(Show)))
def test_a_mask_hides_at_least_four_digits_or_all(value: str, show: Show) -> None:
    shown = mask(value, show)
    digits, left = (sum(char.isdecimal() for char in text) for text in (value, shown))
    assert left <= max(0, digits - 4)


@given(st.from_regex(r"\+[1-9][0-9]{0,17}", fullmatch=True), st.sampled_from(list(Show)))
def test_a_number_with_a_country_code_is_never_shown_whole(value: str, show: Show) -> None:
    shown = mask(value, show)
    digits, left = (sum(char.isdecimal() for char in text) for text in (value, shown))
    assert "****" in shown or show is Show.NOTHING
    assert left <= max(3, digits - 4)  # a country code may be all that is left


@given(st.integers(10**10, 10**11 - 1))
def test_a_mobile_keeps_three_and_four(number: int) -> None:
    text = str(number)
    assert mask(text, "中四位隐藏") == f"{text[:3]}****{text[-4:]}"
    assert mask(text, "后四位隐藏") == f"{text[:7]}****"


def test_a_mask_holds_while_its_condition_does_and_when_in_doubt() -> None:
    policies = load_policies("[[mask]]\nfield = '手机'\nwhen = '在公海'\nshow = '中四位隐藏'\n")
    (mobile,) = policies.masks
    assert mobile.hides({"在公海": True})
    assert not mobile.hides({"在公海": False})
    assert mobile.hides({})


def test_a_role_reaches_what_the_table_says_and_a_stranger_only_their_own() -> None:
    table = (
        Visibility(roles=("manager", "gm"), rows=Rows.UNIT),
        Visibility(roles=("auditor",), rows=Rows.NONE, logs=Logs.ALL),
    )
    assert reach_of("gm", table) is Rows.UNIT
    assert reach_of("auditor", table) is Rows.NONE
    assert reach_of("没听过", table) is Rows.OWN
    assert reads_logs("auditor", table)
    assert not reads_logs("gm", table)
