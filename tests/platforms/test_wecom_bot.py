"""A smart bot's messages: the golden envelope, every kind, who is meant, which taps count, what fits."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.event import Attachment, Event, Kind, Press
from bot.platforms.refused import BadCallback
from bot.platforms.taps import TapSigner
from bot.platforms.wecom.crypto import Cipher
from bot.platforms.wecom.events import CHOICE, OPEN
from bot.platforms.wecom_bot.envelope import read_content, sealed
from bot.platforms.wecom_bot.events import Receiver, read_event
from bot.platforms.wecom_bot.spelling import LONGEST, spell_in_place, spell_private, spell_words
from cards.model import Button, Card, Item, Line, Tap, Text

NOW = 1_764_000_006.0
SIGNER = TapSigner([b"k" * 32])
HERE = Receiver("main", "aib_demo_01", "小二 助手")
VECTORS = json.loads((Path(__file__).parent / "vectors" / "wecom.json").read_text(encoding="utf-8"))
GOLDEN = next(one for one in VECTORS["vectors"] if one["kind"] == "callback_json")


@dataclass(frozen=True, slots=True)
class Opens(Tap):
    name: ClassVar[str] = "wecom_bot.test.opens"
    number: int


def sign(tap: Tap, scope: str = HERE.scope) -> str:
    return SIGNER.sign(tap.pack(), connection=scope, expires=int(NOW) + 86_400)


def said(**more: Any) -> dict[str, Any]:
    body = {"msgid": "CAIQ1", "aibotid": "aib_demo_01", "chattype": "single", "from": {"userid": "WangWu"}}
    return (
        body | {"response_url": "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=R"} | more
    )


def read(body: dict[str, Any]) -> Event:
    return read_event(body, HERE, SIGNER, NOW)


def pressed(key: str, **more: Any) -> dict[str, Any]:
    card = {"card_type": "button_interaction", "event_key": key, "task_id": "xe-1"} | more
    event = {"eventtype": "template_card_event", "template_card_event": card}
    return said(msgtype="event", create_time=1_764_000_000, event=event)


def cipher() -> Cipher:
    return Cipher(GOLDEN["token"], GOLDEN["encoding_aes_key"], "")


def test_the_golden_callback_is_read_and_answered_in_its_own_envelope() -> None:
    query = parse_qsl(GOLDEN["http"]["query_raw"])
    body = json.dumps({"encrypt": GOLDEN["encrypt"]}).encode()

    content = read_content(cipher(), query, body, NOW)
    answer = json.loads(sealed(cipher(), {"msgtype": "stream"}, query, NOW))

    assert content == json.loads(GOLDEN["plaintext"])
    assert set(answer) == {"encrypt", "msgsignature", "timestamp", "nonce"}
    assert answer["timestamp"] == int(NOW)
    assert answer["nonce"] == GOLDEN["nonce"]
    assert answer["msgsignature"] == cipher().sign(str(int(NOW)), GOLDEN["nonce"], answer["encrypt"])
    assert json.loads(cipher().decrypt(answer["encrypt"])) == {"msgtype": "stream"}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"encrypt":1}', b'{"encrypt":""}', b'{"encrypt":"a","encrypt":"b"}', b"\xff",
     b"[" * 30_000, b'{"encrypt":"' + b"A" * 70_000 + b'"}'],
)  # fmt: skip
def test_a_malformed_envelope_is_refused(body: bytes) -> None:
    query = parse_qsl(GOLDEN["http"]["query_raw"])

    with pytest.raises(BadCallback):
        read_content(cipher(), query, body, NOW)


def test_a_private_text_becomes_an_event_that_can_be_answered() -> None:
    event = read(said(msgtype="text", text={"content": "我的待办"}))

    assert (event.key, event.platform, event.connection) == ("wecom_bot:main:CAIQ1", "wecom_bot", "main")
    assert (event.sender, event.kind, event.text) == ("WangWu", Kind.TEXT, "我的待办")
    assert (event.group, event.chat) == (False, "")
    assert event.reply_to.endswith("response_code=R")
    assert event.reply_to not in repr(event)


@pytest.mark.parametrize(
    ("words", "heard"),
    [("@小二 助手 查一下排班", "查一下排班"), ("@小二助手\u2005查 L-1", "查 L-1"), ("  @Bot  ok ", "ok"),
     ("查 @李雷 的线索", "查 @李雷 的线索"), ("@小二 助手", "")],
)  # fmt: skip
def test_in_a_group_the_bots_own_name_is_not_part_of_the_words(words: str, heard: str) -> None:
    body = said(msgtype="text", chattype="group", chatid="wrDEMOchat", text={"content": words})

    event = read(body)

    assert (event.text, event.group, event.chat) == (heard, True, "wrDEMOchat")


def test_mixed_words_voice_files_and_quotations_are_heard() -> None:
    picture = {"msgtype": "image", "image": {"url": "https://x.invalid/1"}}
    parts = [{"msgtype": "text", "text": {"content": "看这里"}}, picture]
    mixed = read(said(msgtype="mixed", mixed={"msg_item": parts}))
    voice = read(said(msgtype="voice", voice={"content": "记一条跟进"}))
    file = read(said(msgtype="file", file={"url": "https://x.invalid/2"}))
    quote = {"msgtype": "text", "text": {"content": "上周排班"}}
    quoted = read(said(msgtype="text", text={"content": "这个"}, quote=quote))

    assert (mixed.kind, mixed.text) == (Kind.TEXT, "看这里")
    assert (voice.kind, voice.text) == (Kind.VOICE, "记一条跟进")
    assert (file.kind, file.attachment) == (Kind.FILE, Attachment("", url="https://x.invalid/2"))
    assert quoted.quoted == "上周排班"


def test_a_tap_counts_only_when_signed_for_this_bot() -> None:
    ours, lent = sign(Opens(7)), sign(Opens(7), "wecom:main")

    assert read(pressed(ours)).press == Press(Opens(7).pack(), "xe-1", in_place=True)
    assert read(pressed(lent)).kind is Kind.OTHER
    assert read(pressed("")).kind is Kind.OTHER


def test_an_item_chosen_from_a_list_is_the_tap() -> None:
    item = {"question_key": CHOICE, "option_ids": {"option_id": [sign(Opens(3))]}}

    event = read(pressed(OPEN, selected_items={"selected_item": [item]}))

    assert event.press is not None
    assert event.press.tap == Opens(3).pack()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body | {"aibotid": "aib_other"},
        lambda body: body | {"msgid": ""},
        lambda body: body | {"msgid": "有" * 3},
        lambda body: body | {"from": {}},
        lambda body: body | {"from": {"userid": "a|b"}},
        lambda body: body | {"from": "WangWu"},
        lambda body: body | {"chattype": "group", "chatid": "../x"},
        lambda body: body | {"msgtype": ""},
        lambda body: body | {"text": {"content": "x" * 30_000}},
    ],
)
def test_what_is_not_for_us_or_not_whole_is_refused(
    spoil: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    with pytest.raises(BadCallback):
        read(spoil(said(msgtype="text", text={"content": "x"})))


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
kinds = st.sampled_from(["text", "mixed", "voice", "image", "file", "event", "stream", "x"])


@given(kinds, nested, nested)
def test_whatever_comes_is_an_event_or_refused(kind: str, part: Any, event: Any) -> None:
    body = said(msgtype=kind, quote=part, event=event) | {kind: part}
    with contextlib.suppress(BadCallback):
        assert isinstance(read(body), Event)


def spelt(card: Card | Text) -> dict[str, Any]:
    return spell_private(card, sign=sign, task_id="xe-1", public_url="")


def test_in_private_buttons_come_as_a_card_and_long_words_as_markdown() -> None:
    card = Card("徐州恒通", lines=(Line("金额", "35万"),), buttons=(Button("跟进", Opens(1)),))

    with_buttons, words = spelt(card), spelt(Text("很长的话" * 100))

    assert with_buttons["msgtype"] == "template_card"
    assert with_buttons["template_card"]["task_id"] == "xe-1"
    assert words["msgtype"] == "markdown"
    assert words["markdown"]["content"].count("很长的话") == 100


def test_in_a_group_a_card_is_words_without_buttons() -> None:
    card = Card(
        "徐州恒通", lines=(Line("金额", "35万"),), items=(Item("一"),), buttons=(Button("x", Opens(1)),)
    )

    content = spell_words(card)["markdown"]["content"]

    assert "徐州恒通" in content
    assert "35万" in content
    assert "一" in content


@given(st.text(max_size=300))
def test_words_show_as_they_are_and_fit(words: str) -> None:
    content = spell_words(Text(words * 80))["markdown"]["content"]

    assert 0 < len(content.encode()) <= LONGEST
    assert "<@" not in content
    assert "](" not in content.replace("\\]\\(", "")


def test_a_tapped_card_is_renewed_whole_under_its_task_id() -> None:
    settled = spell_in_place(Card("待办", settled="已完成"), sign=sign, task_id="xe-1", public_url="")

    assert settled["response_type"] == "update_template_card"
    assert "msgtype" not in settled
    assert settled["template_card"]["task_id"] == "xe-1"
    assert settled["template_card"]["replace_text"] == "已完成"
