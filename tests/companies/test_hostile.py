"""Whatever is typed: no crash, the same answer both ways, and work that does not grow without bound."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.companies.blocks import MOST, blocks, probes
from handlers.companies.compare import Same, compare
from handlers.companies.fold import folded
from handlers.companies.keys import keys
from handlers.companies.names import parts
from handlers.companies.resolve import Candidate, Directory
from handlers.companies.spot import companies_in, find_company_words

UNHURRIED = settings(max_examples=200, deadline=None)  # a busy machine is no fault of the names
ANYTHING = st.text(st.characters(codec=None), max_size=60)
_WORDS = "徐州 无锡 沧岭 市 江苏 恒通 亨通 宝利 达 三 十四 局 路桥 工程 物流 建设"
_BODIES = "有限公司 集团 股份 分公司 （ ） 中心 abc ltd 3"
PIECES = st.sampled_from([*_WORDS.split(), *_BODIES.split()])
NAMES = st.lists(PIECES, min_size=1, max_size=7).map("".join)
KNOWN = Directory(
    [Candidate(1, "徐州恒通路桥工程有限公司", "恒通路桥", ("恒通",)), Candidate(2, "ABC Ltd", "abc")]
)


@UNHURRIED
@given(ANYTHING)
def test_any_text_is_answered(text: str) -> None:
    name = parts(text)

    assert len(name.full) <= 100
    assert len(blocks(name)) <= MOST
    assert {key.kind for key in keys(name)} <= {"full", "core", "pinyin", "initials", "short"}
    assert bool(probes(name)) == bool(name.core)
    spans = [(one.start, one.end, one.text) for one in KNOWN.find_in(text)]
    spans += [(one.start, one.end, one.text) for one in find_company_words(text)]
    spans += [(one.start, one.end, one.text) for one in companies_in(text, KNOWN)]
    assert all(text[start:end] == words != "" and end <= len(text) for start, end, words in spans)
    assert KNOWN.resolve(text).kind in ("one", "several", "none")


@UNHURRIED
@given(NAMES, st.integers(0, 12), st.integers(0, 12))
def test_a_name_cut_short_by_the_end_of_the_text_does_not_reach_past_it(
    name: str, start: int, size: int
) -> None:
    known = Directory([Candidate(1, name), Candidate(2, name[:4]), Candidate(3, name[:3])])
    text = "去" + name[: start + size]

    for found in known.find_in(text):
        assert found.end <= len(text)
        assert text[found.start : found.end] == found.text


@UNHURRIED
@given(NAMES, NAMES)
def test_the_order_of_two_names_matters_only_where_a_piece_was_left_out(one: str, other: str) -> None:
    verdict, turned = compare(parts(one), parts(other)), compare(parts(other), parts(one))

    assert verdict == turned or "差一字" in (verdict.reason, turned.reason)
    assert (verdict.answer is Same.SAME) == (turned.answer is Same.SAME)


@UNHURRIED
@given(st.one_of(NAMES, ANYTHING))
def test_a_name_is_the_same_as_itself(text: str) -> None:
    name = parts(text)

    assert compare(name, name).answer is (Same.SAME if name.full else Same.DIFFERENT)


@UNHURRIED
@given(NAMES)
def test_one_certain_key_is_one_company(text: str) -> None:
    certain = {key for key in keys(text) if key.certain}
    again = {key for key in keys(text + "有限公司") if key.certain}

    for _ in certain & again:
        assert compare(parts(text), parts(text + "有限公司")).answer is Same.SAME


@UNHURRIED
@given(NAMES, st.integers(0, 40))
def test_invisible_marks_and_width_change_nothing(text: str, at: int) -> None:
    at = min(at, len(text))
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)

    assert parts(text[:at] + "​" + text[at:]) == parts(text)
    assert parts(wide.upper()) == parts(text)
    assert folded(folded(text)) == folded(text)
    assert parts(unicodedata.normalize("NFD", text)) == parts(text)


@pytest.mark.parametrize(
    "flood",
    [
        "徐州" * 10_000, "有限公司" * 5_000, "a" * 20_000, "徐州恒通路桥" * 4_000, "（" * 20_000,
        "(" * 10_000 + ")" * 10_000, "\u0301" * 20_000, "e" + "\u0301" * 20_000, "\ufdfa" * 20_000,
        "\u200b" * 20_000, "qu jiang " * 2_000, "一二三百" * 5_000, "市" * 20_000, "\ud800" * 20_000,
        "\x00" * 20_000, "a.,co.,ltd." * 2_000, "分公司" * 6_000, "经济技术开发区" * 3_000,
    ],
)  # fmt: skip
def test_a_flood_costs_little(flood: str) -> None:
    # The best of three: what else the process does meanwhile, such as collecting garbage, is not the flood's.
    assert min(_cost(flood + tail) for tail in ("", "x", "xy")) < 0.25


def _cost(flood: str) -> float:
    began = time.thread_time()
    name = parts(flood)
    compare(name, parts(flood[1:]))
    blocks(name), keys(name), probes(name), KNOWN.resolve(flood)
    companies_in(flood, KNOWN)
    return time.thread_time() - began
