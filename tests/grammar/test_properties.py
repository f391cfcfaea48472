"""Whatever is said: an answer, the same one each time, in good time."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.grammar.parse import Parse
from tests.grammar.company import commands, heard
from tests.grammar.sentences_table import SENTENCES

WORDS = st.sampled_from(
    ["新线索", "跟进", "提醒我", "查重", "徐州宝利", "王总", "13812345678", "120万", "下周三下午3点", "，",
    " ", "：", "=", ";",
     "公司", "电话是", "两台", "摊铺机", "不是", "打错了", "小陈", "L-20961", "做完了", "撤销", "让",
     "我的", "待办", "有没有人在跟",
     "年后", "第2个", "/", "@小二", "remind me", "new lead", "٣", "﷽", "👌", "\u0301", "\n", "\x00"]
)  # fmt: skip
CONTEXT = st.sampled_from(
    [{}, {"focus": "lead"}, {"list": "task"}, {"pending": "task.create", "asked": "due"},
     {"pending": "followup.log", "asked": "content"}, {"pending": "lead.create"}, {"chat": "group"}]
)  # fmt: skip
HOSTILE = {
    "digits": "1" * 2000,
    "numerals": "一" * 2000,
    "commands": "新线索 " * 500,
    "people": "王总" * 1000,
    "nicknames": "小陈" * 900,
    "commas": "，" * 2000,
    "days": "下周三下午3点" * 280,
    "amounts": "预算100万" * 300,
    "pairs": "公司=a;" * 400,
    "clauses": "跟进 " + "，见了王总" * 350,
    "corrections": "不是A是B" * 300,
    "codes": "把L-1的" * 300,
    "marks": "\u0301" * 2000,
    "letters": "abc " * 500,
    "questions": "有没有人在跟" * 300,
    "noise": "".join(
        random.Random(7).choice("线索跟进提醒我查重公司电话是的了12万 ，=") for _ in range(2000)
    ),
}


def check(text: str, parse: Parse) -> None:
    known = {one.name for one in commands()[parse.intent].parameters} if parse.intent in commands() else set()
    assert 0 <= parse.confidence <= 1
    assert parse.intent.startswith("none.") or parse.slots.keys() <= known
    assert not parse.slots.keys() & set(parse.missing)
    assert all(0 <= one.start < one.end <= len(text) for one in parse.used)
    assert all(value not in ("", None) for value in parse.slots.values())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), CONTEXT)
def test_any_text_is_answered_alike_each_time(text: str, context: dict[str, str]) -> None:
    parse = heard(text, context=context)

    check(text, parse)
    assert heard(text, context=context) == parse


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=12), CONTEXT)
def test_any_mixture_of_our_words_is_answered_alike_each_time(
    words: list[str], context: dict[str, str]
) -> None:
    text = "".join(words)
    parse = heard(text, context=context)

    check(text, parse)
    assert heard(text, context=context) == parse


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SENTENCES), st.integers(0, 40), st.sampled_from("，呃 0万的是\u0301👌"))
def test_a_stray_sign_in_a_sentence_breaks_nothing(
    one: tuple[str, str, object, object], at: int, sign: str
) -> None:
    text = one[0][:at] + sign + one[0][at:]

    check(text, heard(text))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_flood_is_answered_in_good_time(name: str) -> None:
    text = HOSTILE[name]
    check(text, heard(text))

    def taken() -> float:
        start = time.process_time()
        heard(text)
        return time.process_time() - start

    assert min(taken() for _ in range(3)) < 0.1
