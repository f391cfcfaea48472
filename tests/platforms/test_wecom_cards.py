"""Any message can be spelt, within every limit, and means what it meant when it comes back as a tap."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.taps import TapSigner
from bot.platforms.wecom.cards import Body, spell, spell_update, task_id_of
from bot.platforms.wecom.wording import block, line, shorten
from cards.model import Button, Card, Item, Line, Message, Style, Tap, Text
from tests.platforms.wecom_post import HERE, NOW, pressed, read

SIGNER = TapSigner([b"k" * 32])
PAGE = "https://crm.example.invalid/app"


@dataclass(frozen=True, slots=True)
class Opens(Tap):
    name: ClassVar[str] = "wecom.test.opens"
    number: int
    note: str | None = None


def sign(tap: Tap) -> str:
    return SIGNER.sign(tap.pack(), connection=HERE.scope, expires=int(NOW) + 86_400)


def spelt(message: Message, *, task_id: str = "t-1", public_url: str = "") -> list[Body]:
    return spell(message, sign=sign, task_id=task_id, public_url=public_url)


def card_of(message: Message, public_url: str = "") -> dict[str, Any]:
    body = spelt(message, public_url=public_url)[-1]
    assert body["msgtype"] == "template_card"
    card: dict[str, Any] = body["template_card"]
    return card


def words_of(bodies: list[Body]) -> str:
    assert all(body["msgtype"] == "text" for body in bodies)
    return "\n".join(body["text"]["content"].strip() for body in bodies)


AGREE = Button("同意", Opens(1))
FULL = Card(
    "待审批 · 工单 T3021",
    subtitle="王五提交",
    lines=(Line("金额", "3,680,000 元", changed=True), Line("类型", "合同")),
    text="请在今天下班前处理。",
    buttons=(AGREE, Button("驳回", Opens(2), Style.DANGER), Button("详情", Opens(3), Style.PLAIN)),
)


def test_a_card_with_buttons() -> None:
    card = card_of(FULL)

    assert card == {
        "card_type": "button_interaction",
        "main_title": {"title": "待审批 · 工单 T3021", "desc": "王五提交"},
        "sub_title_text": "请在今天下班前处理。",
        "horizontal_content_list": [
            {"keyname": "✎金额", "value": "3,680,000 元"},
            {"keyname": "类型", "value": "合同"},
        ],
        "button_list": [
            {"text": "同意", "style": 1, "key": sign(Opens(1))},
            {"text": "驳回", "style": 3, "key": sign(Opens(2))},
            {"text": "详情", "style": 2, "key": sign(Opens(3))},
        ],
        "task_id": "t-1",
    }


def test_lines_and_buttons_drop_from_the_end() -> None:
    card = card_of(
        Card(
            "x",
            lines=tuple(Line(str(n), "v") for n in range(9)),
            buttons=tuple(Button(str(n), Opens(n)) for n in range(9)),
        )
    )

    assert [fact["keyname"] for fact in card["horizontal_content_list"]] == list("012345")
    assert [button["text"] for button in card["button_list"]] == list("012345")


def test_two_buttons_that_mean_the_same_are_one() -> None:
    card = card_of(Card("x", buttons=(AGREE, Button("同意吧", Opens(1)))))

    assert [button["text"] for button in card["button_list"]] == ["同意"]


def test_a_button_whose_meaning_does_not_fit_is_left_out() -> None:
    endless = Button("长", Opens(1, "长" * 500))

    assert [button["text"] for button in card_of(Card("x", buttons=(endless, AGREE)))["button_list"]] == [
        "同意"
    ]
    assert words_of(spelt(Card("x", buttons=(endless,)))) == "x"
    assert words_of(spelt(Text("y", buttons=(endless,)))) == "y"


def test_a_card_to_read_opens_the_page_or_is_plain_words() -> None:
    notice = Card("日报", subtitle="今天", lines=(Line("新增", "3", changed=True),), text="加油")

    card = card_of(notice, PAGE)

    assert card["card_type"] == "text_notice"
    assert card["card_action"] == {"type": 1, "url": PAGE}
    assert words_of(spelt(notice)) == "日报\n今天\n✎新增：3\n加油"


def test_a_card_to_read_that_is_too_long_for_a_template_is_whole_in_words() -> None:
    long = Card("日报", lines=tuple(Line(f"第{n}项", str(n)) for n in range(9)))

    words = words_of(spelt(long, public_url=PAGE))

    assert all(f"第{n}项：{n}" in words for n in range(9))


def test_a_settled_card_has_no_buttons_left() -> None:
    settled = Card("工单 T3021", subtitle="王五提交", buttons=FULL.buttons, settled="已同意")

    assert words_of(spelt(settled)) == "工单 T3021\n已同意\n王五提交"
    card = card_of(settled, PAGE)
    assert card["card_type"] == "text_notice"
    assert card["main_title"]["desc"] == "已同意 · 王五提交"


# Lists


def listed(count: int, *, hint: str = "") -> Card:
    items = tuple(Item(f"衡岳重工第{n}分公司的线索", hint=hint, tap=Opens(n)) for n in range(count))
    return Card("线索", text="共找到", items=items)


def test_a_list_that_opens_has_a_selector_and_one_button() -> None:
    card = card_of(listed(3))

    assert card["sub_title_text"].splitlines()[1] == "1. 衡岳重工第0分公司的线索"
    assert [option["id"] for option in card["button_selection"]["option_list"]] == [
        sign(Opens(n)) for n in range(3)
    ]
    assert [button["text"] for button in card["button_list"]] == ["打开"]


@pytest.mark.parametrize("number", range(3))
def test_opening_an_option_comes_back_as_its_tap(number: int) -> None:
    card = card_of(listed(3))
    selector, button = card["button_selection"], card["button_list"][0]

    event = read(pressed(button["key"], (selector["question_key"], [selector["option_list"][number]["id"]])))

    assert event.press
    assert Tap.unpack(event.press.tap) == Opens(number)


def test_a_button_beside_a_selector_comes_back_as_its_own_tap() -> None:
    card = card_of(Card("x", items=(Item("a", tap=Opens(7)),), buttons=(AGREE,)))
    selector = card["button_selection"]

    event = read(
        pressed(card["button_list"][1]["key"], (selector["question_key"], [selector["option_list"][0]["id"]]))
    )

    assert event.press
    assert Tap.unpack(event.press.tap) == Opens(1)
    assert [Tap.unpack(chosen) for chosen in event.press.selected] == [Opens(7)]


def test_a_list_drops_hints_before_it_shortens_names() -> None:
    few, many, full = (card_of(listed(count, hint="三天"))["sub_title_text"] for count in (2, 9, 30))

    assert "线索 三天" in few
    assert "三天" not in many
    assert "9. 衡岳重工第8分公司的线索" in many
    assert "10. 衡岳重工" in full
    assert "10. 衡岳重工第9分公司的线索" not in full


def test_a_list_says_how_many_more_there_are() -> None:
    card = card_of(listed(23))

    assert card["sub_title_text"].endswith("…另有 13 条")
    assert len(card["button_selection"]["option_list"]) == 10


def test_an_item_whose_tap_is_too_long_is_listed_but_not_offered() -> None:
    card = card_of(Card("x", items=(Item("甲", tap=Opens(1, "长" * 20)), Item("乙", tap=Opens(2)))))

    assert "1. 甲" in card["sub_title_text"]
    assert [option["text"] for option in card["button_selection"]["option_list"]] == ["2. 乙"]


# Words


def test_a_question_is_a_card_whose_title_is_its_first_line() -> None:
    card = card_of(Text("哪一个？\n衡岳重工有两家。", buttons=(AGREE,)))

    assert card["main_title"] == {"title": "哪一个？"}
    assert card["sub_title_text"] == "衡岳重工有两家。"


def test_a_long_question_is_asked_whole() -> None:
    question = "这句话很长" * 40
    bodies = spelt(Text(question, buttons=(AGREE,)))

    assert words_of(bodies[:-1]) == question
    assert bodies[-1]["template_card"]["button_list"][0]["text"] == "同意"


def test_long_words_are_split_at_line_breaks_and_counted() -> None:
    text = "\n".join(f"第{n}行：衡岳装备集团" for n in range(200))

    bodies = spelt(Text(text))
    contents = [body["text"]["content"] for body in bodies]

    assert all(len(content.encode()) <= 2048 for content in contents)
    assert [content.splitlines()[0] for content in contents] == [
        f"({n}/{len(bodies)})" for n in range(1, len(bodies) + 1)
    ]
    assert "\n".join("\n".join(content.splitlines()[1:]).strip() for content in contents) == text


def test_endless_words_end() -> None:
    bodies = spelt(Text("长" * 1_000_000))

    assert len(bodies) == 8
    assert bodies[-1]["text"]["content"].strip().endswith("…（后文从略）")


def test_equal_words_of_two_occasions_differ_and_a_repetition_does_not() -> None:
    first, again, second = (spelt(Text("请尽快处理"), task_id=name) for name in ("t-1", "t-1", "t-2"))

    assert first == again != second
    assert words_of(first) == words_of(second) == "请尽快处理"


@pytest.mark.parametrize(
    "hostile",
    ['<a href="https://evil.invalid">点我</a>', "<@all>", "<@zhangsan>", "< a href=x>", "</a>", "<\u200ba>"],
)
def test_markup_stays_text(hostile: str) -> None:
    card = Card(hostile, lines=(Line(hostile, hostile),), items=(Item(hostile),), text=hostile)
    asked = Card(card.title, lines=card.lines, items=card.items, text=card.text, buttons=(AGREE,))

    for message in (Text(hostile), card, asked, Text(hostile, buttons=(AGREE,))):
        for public_url in ("", PAGE):
            for text in strings(spelt(message, public_url=public_url)):
                assert not re.search(r"<\s*[@a-z/]", text)


def test_comparing_stays_comparing() -> None:
    assert words_of(spelt(Text("折扣 < 85% 且 3<5"))) == "折扣 < 85% 且 3<5"


def test_hidden_characters_are_gone() -> None:
    hidden = "".join(map(chr, [0, 7, 27, 0x202E, 0x200B, 0x200D, 0x2066, 0xFEFF, 0xAD, 0x3164, 0x7F, 0x9B]))

    assert block(f"a{hidden}b\u2028c\td") == "ab\nc d"
    assert line(f"a{hidden}\r\nb", 10) == "a b"
    assert block("\ud800x") == "\ufffdx"


def test_a_flood_of_accents_is_dammed() -> None:
    assert block("e" + "\u0301" * 100 + "x") == "e" + "\u0301" * 4 + "x"


def test_shortening_does_not_tear_a_letter_apart() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abe\u0301\u0302ef", 4) == "ab…"


# Updates


def update(message: Message, public_url: str = "") -> dict[str, Any]:
    return spell_update(message, sign=sign, task_id="t-1", public_url=public_url)


def test_a_card_that_is_only_settled_changes_its_button() -> None:
    assert update(Card("工单", buttons=(AGREE,), settled="已同意")) == {"button": {"replace_name": "已同意"}}


def test_a_settled_card_shows_its_last_state_and_a_spent_button() -> None:
    card = update(Card("工单", lines=(Line("状态", "已同意", changed=True),), settled="已同意"))[
        "template_card"
    ]

    assert card["card_type"] == "button_interaction"
    assert card["replace_text"] == "已同意"
    assert card["horizontal_content_list"] == [{"keyname": "✎状态", "value": "已同意"}]
    assert read(pressed(card["button_list"][0]["key"])).press is None


def test_an_unsettled_card_is_shown_anew() -> None:
    assert update(FULL)["template_card"] == card_of(FULL)


def test_a_card_without_anything_to_do_is_a_notice_or_has_a_spent_button() -> None:
    waiting = Card("工单", subtitle="等待李四")

    assert update(waiting, PAGE)["template_card"]["card_type"] == "text_notice"
    assert update(waiting)["template_card"]["replace_text"] == "无需操作"
    assert update(Text("完成"))["template_card"]["main_title"] == {"title": "完成"}


@pytest.mark.parametrize("name", ["t-1_@A", "x" * 128])
def test_a_task_id_that_wecom_takes_stays(name: str) -> None:
    assert task_id_of(name) == name


@pytest.mark.parametrize("name", ["", "x" * 129, "overdue:ticket:17", "任务", "a\n", "\ud800"])
def test_another_becomes_a_digest(name: str) -> None:
    assert re.fullmatch(r"t-[0-9a-f]{64}", task_id_of(name))
    assert task_id_of(name) != task_id_of(name + "2")


# Anything


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in inner for text in strings(part)]


HOSTILE = (
    "<@all>",
    "\u202e\u200b",
    "]]>",
    "\ud800",
    "e" + "\u0301" * 9,
    "👨‍👩‍👧",
    "\x00\x1b[31m",
    "\r\n",
    "長",
)
WORDS = st.lists(st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE)), max_size=6).map("".join)
NOTE = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
TAPS = st.builds(Opens, st.integers(0, 5), st.none() | NOTE)
BUTTONS = st.lists(st.builds(Button, WORDS, TAPS, st.sampled_from(Style)), max_size=8).map(tuple)
LINES = st.lists(st.builds(Line, WORDS, WORDS, st.booleans()), max_size=8).map(tuple)
ITEMS = st.lists(st.builds(Item, WORDS, WORDS, st.none() | TAPS), max_size=13).map(tuple)
SETTLED = st.just("") | WORDS
CARDS = st.builds(Card, WORDS, WORDS, LINES, ITEMS, WORDS, BUTTONS, SETTLED)
MESSAGES = st.one_of(CARDS, st.builds(Text, WORDS, BUTTONS))


HIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def check_card(card: dict[str, Any]) -> None:
    """The limits of wecom.md §4.2, written out again."""
    assert 1 <= len(card["main_title"]["title"]) <= 36
    assert len(card["main_title"].get("desc", "")) <= 44
    assert len(card.get("sub_title_text", "")) <= 160
    facts = card.get("horizontal_content_list", [])
    assert len(facts) <= 6
    assert all(1 <= len(fact["keyname"]) <= 5 and 1 <= len(fact["value"]) <= 30 for fact in facts)
    assert re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", card["task_id"])
    if card["card_type"] == "text_notice":
        assert card["card_action"] == {"type": 1, "url": PAGE}
        return
    keys = [button["key"] for button in card["button_list"]]
    assert 1 <= len(keys) == len(set(keys)) <= 6
    assert all(1 <= len(key.encode()) <= 1024 for key in keys)
    assert all(1 <= len(button["text"]) <= 10 for button in card["button_list"])
    options = card.get("button_selection", {"option_list": []})["option_list"]
    assert len({option["id"] for option in options}) == len(options) <= 10
    assert all(len(option["id"].encode()) <= 128 and 1 <= len(option["text"]) <= 16 for option in options)


@settings(max_examples=300, deadline=None)
@given(MESSAGES, st.sampled_from(["", PAGE]), st.text(max_size=8))
def test_every_message_can_be_spelt(message: Message, public_url: str, task_id: str) -> None:
    bodies = spelt(message, public_url=public_url, task_id=task_id)
    change = spell_update(message, sign=sign, task_id=task_id, public_url=public_url)

    assert 1 <= len(bodies) <= 9
    for body in bodies:
        if body["msgtype"] == "text":
            assert 0 < len(body["text"]["content"].strip().encode()) <= 2048
        else:
            check_card(body["template_card"])
    if "button" in change:
        assert 1 <= len(change["button"]["replace_name"]) <= 10
    else:
        check_card(change["template_card"])
    for text in strings([*bodies, change]):
        assert not HIDDEN.search(text)
        assert not re.search(r"<\s*[@a-zA-Z/]", text)
