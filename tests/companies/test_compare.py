"""Same, near or different, each for a reason one can read."""

import pytest

from handlers.companies.compare import NEAR_FROM, Same, Verdict, compare
from handlers.companies.names import parts
from handlers.companies.rank import Candidate, hits


def judged(said: str, known: str, *aliases: str) -> Verdict:
    return compare(parts(said), parts(known), [parts(alias) for alias in aliases])


SAME = [
    ("徐州恒通路桥工程有限公司", "徐州恒通路桥工程有限公司", "同名"),
    ("徐州市恒通路橋工程有限公司", "徐州恒通路桥工程有限责任公司", "仅组织形式不同"),
    ("沧岭市恒通路桥有限公司", "沧岭恒通路桥有限公司", "同名"),
    ("恒通（徐州）路桥有限公司", "徐州恒通路桥有限公司", "同名"),
    ("沧岭镇恒通路桥有限公司", "沧岭恒通路桥有限公司", "同名"),
    ("沧岭街道恒通路桥有限公司", "沧岭恒通路桥有限公司", "同名"),
    ("冷泉县政通路桥有限公司", "冷泉政通路桥有限公司", "同名"),
]
NEAR = [
    ("恒通路桥", "徐州恒通路桥工程有限公司", "简称"),
    ("恒通", "徐州恒通路桥工程有限公司", "简称"),
    ("徐州恒通", "徐州恒通路桥工程有限公司", "简称"),
    ("恒通路桥", "沧岭恒通路桥工程有限公司", "简称"),
    ("沧岭恒通", "沧岭恒通路桥工程有限公司", "简称"),
    ("江苏恒通路桥", "徐州恒通路桥工程有限公司", "简称"),
    ("徐州恒通掘进", "徐州恒通", "简称"),
    ("比亚笛", "比亚迪", "同音"),
    ("徐州横通路桥", "徐州恒通路桥工程有限公司", "同音"),
    ("徐州恒通路侨", "徐州恒通路桥", "同音"),
    ("徐州金信路桥", "徐州金星路桥", "近音"),
    ("徐州桓通路桥", "徐州恒通路桥工程有限公司", "差一字"),
    ("徐州恒的路桥", "徐州恒通路桥工程有限公司", "差一字"),
    ("徐州顺达路桥", "徐州顺路达路桥", "差一字"),
    ("徐州恒恒通路桥", "徐州恒通路桥工程有限公司", "差一字"),
    ("沧岭恒通新型砂的", "沧岭恒通新型砂料", "差一字"),
    ("徐州恒通建没工程", "徐州恒通建设工程有限公司", "差一字"),
    ("沧岭恒通绿能", "沧岭恒通绿能养护有限公司", "简称"),
    ("恒通绿能", "沧岭恒通绿能服务有限公司", "简称"),
    ("恒通绿能", "公主岭恒通绿能有限公司", "简称"),
    ("恒通软件", "徐州恒通网络科技有限公司", "简称"),
    ("上海simens科技", "上海siemens科技", "差一字"),
    ("徐州通恒路桥", "徐州恒通路桥工程有限公司", "字序不同"),
    ("恒通徐州路桥", "徐州恒通路桥工程有限公司", "字序不同"),
    ("中岭五局集团西南分公司", "中岭五局集团有限公司", "分支机构"),
    ("中岭五局集团西南分公司", "中岭五局集团西北分公司", "分支机构"),
    ("甬江港务集团有限公司", "甬江港务有限公司", "组织形式不同"),
    ("西山隧建", "西山隧道建设有限公司", "行业词不同"),
]
DIFFERENT = [
    ("徐州恒通路桥", "无锡恒通路桥", "地区不同"),
    ("徐州恒通路桥", "山东恒通路桥", "地区不同"),
    ("沧岭恒通路桥工程有限公司", "岚州恒通路桥工程有限公司", "名称不同"),
    ("徐州恒通路桥", "沧岭恒通路桥", "名称不同"),
    ("兰溪恒达路桥", "慈溪恒达路桥", "地区不同"),
    ("恒通路桥", "苏州恒通物流有限公司", ""),
    ("徐州恒通路桥", "徐州恒通物流有限公司", "行业不同"),
    ("徐州恒达路桥", "徐州恒通路桥有限公司", ""),
    ("徐州恒铲路桥", "徐州恒通路桥工程有限公司", ""),
    ("徐州顺路达路桥", "徐州顺达路桥", ""),
    ("沧岭恒通远砂料", "沧岭恒通砂料", ""),
    ("第三工程局", "第四工程局", "编号不同"),
    ("中铁十四局集团有限公司", "中铁十五局集团有限公司", "编号不同"),
    ("中铁十局", "中铁十四局", "编号不同"),
    ("彭城地铁4号线项目", "彭城地铁3号线项目经理部", "编号不同"),
    ("华东建筑设计院", "华北建筑设计院", ""),
    ("上海ABC科技", "上海ABD科技", ""),
    ("恒通", "宝利", ""),
    ("", "恒通", ""),
]


