"""Conditions: what the little language means, what it refuses, and how."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from handlers.policies.choosing import Choice, first_match
from handlers.policies.expressions import MAX_LENGTH, BadCondition, Condition, compile_condition
from handlers.policies.fields import APPROVAL, LEAD, TICKET
from handlers.policies.nodes import FieldType


def approval(text: str) -> Condition:
    return compile_condition(text, APPROVAL)


def refusal(text: str, fields: Mapping[str, FieldType] = APPROVAL) -> BadCondition:
    with pytest.raises(BadCondition) as caught:
        compile_condition(text, fields)
    return caught.value


# ── what it means ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "values", "verdict"),
    [
        ('类型 == "合同" 且 定档金额 < 500000', {"类型": "合同", "定档金额": 499_999}, True),
        ('类型 == "合同" 且 定档金额 < 500000', {"类型": "合同", "定档金额": 500_000}, False),
        ('类型 属于 ["合并","共享"] 且 跨公司 == false', {"类型": "共享", "跨公司": False}, True),
        ('类型 属于 ["合并","共享"]', {"类型": "合同"}, False),
        ("跨公司 且 非 参股方", {"跨公司": True, "参股方": False}, True),
        ("非 跨公司 == true", {"跨公司": False}, True),
        ("毛利率 >= 0.15", {"毛利率": Decimal("0.15")}, True),
        ("毛利率 >= 0.15", {"毛利率": 0.15}, True),
        ("降幅 <= 0.1", {"降幅": Decimal("0.10")}, True),
        ("金额 != 3", {"金额": 3}, False),
        ("3 < 金额", {"金额": 4}, True),
        ("金额 > 定档金额", {"金额": 4, "定档金额": 5}, False),
        ("质保月数 属于 [12, 24.0]", {"质保月数": 24}, True),
        ("true", {}, True),
        ("false 或 true", {}, True),
        ("true 且 非 false", {}, True),
        ("额度 == -5", {"额度": -5}, True),
    ],
)
def test_a_condition_means_what_it_says(text: str, values: dict[str, object], verdict: bool) -> None:
    condition = approval(text)
    assert condition.decide(values) is verdict
    assert condition.missing(values) == ()


def test_not_binds_closer_than_and_and_closer_than_or() -> None:
    condition = compile_condition("停机 或 安全 且 非 降效", TICKET)
    assert condition.decide({"停机": True, "安全": False, "降效": True}) is True
    assert condition.decide({"停机": False, "安全": True, "降效": True}) is False
    grouped = compile_condition("（停机 或 安全） 且 非 降效", TICKET)
    assert grouped.decide({"停机": True, "安全": False, "降效": True}) is False


@pytest.mark.parametrize(
    "text",
    [
        '类型=="合同"且(金额>10万或跨公司)',
        "类型 == “合同”　且 （金额 ＞ 0.001亿 或 跨公司）",
        '类型 ＝＝ "合同" 且 （金额 > 100000 或 跨公司 == true）',
        '类型 属于 ［"合同"，"报价"］\n且 (金额 > 10.0万 或 跨公司)',
    ],
)
def test_it_may_be_written_with_an_input_method_on(text: str) -> None:
    condition = approval(text)
    assert condition.decide({"类型": "合同", "金额": 100_001, "跨公司": False}) is True
    assert condition.decide({"类型": "合同", "金额": 100_000, "跨公司": False}) is False
    assert condition.decide({"类型": "合同", "金额": 100_000, "跨公司": True}) is True


def test_percentages_and_unusual_signs() -> None:
    assert approval("毛利率 ≥ 15%").decide({"毛利率": Decimal("0.15")}) is True
    assert approval("毛利率 ≤ 15％ 且 额度 ≠ 3").decide({"毛利率": Decimal("0.15"), "额度": 4}) is True


# ── what is not known yet ───────────────────────────────────────────────────


def test_a_missing_value_is_asked_for_where_it_matters() -> None:
    condition = approval('类型 == "报价" 且 （降幅 > 0.10 或 毛利率 < 0.15）')
    assert condition.decide({"类型": "报价"}) is None
    assert condition.missing({"类型": "报价"}) == ("降幅", "毛利率")
    assert condition.missing({"类型": "报价", "降幅": Decimal("0.05"), "毛利率": None}) == ("毛利率",)
    assert condition.decide({"类型": "合同"}) is False
    assert condition.missing({"类型": "合同"}) == ()
    assert condition.decide({}) is None
    assert condition.missing({}) == ("类型", "降幅", "毛利率")


def test_no_and_not_known_are_kept_apart() -> None:
    condition = compile_condition("非 停机", TICKET)
    assert condition.decide({}) is None
    assert condition.decide({"停机": None}) is None
    assert condition.missing({}) == ("停机",)


def test_the_first_rule_that_holds_is_chosen_and_an_open_one_asks() -> None:
    rules = [_Rule(compile_condition(text, LEAD)) for text in ("预算 >= 100", '区域 == "华东"', "true")]
    assert first_match(rules, {"预算": 100}) == Choice(rules[0])
    assert first_match(rules, {"区域": "华东"}) == Choice(missing=("预算",))
    assert first_match(rules, {"预算": 1, "区域": "华北"}) == Choice(rules[2])
    assert first_match(rules[:1], {"预算": 1}) == Choice()


class _Rule:
    def __init__(self, when: Condition) -> None:
        self.when = when


def test_a_value_of_the_wrong_type_is_the_callers_mistake() -> None:
    for value in ("100", True, float("nan"), Decimal("Infinity"), [1]):
        with pytest.raises(TypeError, match="金额"):
            approval("金额 > 3").decide({"金额": value})
    with pytest.raises(TypeError, match="跨公司"):
        approval("跨公司").decide({"跨公司": 1})


# ── what is refused, and how ────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "column", "zh", "en"),
    [
        ("金融 > 3", 1, "没有字段“金融”，是不是“金额”？", "did you mean “金额”?"),
        ("毛利 < 0.1", 1, "是不是“毛利率”？", "did you mean “毛利率”?"),
        ("金额 = 3", 4, "相等写作 ==", "equality is written =="),
        ('金额 > "x"', 6, '金额是数字，"x"是文字，不能比较', "not comparable"),
        ('类型 > "合同"', 4, "不能比大小", "only == and !="),
        ("类型", 1, "不能单独成条件", "cannot stand alone"),
        ('类型 属于 ["合同", 3]', 14, "列表里的3却是数字", "in the list is a number"),
        ("类型 属于 []", 8, "这里应是", "expected"),
        ("金额 >", 5, "却到了结尾", "found the end"),
        ("(金额 > 3", 8, "右括号", "a closing bracket"),
        ("金额 > 3)", 7, "却是“)”", "found “)”"),
        ("金额 > 1 且 且", 10, "却是“且”", "found “且”"),
        ("1 < 金额 < 3", 8, "且、或、结尾", "the end"),
        ("类型 == '合同'", 7, "文字用双引号", "double quotation marks"),
        ('类型 == "合同', 7, "引号没有配对", "no partner"),
        ("金额 > 2**99", 7, "却是“*”", "found “*”"),
        ("金额.位数 > 2", 3, "却是“.”", "found “.”"),
        ("len(类型) > 2", 4, "却是“(”", "found “(”"),
        ("金额 > 1e9", 7, "却是“e9”", "found “e9”"),
        ("金额 > 12345678901234567890", 6, "数字最多 15 位", "at most 15 digits"),
        ("跨公司 && 参股方", 5, "请写 且、或、非", "write 且, 或, 非"),
        ("", 1, "却到了结尾", "found the end"),
        ("\x00", 1, "U+0000", "U+0000"),
        ("金额 > ３", 6, "却是“３”", "found “３”"),
    ],
)
def test_a_fault_says_where_and_what_instead(text: str, column: int, zh: str, en: str) -> None:
    bad = refusal(text)
    assert zh in bad.zh
    assert en in bad.en
    assert (bad.faults[0].line, bad.faults[0].column) == (1, column)


def test_all_faults_of_meaning_are_listed_at_once() -> None:
    bad = refusal('金融 > 3 且 类型\n或 跨公司 == "是"')
    assert [(fault.line, fault.column) for fault in bad.faults] == [(1, 1), (1, 10), (2, 10)]
    assert bad.zh.startswith("第 1 行第 1 列：没有字段“金融”")


def test_length_and_depth_are_limited() -> None:
    assert approval("跨公司" + " " * (MAX_LENGTH - 3)).decide({"跨公司": True}) is True
    assert "最长 500 个字" in refusal("跨公司" + " " * MAX_LENGTH).zh
    assert approval("(" * 19 + "跨公司" + ")" * 19).decide({"跨公司": True}) is True
    assert "最多套 20 层" in refusal("(" * 20 + "跨公司" + ")" * 20).zh
    assert "最多套 20 层" in refusal("非" * 248 + "跨公司").zh
    wide = approval(" 或 ".join(["跨公司"] * 80))
    assert wide.decide({"跨公司": False}) is False
