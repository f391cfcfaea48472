"""Folding: equal things look equal, and every place leads back to what was written."""

import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.fillers import strip_fillers
from handlers.language.fold import LIMIT, Channel, fold, same_text


@pytest.mark.parametrize(
    ("said", "folded"),
    [
        ("１８６００００００３３", "18600000033"),
        ("￥2,350", "¥2,350"),
        ("¥2,350", "¥2,350"),
        ("公司＝淮阴；金额＝８０～１００万", "公司=淮阴;金额=80~100万"),
        ("發票開具", "发票开具"),
        ("Q4 Pipeline", "q4 pipeline"),
        ("  两   台\t摊铺机\n", "两 台 摊铺机"),
        ("查\u200b重\u202e\ufeff", "查重"),
        ("a\x00b", "a b"),
        ("a\ud800b", "a b"),
        ("①号", "1号"),
        ("乾隆 著名", "乾隆 著名"),
        ("", ""),
    ],
)
def test_one_form(said: str, folded: str) -> None:
    assert fold(said).text == folded


def test_capitals_stay_in_cased() -> None:
    folded = fold("金额 1.5M")
    assert (folded.text, folded.cased) == ("金额 1.5m", "金额 1.5M")


@pytest.mark.parametrize(
    ("said", "channel", "rest"),
    [
        ("@小二 查重 恒通", Channel.MENTION, "查重 恒通"),
        ("@小二\u2005查重", Channel.MENTION, "查重"),
        ("（语音转文字）呃那个", Channel.VOICE, "呃那个"),
        ("[转发聊天记录] 客户:再这样", Channel.FORWARD, "客户:再这样"),
        ("@小二 [转发聊天记录] 同意", Channel.FORWARD, "同意"),
        ("查重 @小二", Channel.PLAIN, "查重 @小二"),
    ],
)
def test_the_channel_is_stripped_and_remembered(said: str, channel: Channel, rest: str) -> None:
    folded = fold(said)
    assert (folded.channel, folded.text) == (channel, rest)
    assert folded.original(0, len(folded.text)) == rest


def test_a_slot_is_quoted_as_written() -> None:
    folded = fold("@小二 事由＝發\u200b票　丢了")
    at = folded.text.index("发票")
    assert folded.original(at, at + 2) == "發\u200b票"
    assert folded.original(at, at + 99) == "發\u200b票　丢了"
    assert folded.original(3, 3) == ""


@pytest.mark.parametrize(
    ("said", "ignored"),
    [
        ("呃那个客户说这个螺旋机啊老是卡", ["呃", "那个", "这个", "啊"]),
        ("帮我查一下恒通", ["帮我", "一下"]),
        ("麻烦催一下哈", ["麻烦", "一下", "哈"]),
        ("这个是不是拆单啊", ["啊"]),
        ("别老推这个 这客户", []),
        ("刚才那个 撤销", []),
        ("这个月的回款", []),
        ("等一下午 哈尔滨 很麻烦", []),
    ],
)
def test_fillers_are_spans(said: str, ignored: list[str]) -> None:
    assert [said[start:end] for start, end in strip_fillers(said)] == ignored


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("發票 丢了", "发票丢了", True),
        ("ABC１", "abc1", True),
        ("deal one", "dealone", False),
        ("恒通", "恒通路桥", False),
    ],
)
def test_texts_are_equal_after_folding(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same


@given(st.text(max_size=300))
def test_places_lead_back(message: str) -> None:
    folded = fold(message)
    assert len(folded.text) == len(folded.cased) == len(folded.places) == len(folded.ends)
    assert all(0 <= a < b <= len(message) for a, b in zip(folded.places, folded.ends, strict=True))
    assert list(folded.places) == sorted(folded.places)
    assert folded.original(0, len(folded.text)) in message
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in folded.text)


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_but_the_channel(message: str) -> None:
    once = fold(message)
    again = fold(once.cased)
    assert again.text == once.text or once.channel != again.channel or "  " in once.cased


@pytest.mark.parametrize(
    "flood", ["\ufdfa", "e\u0301\u0316", "\u0301", "哈", " ", "Ａ", "\u200b", "\U0001f469\u200d"]
)
def test_a_flood_stays_within_the_limit(flood: str) -> None:
    assert len(fold(flood * 4000).text) <= LIMIT


def test_many_threads_fold_alike() -> None:
    said = "發票開具後天裡面" * 50
    wanted, seen = fold(said).text, set[str]()
    threads = [threading.Thread(target=lambda: seen.add(fold(said).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {wanted}
