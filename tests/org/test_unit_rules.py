"""Every mistake in a tree of units is found, all at once, with what to write instead."""

import pytest

from handlers.org.values import Known, UnitPlan
from tests.org.company import UNITS, planned, problems


def test_a_right_tree_comes_out_parents_first() -> None:
    shuffled = tuple(reversed(UNITS))

    units = planned(shuffled, None).units

    seen = {""}
    for unit in units:
        assert unit.parent in seen
        seen.add(unit.code)
    assert {unit.code for unit in units if unit.isolated} == {"T2"}


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("X,新部,T9,department,,no,", "第 8 行「parent」", "没有代码为 T9 的单元"),
        ("X,新部,t1-a,department,,no,", "第 8 行「parent」", "没有代码为 t1-a 的单元"),
        (
            "X,新部,T,section,,no,",
            "第 8 行「kind」",
            "“section”不认识，请写 group、business_group、company、department 之一",
        ),
        ("X,新部,T,,,no,", "第 8 行「kind」", "不能为空，请写"),
        ("X,新部,T,department,email,no,", "第 8 行「platform」", "请写 wecom、dingtalk、both 之一"),
        ("X,新部,T,department,,maybe,", "第 8 行「isolated」", "请写 yes 或 no"),
        ("T1,又一个,T,company,,no,", "第 8 行「code」", "T1 在第 3 行已经有了"),
        (",无代码,T,department,,no,", "第 8 行「code」", "不能为空"),
        ("X,,T,department,,no,", "第 8 行「name」", "不能为空"),
        ("X@1,新部,T,department,,no,", "第 8 行「code」", "不能含有 @"),
        ("X,新公司,T1-A,company,,no,", "第 8 行「parent」", "公司不能放在部门 T1-A 下"),
        ("X,新事业群,T1,business_group,,no,", "第 8 行「parent」", "事业群不能放在公司 T1 下"),
        ("X,新集团,T,group,,no,", "第 8 行「kind」", "集团只能是最上层"),
        ("X,孤儿,,company,,no,", "第 8 行「parent」", "只能有一个最上层单元，另外还有 T"),
        (f"{'X' * 41},新部,T,department,,no,", "第 8 行「code」", "最长 40 个字，现在有 41 个"),
    ],
)
def test_a_mistake_is_named_with_its_place(line: str, place: str, words: str) -> None:
    found = problems((*UNITS, line), None)

    assert any(f"units.csv {place}" in said and words in said for said in found), found


def test_departments_may_nest_and_levels_may_be_skipped() -> None:
    nested = ("T-1,部,T,department,,no,", "T-11,组,T-1,department,,no,", "T3,子公司,T1,company,,,")

    assert problems((*UNITS, *nested), None) == []


def test_a_circle_is_told_once_with_its_way() -> None:
    circle = ("X,甲,Z,department,,no,", "Y,乙,X,department,,no,", "Z,丙,Y,department,,no,")

    found = [said for said in problems((*UNITS, *circle), None) if "一圈" in said]

    assert found == ["units.csv 第 8 行「parent」：上级绕成了一圈：X → Z → Y → X"]


def test_a_tree_without_bottom_is_refused() -> None:
    deep = [f"D{n},层{n},{f'D{n - 1}' if n else 'T1'},department,,no," for n in range(40)]

    assert any("层级超过 30 层" in said for said in problems((*UNITS, *deep), None))


def test_only_a_department_is_no_top() -> None:
    assert any("最上层应是" in said for said in problems(("X,部,,department,,no,",), None))
    assert problems(("X,公司,,company,,no,",), None) == []


def test_an_empty_table_is_no_organisation() -> None:
    assert problems((), None) == ["units.csv：没有任何单元"]


def test_all_mistakes_are_told_at_once() -> None:
    broken = ("X,新部,T9,section,,maybe,", "T,又是,,group,email,no,")

    assert len(problems((*UNITS, *broken), None)) == 5


def test_units_may_hang_on_those_that_are_stored() -> None:
    known = Known(units=(UnitPlan("S", "已存集团", "", "group"),))

    assert problems(("X,新公司,S,company,,no,",), None, known) == []
    assert any("另外还有 S" in said for said in problems(("X,新公司,,company,,no,",), None, known))


def test_stored_units_that_the_file_lacks_are_mentioned() -> None:
    known = Known(units=(UnitPlan("T", "海风集团", "", "group"), UnitPlan("T7", "旧部", "T", "department")))

    assert planned(UNITS, None, known).notices == ("库里有、文件里没有的 1 个单元没有改动：T7",)
