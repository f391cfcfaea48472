"""The rules of the machine contract that hold for every parse."""

import subprocess
import sys

import pytest

from handlers.grammar.parse import UNKNOWN
from handlers.grammar.understand import understand
from tests.grammar.company import commands, heard, listener


@pytest.mark.parametrize(
    "text", ["查下 恒通路桥 有没有人在跟", "新线索", "提醒我明天交方案", "同意", "看看徐州宝利", ""]
)
def test_candidates_are_near_the_best_and_hold_the_chosen_one(text: str) -> None:
    parse = heard(text)
    sure = [guess.confidence for guess in parse.candidates]

    assert sure == sorted(sure, reverse=True)
    assert all(one >= sure[0] - 0.15 - 1e-9 for one in sure)
    if parse.intent != UNKNOWN:
        assert parse.candidates[0].intent == parse.intent
        assert parse.candidates[0].confidence == parse.confidence


def test_a_second_meaning_is_named() -> None:
    parse = heard("查下 恒通路桥 有没有人在跟")

    assert [guess.intent for guess in parse.candidates] == ["lead.dup_check", "customer.query"]


def test_what_comes_later_is_guessed_by_its_name_but_not_chosen() -> None:
    parse = heard("驳回 毛利太低")

    assert parse.intent == UNKNOWN
    assert parse.candidates[0].intent == "approval.reject"


@pytest.mark.parametrize(
    "text",
    ["跟近 徐州宝利 方案已发", "新线锁 宏达", "我的代办", "查虫 宏达", "remnid me to call Wang tomorrow"],
)
def test_a_corrected_typo_is_shown_back(text: str) -> None:
    parse = heard(text)

    assert parse.intent != UNKNOWN
    assert 0.5 <= parse.confidence < 0.8


@pytest.mark.parametrize("text", ["撒销", "彻销", "同异", "撤肖"])
def test_words_that_take_back_or_decide_are_never_corrected(text: str) -> None:
    assert heard(text).intent == UNKNOWN


def test_missing_slots_stand_in_catalogue_order_and_the_first_is_asked_for() -> None:
    parse = heard("提醒我")

    assert parse.missing == ("content", "due")
    assert parse.ask == "要提醒什么事？"


def test_an_english_speaker_is_asked_in_english() -> None:
    assert heard("remind me to call Wang").ask == "When?"
    assert understand("新线索", listener(english=True), commands()).ask == "Which company?"


def test_two_colleagues_of_one_name_are_offered_with_title_and_unit() -> None:
    parse = heard("让张伟明天把图纸发过来", "吴国强")

    assert "to" not in parse.slots
    assert parse.confidence < 0.8
    assert parse.ask
    assert "技术总监" in parse.ask
    assert parse.options == ("张伟@ZJ", "张伟@ZJ-HB")


def test_the_nearest_of_one_name_is_meant() -> None:
    assert heard("让张伟明天把图纸发过来", "赖晓").slots["to"] == "张伟@ZJ-HB"


def test_a_colleague_at_a_unit_is_that_one() -> None:
    assert heard("让张伟@ZJ明天把图纸发过来", "吴国强").slots["to"] == "张伟@ZJ"


@pytest.mark.parametrize(
    ("said", "speaker", "meant"),
    [("小罗", "吴国强", "罗斌"), ("吴经理", "陈思雨", "吴国强"), ("秦总", "吴国强", "秦朗"), ("luobin",
    "吴国强", "罗斌"),
     ("潘总", "汪洋", "潘建军"), ("老韩", "沈岚", "韩正"), ("韩正", "陈思雨", "韩正")],
)  # fmt: skip
def test_colleagues_by_what_they_are_called(said: str, speaker: str, meant: str) -> None:
    assert heard(f"让{said}明天把图纸发过来", speaker).slots["to"] == meant


def test_an_unknown_colleague_is_asked_about() -> None:
    parse = heard("让老褚明天把图纸发过来", "吴国强")

    assert "to" not in parse.slots
    assert parse.ask
    assert "老褚" in parse.ask


def test_several_records_of_one_name_are_asked_about() -> None:
    parse = heard("跟进 徐州恒通 方案已发", "林浩", story="S99")

    assert "customer" in parse.slots or parse.options


def test_an_unknown_key_of_the_form_is_a_note() -> None:
    parse = heard("/线索 新增 公司=宏达;备注=急;付款方式=月结")

    assert parse.notes == {"备注": "急", "付款方式": "月结"}


def test_a_date_that_is_none_is_asked_about() -> None:
    parse = heard("提醒我年后联系宏达")

    assert parse.missing == ("due",)
    assert parse.ask
    assert "年后" in parse.ask


def test_a_weekday_that_is_over_is_asked_about_with_the_next_one() -> None:
    parse = heard("提醒我周一交方案")

    assert "due" not in parse.slots
    assert parse.options == ("2026-11-23",)


def test_a_landline_without_area_code_is_kept_and_asked_about() -> None:
    parse = heard("新线索 宏达 电话 83661234")

    assert parse.slots["phone"] == "83661234"
    assert parse.ask
    assert "区号" in parse.ask


def test_used_spans_point_into_the_original_message() -> None:
    text = "新线索　徐州恒通路桥　王建国　１３８１２３４５６７８"
    shown = {one.slot: text[one.start : one.end] for one in heard(text, story="S01").used}

    assert shown == {"customer": "徐州恒通路桥", "contact": "王建国", "phone": "１３８１２３４５６７８"}


def test_text_is_quoted_from_the_original_message() -> None:
    assert heard("跟進 宏达 對方認可方案ＡＢＣ").slots["content"] == "對方認可方案ＡＢＣ"


def test_the_record_at_hand_never_becomes_a_new_lead() -> None:
    parse = heard("新线索 王总 13812345678", context={"focus": "customer"})

    assert parse.missing == ("customer",)


def test_a_command_is_not_swallowed_as_an_answer_but_free_text_is_one() -> None:
    asked = {"pending": "followup.log", "asked": "content"}

    assert heard("我的线索", context=asked).intent == "lead.query"
    assert heard("同意降价，等合同", context=asked).slots == {"content": "同意降价，等合同"}
    assert heard("同意", context=asked).intent == UNKNOWN


def test_understanding_touches_neither_store_nor_cards() -> None:
    check = (
        "import sys, handlers.grammar.understand; "
        "bad = {'sqlalchemy', 'storage', 'cards', 'bot'} & {name.partition('.')[0] for name in sys.modules}; "
        "sys.exit(str(sorted(bad)) if bad else 0)"
    )

    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
