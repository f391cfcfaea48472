"""Cards in DingTalk's words: within its limits, whatever is in them, and readable again."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.event import Kind
from bot.platforms.dingtalk.answers import card_answer
from bot.platforms.dingtalk.cards import VALUE, spell
from bot.platforms.dingtalk.markdown import LARGEST, plain
from bot.platforms.dingtalk.reading import dumps
from bot.platforms.dingtalk.spoken import SAY, marked_again, spell_spoken
from cards.general import Open, Say
from cards.model import Button, Card, Item, Line, Message, Style, Tap, Text
from tests.platforms.dingtalk_post import HERE, NOW, SIGNER, heard, message
from tests.platforms.dingtalk_vectors import named

NAMES = {"title", "status", "subtitle", "text", "facts", "items", "more_items", "buttons"}


def sign(tap: Tap) -> str:
    return SIGNER.sign(tap.pack(), connection=HERE.scope, expires=int(NOW) + 100)


def shown(message: Message) -> dict[str, Any]:
    """The variables, with the lists among them read."""
    lists = ("facts", "items", "more_items", "buttons")
    return {
        name: json.loads(value) if name in lists else value for name, value in spell(message, sign).items()
    }


def test_a_card_fills_every_variable() -> None:
    card = Card(
        "线索 L-7", "宏盛矿山", (Line("金额", "35万", changed=True),),
        (Item("第一条", "说明", Open("lead", 7)), Item("第二条")), "备注",
        (Button("完成", Say("完成")), Button("作废", Say("作废"), Style.DANGER)),
    )  # fmt: skip

    assert shown(card) == {
        "title": "线索 L-7", "status": "", "subtitle": "宏盛矿山", "text": "备注",
        "facts": [{"label": "金额", "value": "35万", "changed": "true"}],
        "items": [
            {"text": "1. 第一条", "hint": "说明", "tap": sign(Open("lead", 7))},
            {"text": "2. 第二条", "hint": "", "tap": ""},
        ],
        "more_items": [],
        "buttons": [
            {"text": "完成", "tap": sign(Say("完成")), "style": "primary"},
            {"text": "作废", "tap": sign(Say("作废")), "style": "danger"},
        ],
    }  # fmt: skip


def test_a_settled_card_offers_nothing_more() -> None:
    card = Card(
        "待办", items=(Item("一", tap=Say("x")),), buttons=(Button("完成", Say("完成")),), settled="已完成"
    )

    values = shown(card)

    assert (values["status"], values["buttons"], values["items"][0]["tap"]) == ("已完成", [], "")


def test_a_long_list_is_shown_in_two_parts_and_the_rest_counted() -> None:
    values = shown(Card("清单", items=tuple(Item(f"第{n}家公司", tap=Open("lead", n)) for n in range(1, 13))))

    assert [row["text"] for row in values["items"]][::4] == ["1. 第1家公司", "5. 第5家公司"]
    assert len(values["more_items"]) == 5
    assert "另有 2 条" in values["text"]


def test_facts_without_room_are_told_below() -> None:
    values = shown(Card("卡片", lines=tuple(Line(f"项{n}", "值") for n in range(8))))

    assert len(values["facts"]) == 6
    assert values["text"] == "项6：值  \n  项7：值"


def test_long_names_keep_their_taps() -> None:
    items = tuple(Item("很长的公司名称" * 30, "说明" * 30, Open("lead", 10**9 + n)) for n in range(5))

    rows = shown(Card("清单", items=items))["items"]

    assert all(row["tap"] and row["text"].endswith("…") for row in rows)


def test_a_question_with_answers_is_a_card() -> None:
    values = shown(Text("选哪一个？\n请点一下", (Button("甲", Say("甲")),)))

    assert (values["title"], values["text"]) == ("选哪一个？", "请点一下")


@pytest.mark.parametrize(
    "words",
    [
        "# 大", "> 引", "- 项", "--- ", "+ 项", "**粗**", "`码`", "[字](http://x)", "![图](http://x)",
        "<font color=red>", "_斜_", "~~删~~", "a|b", "<@all>", "===",
    ],
)  # fmt: skip
def test_what_people_write_is_never_markup(words: str) -> None:
    made = plain(words)

    assert made != words
    assert not set(made) & set("*`[]<~|")
    assert made[0] not in "#>+-=_"


def test_plain_words_stay_as_they_are() -> None:
    words = "张三 13800001111\nzhang_san@example.com 35万-40万 1. 第一 (a) 100%!"

    assert plain(words) == words


texts = st.text(max_size=120) | st.sampled_from(
    ["长" * 900, "*" * 500, "\u202e\u200b" * 50, '"\\' * 200, "👍🏽" * 90]
)
taps = st.builds(Say, texts) | st.builds(Open, st.just("lead"), st.integers(1, 10**12))
buttons = st.builds(Button, texts, taps, st.sampled_from(Style))
cards = st.builds(
    Card, texts, texts, st.lists(st.builds(Line, texts, texts, st.booleans()), max_size=9).map(tuple),
    st.lists(st.builds(Item, texts, texts, st.none() | taps), max_size=14).map(tuple), texts,
    st.lists(buttons, max_size=9).map(tuple), st.just("") | texts,
)  # fmt: skip
messages = cards | st.builds(Text, texts, st.lists(buttons, max_size=9).map(tuple))


@given(messages)
def test_any_message_fits_into_the_template(message: Message) -> None:
    values = spell(message, sign)

    assert values.keys() == NAMES
    assert all(len(value.encode()) <= VALUE for value in values.values())
    read = shown(message)
    assert len(read["facts"]) <= 6
    assert len(read["items"]) <= 5
    assert len(read["more_items"]) <= 5
    assert len(read["buttons"]) <= 6
    assert values["title"]
    assert all(
        value
        for rows in ("facts", "items")
        for row in read[rows]
        for value in (row.get("label", "1"), row.get("text", "1"))
    )


@given(messages)
def test_any_message_fits_into_words(message: Message) -> None:
    spelt = marked_again(spell_spoken(message, sign))

    assert len(dumps(dict(spelt.param)).encode()) <= LARGEST
    assert spelt.param["title"]
    assert all(isinstance(value, str) for value in spelt.param.values())
    assert spelt.key in {"sampleMarkdown", "sampleActionCard", *(f"sampleActionCard{n}" for n in range(2, 6))}


def test_a_button_without_a_template_says_its_tap_for_the_person() -> None:
    spelt = spell_spoken(Card("待办", buttons=(Button("完成", Say("完成")),)), sign)
    words = unquote(spelt.param["singleURL"].removeprefix(SAY))

    event = heard(message(text={"content": words}))

    assert event.kind is Kind.TAP
    assert event.press
    assert Tap.unpack(event.press.tap) == Say("完成")
    assert spelt.param["text"].endswith("也可以直接回复：完成")


def test_at_most_five_buttons_are_links_and_all_can_be_typed() -> None:
    spelt = spell_spoken(Card("选", buttons=tuple(Button(f"按钮{n}", Say(f"说{n}")) for n in range(7))), sign)

    assert spelt.key == "sampleActionCard5"
    assert {name for name in spelt.param if name.startswith("action")} == {
        *(f"actionTitle{n}" for n in range(1, 6)),
        *(f"actionURL{n}" for n in range(1, 6)),
    }
    assert "说0、说1、说2、说3、说4、说5、说6" in spelt.param["text"]


def test_the_answer_to_a_click_is_the_golden_one() -> None:
    for vector in (named("stream-card-action"), named("card-http-callback")):
        given, wanted = vector["input"]["handler"], vector["expect"]
        golden = wanted.get("response") or wanted["ack"]["data_json"]["response"]

        assert card_answer(given.get("public", {}), given.get("private")) == golden
    assert card_answer({}) == {}
    assert card_answer({"n": None, "l": [1]})["cardData"]["cardParamMap"] == {"l": "[1]"}
