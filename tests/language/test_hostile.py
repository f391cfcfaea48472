"""Whatever comes in: no crash, spans that lie inside, work that grows with the length, not its square."""

import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.amounts import find_amounts
from handlers.language.codes import find_codes
from handlers.language.counting import find_numerals
from handlers.language.durations import find_durations
from handlers.language.fillers import strip_fillers
from handlers.language.fold import fold
from handlers.language.found import Found
from handlers.language.moments import find_moments
from handlers.language.names import find_contacts
from handlers.language.periods import find_periods
from handlers.language.phones import find_phones
from handlers.language.quantities import find_ordinals, find_quantities
from handlers.language.ratios import find_ratios
from handlers.language.splits import find_splits
from handlers.language.times import find_clock_times
from tests.language import NOW, is_working_day

SPOTTERS: tuple[Callable[[str], Sequence[Found[Any]]], ...] = (
    find_amounts,
    find_codes,
    find_contacts,
    find_clock_times,
    find_durations,
    find_numerals,
    find_ordinals,
    find_phones,
    find_quantities,
    find_ratios,
    find_splits,
    lambda text: find_moments(text, NOW, is_working_day=is_working_day, loose=True),
    lambda text: find_moments(text, NOW, is_working_day=is_working_day, forward=False, role="start"),
    lambda text: find_periods(text, NOW, is_working_day=is_working_day),
)
FLOODS = (
    "1", "0", "一", "第", "-", "\u0301", "e\u0301\u0316", "十", "万", "1万", "一万", "1 ", "1.", "1-", "1/",
    "1:", "周", "下周", "月", "年", "百分之", "折", "个",
    "王", "王总", "欧阳", "+1", "+852 ", "00", "13812345678 ", "幺", "L-1", "¥", "不超过", "大概", "(",
    "fri ", "nov 1 ", "10-20", "上午", "3点", "q4 ", "2026-",
    "3-6-1 ", "哈", "那个", "\ufdfa", "400个工作日内 ", "120个工作日内 ", "\u200b", "😀", "最近", "今天",
    "22号到",
)  # fmt: skip
PIECES = st.sampled_from(
    [
        *FLOODS,
        "明天",
        "下午",
        "三点半",
        "徐州",
        "预算",
        "20万",
        "左右",
        "电话",
        "转",
        "tomorrow",
        "\x00",
        "\ud800",
        "前",
        "后",
        "内",
        "半",
    ]
)


def check_spans(text: str) -> None:
    for spot in SPOTTERS:
        last = 0
        for found in spot(text):
            assert 0 <= found.start < found.end <= len(text)
            assert text[found.start : found.end] == found.text
            assert found.start >= last or spot in (find_ratios,)
            last = found.start
    for start, end in strip_fillers(text):
        assert 0 <= start < end <= len(text)


@given(st.text(max_size=200))
def test_any_text(message: str) -> None:
    folded = fold(message)
    check_spans(folded.text)
    check_spans(folded.cased)
    check_spans(message)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_sentence_of_likely_words(message: str) -> None:
    check_spans(fold(message).text)


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_read(flood: str) -> None:
    check_spans(fold(flood * (2000 // len(flood))).text)


def calls_while(work: Callable[[], object]) -> int:
    """How many Python and library calls a piece of work makes: a measure that no busy machine disturbs."""
    count = 0

    def tick(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("flood", FLOODS)
def test_twice_the_flood_is_at_most_about_twice_the_work(flood: str) -> None:
    def work(length: int) -> int:
        text = (flood * length)[:length]
        return calls_while(lambda: [spot(text) for spot in SPOTTERS])

    work(100)  # regular expressions and tables are made on the first call
    assert work(2000) < 2.6 * work(1000) + 2000


@pytest.mark.parametrize("flood", FLOODS)
def test_no_flood_holds_the_loop(flood: str) -> None:
    """CPU time of this thread, three tries: 50 ms for everything together, with room for a slow machine."""
    text = (flood * 2000)[:2000]
    tries = []
    for _ in range(3):
        began = time.thread_time()
        folded = fold(text)
        for spot in SPOTTERS:
            spot(folded.text)
        tries.append(time.thread_time() - began)
    assert min(tries) < 0.15


def test_longer_than_the_limit_is_cut() -> None:
    text = "一台" * 5000
    assert all(found.end <= 2000 for spot in SPOTTERS for found in spot(text))
