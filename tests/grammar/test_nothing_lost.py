"""What no slot took, what is asked not to be done, what 小二 cannot do yet: kept, said back, asked."""

import pytest

from handlers.grammar.parse import UNKNOWN
from handlers.grammar.two import THEN
from tests.grammar.company import heard
from tests.grammar.street_table import WORDS

REMARK = "备注"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("13512120002 付款3-6-1", "13512120002 付款3-6-1"),
        ("想看两台摊铺机和一台压路机", "一台压路机"),
        ("和 连云港海通路桥 张工 13512120002", "连云港海通路桥 张工 13512120002"),
        ("他们现在用的是三一的，嫌贵", "他们现在用的是三一，嫌贵"),
        ("2月30号交货", "2月30号交货"),
        ("地址徐州市云龙区和平路8号", "地址徐州市云龙区和平路8号"),
        ("没有微信", ""),
    ],
)
def test_what_no_slot_takes_is_a_remark(said: str, kept: str) -> None:
    assert heard(f"新线索 {WORDS} {said}").notes.get(REMARK, "") == kept


def test_a_key_nobody_knows_keeps_its_words_on_a_line_of_its_own() -> None:
    parse = heard("公司：徐州大运路桥\n电话：13512120001\n职务：设备科长\n交期：年底")

    assert parse.intent == "lead.create"
    assert parse.notes == {"职务": "设备科长", "交期": "年底"}


def test_the_old_words_of_a_correction_are_no_remark() -> None:
    assert not heard("打错了 不是13512120001 是13512120002").notes


@pytest.mark.parametrize("said", ["预算 35", "预算：35", "金额=35", "预算一百二"])
def test_a_small_bare_figure_is_asked_about(said: str) -> None:
    parse = heard(f"新线索 {WORDS} {said}")

    assert "budget" not in parse.slots
    assert parse.ask
    assert "万 还是" in parse.ask
    assert len(parse.options) == 2


def test_a_large_bare_figure_is_yuan() -> None:
    assert heard(f"新线索 {WORDS} 预算 350000").slots["budget"] == 350000


@pytest.mark.parametrize(
    "said",
    [
        "不要给徐州大运路桥建线索",
        f"先别建线索 {WORDS}",
        "暂时不要录线索",
        "别提醒我明天开会",
        "don't create a lead for Golden Bridge",
        "先别建 徐州大运路桥",
    ],
)
def test_what_is_asked_not_to_be_done_is_said_back(said: str) -> None:
    parse = heard(said)

    assert parse.intent == UNKNOWN
    assert parse.ask
    assert "什么都没" in parse.ask or "nothing was done" in parse.ask


def test_while_a_question_is_open_a_no_is_not_the_answer() -> None:
    asked = {"pending": "lead.create", "asked": "customer"}

    assert heard("先别建线索了", context=asked).intent == UNKNOWN
    assert heard("不要建了", context=asked).intent == UNKNOWN


@pytest.mark.parametrize(
    ("said", "name"),
    [("签到", "签到"), ("徐州宝利转商机 80万", "转商机"), ("我的审批", "审批"), ("报修 摊铺机坏了", "工单"),
     ("给徐州宝利报价 两台", "报价"), ("合同 HT-2026-0412", "合同"), ("把这条线索给罗斌", "线索分配")],
)  # fmt: skip
def test_what_comes_later_is_said_plainly_with_what_works_today(said: str, name: str) -> None:
    parse = heard(said)

    assert parse.intent == UNKNOWN
    assert parse.ask
    assert name in parse.ask
    assert "现在可以说" in parse.ask