@pytest.mark.parametrize(("said", "known", "reason"), SAME)
def test_the_same(said: str, known: str, reason: str) -> None:
    assert judged(said, known) == Verdict(Same.SAME, 1.0, reason)


@pytest.mark.parametrize(("said", "known", "reason"), NEAR)
def test_near_and_why(said: str, known: str, reason: str) -> None:
    verdict = judged(said, known)

    assert (verdict.answer, verdict.reason) == (Same.NEAR, reason)
    assert NEAR_FROM <= verdict.score < 1


@pytest.mark.parametrize(("said", "known", "reason"), DIFFERENT)
def test_different(said: str, known: str, reason: str) -> None:
    verdict = judged(said, known)

    assert verdict.answer is Same.DIFFERENT
    assert verdict.reason == (reason or verdict.reason)


def test_another_name_counts_but_a_brand_that_many_share_only_as_near() -> None:
    full = "徐州恒通路桥工程有限公司"

    assert judged("江苏大路桥有限公司", full, "江苏大路桥有限公司").answer is Same.SAME
    assert judged("彭城建工", full, "恒通", "彭城建工") == Verdict(Same.SAME, 1.0, "曾用名/别名")
    assert judged("老恒", full, "老恒") == Verdict(Same.NEAR, 0.96, "曾用名/别名")


def test_a_shared_brand_proves_nothing_against_place_and_trade() -> None:
    assert judged("苏州恒通钢构有限公司", "徐州恒通路桥工程有限公司", "恒通").answer is Same.DIFFERENT
    assert (
        judged("苏州恒通路桥有限公司", "徐州恒通路桥工程有限公司", "恒通", "恒通路桥").answer
        is Same.DIFFERENT
    )


def test_closer_names_score_higher() -> None:
    known = "徐州恒通路桥工程有限公司"
    said = [
        "徐州恒通路桥工程",
        "徐州恒通路桥",
        "徐州横通路桥",
        "恒通路桥",
        "恒通",
        "徐州恒达路桥",
        "宝利机械",
    ]
    scores = [judged(name, known).score for name in said]

    assert scores == sorted(scores, reverse=True)


def test_weak_hits_vanish_beside_a_strong_one() -> None:
    known = [
        Candidate(1, "徐州恒通路桥工程有限公司"),
        Candidate(2, "徐州恒铲路桥有限公司"),
        Candidate(3, "宝利"),
    ]

    assert [hit.candidate.id for hit in hits("徐州恒通路桥", known)] == [1]
    assert hits("没有这家", known) == []


def test_another_word_for_the_trade_vanishes_beside_the_same_word() -> None:
    known = [Candidate(1, "徐州恒通网络科技有限公司"), Candidate(2, "沧岭恒通软件科技有限公司")]

    assert [hit.candidate.id for hit in hits("恒通软件", known)] == [2]
    assert [hit.candidate.id for hit in hits("恒通软件", known[:1])] == [1]


def test_who_types_leaves_pieces_out_but_thinks_none_up() -> None:
    assert judged("徐州顺达路桥", "徐州顺路达路桥").answer is Same.NEAR
    assert judged("徐州顺路达路桥", "徐州顺达路桥").answer is Same.DIFFERENT


def test_at_most_five_are_shown_the_best_first() -> None:
    known = [Candidate(number, f"{place}恒通路桥有限公司") for number, place in enumerate(["徐州"] * 7)]
    exact = Candidate(99, "恒通路桥")

    assert [hit.candidate.id for hit in hits("恒通路桥", [*known, exact])] == [99, 0, 1, 2, 3]