@pytest.mark.parametrize("said", ["好的", "知道了", "今天天气真好"])
def test_who_asks_for_nothing_is_not_told_what_comes_later(said: str) -> None:
    assert heard(said).ask is None


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("然后明天10点提醒我回访", "明天10点提醒我回访"),
        ("，明天10点 提醒我回访", "明天10点 提醒我回访"),
        ("顺便提醒我明天给他打电话", "提醒我明天给他打电话"),
        ("跟进：对方认可方案", "跟进：对方认可方案"),
    ],
)
def test_the_second_of_two_deeds_is_kept_word_by_word(said: str, then: str) -> None:
    parse = heard(f"录一条线索 {WORDS} {said}")

    assert parse.intent == "lead.create"
    assert parse.slots["phone"] == "13512120001"
    assert parse.notes == {THEN: then}


@pytest.mark.parametrize(
    ("said", "first"),
    [("每周一提醒我交周报", ("11-23",)), ("提醒我每天早上9点看线索", ("11-19 09:00",)),
     ("从下周一开始每周一提醒我交周报", ("11-23",)), ("remind me every Monday to send the report", ())],
)  # fmt: skip
def test_a_repeated_reminder_is_asked_about(said: str, first: tuple[str, ...]) -> None:
    parse = heard(said)

    assert parse.missing == ("due",)
    assert parse.ask
    assert "重复" in parse.ask or "repeat" in parse.ask
    assert parse.options == first


@pytest.mark.parametrize("said", ["2月30号", "11月31号", "13月5号", "2月32号", "31号"])
def test_a_day_that_does_not_exist_is_said_so(said: str) -> None:
    parse = heard(f"提醒我{said}交报表")

    assert parse.missing == ("due",)
    assert parse.ask
    assert f"没有 {said} 这一天" in parse.ask


def test_while_a_day_is_asked_about_the_rest_of_a_followup_stays() -> None:
    parse = heard("跟进 徐州宝利 今天见了王总，2月30号去演示")

    assert parse.ask
    assert "今天见了王总" in parse.slots["content"]
    assert "演示" in parse.slots["content"]


def test_a_time_alone_is_on_the_day_the_draft_holds() -> None:
    held = {"pending": "task.create", "asked": "content", "day": "2026-11-20"}

    assert heard("10点给王总打电话", context=held).slots["due"] == "2026-11-20T10:00:00+08:00"
    assert heard("明天10点给王总打电话", context=held).slots["due"] == "2026-11-19T10:00:00+08:00"


@pytest.mark.parametrize(
    "said",
    [
        "徐州大运路桥 李工 13512120001\n连云港海通路桥 张工 13512120002 压路机",
        "新线索\n1. 徐州大运路桥 李工 13512120001\n2、连云港海通路桥 张工 13512120002",
        "公司\t联系人\t电话\n徐州大运路桥\t李工\t13512120001\n连云港海通路桥\t张工\t13512120002",
        "公司：徐州大运路桥\n联系人：李工\n电话：13512120001\n公司：连云港海通路桥\n联系人：张工\n电话：13512120002",
        "公司：徐州大运路桥\n电话：13512120001\n\n公司：连云港海通路桥\n电话：13512120002",
        "徐州大运路桥 李工 13512120001；连云港海通路桥 张工 13512120002",
    ],
)
def test_a_pasted_list_is_a_row_for_each(said: str) -> None:
    parse = heard(said)

    assert parse.intent == "lead.import"
    told = [(row["customer"], row["phone"]) for row in parse.slots["rows"]]
    assert told == [("徐州大运路桥", "13512120001"), ("连云港海通路桥", "13512120002")]


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("新线索 徐州大运路桥\n李工 13512120001\n两台摊铺机", "lead.create"),
        ("公司：徐州大运路桥\n联系人：李工\n电话：13512120001", "lead.create"),
        ("跟进 徐州宝利\n徐州大运路桥 李工 13512120001\n连云港海通路桥 张工 13512120002", "followup.log"),
        ("提醒我明天\n给王总打电话", "task.create"),
    ],
)
def test_several_lines_about_one_are_one(said: str, intent: str) -> None:
    assert heard(said).intent == intent
