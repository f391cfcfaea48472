"""A name comes apart the way a person would take it apart."""

import subprocess
import sys

import pytest

from handlers.companies.fold import folded, folded_in_place
from handlers.companies.names import numbers, parts
from handlers.companies.places import agree, conflict, head, narrowest
from handlers.companies.sounds import initials, loose, pinyin, pinyins, syllables

# said, place, core, trade, kind, branch
PARTS = [
    ("徐州恒通路桥工程有限公司", "徐州", "恒通", "路桥工程", "", ""),
    ("徐州恒通路桥", "徐州", "恒通", "路桥", "", ""),
    ("恒通路桥", "", "恒通", "路桥", "", ""),
    ("恒通", "", "恒通", "", "", ""),
    ("江苏省徐州市恒通路桥有限公司", "徐州", "恒通", "路桥", "", ""),
    ("恒通（徐州）路桥工程有限公司", "徐州", "恒通", "路桥工程", "", ""),
    ("徐州铜山区恒通建设（集团）有限公司", "铜山", "恒通", "建设", "集团", ""),
    ("徐州经济技术开发区恒通路桥有限公司", "徐州", "恒通", "路桥", "", ""),
    ("沧岭市恒通路桥有限公司", "沧岭", "恒通", "路桥", "", ""),
    ("沧岭恒通路桥有限公司", "", "沧岭恒通", "路桥", "", ""),
    ("恒通（沧岭）路桥有限公司", "沧岭", "恒通", "路桥", "", ""),
    ("衢江供电有限公司", "", "衢江", "供电", "", ""),
    ("海陵水务发展有限公司", "", "海陵", "水务发展", "", ""),
    ("青浦环城建设有限公司", "青浦", "环城", "建设", "", ""),
    ("南通海门基础工程有限公司", "南通", "海门", "基础工程", "", ""),
    ("徐州市政工程有限公司", "", "徐州", "市政工程", "", ""),
    ("华联超市有限公司", "", "华联", "超市", "", ""),
    ("中岭五局集团有限公司", "", "中岭五局", "", "集团", ""),
    ("中岭五局集团西南分公司", "", "中岭五局", "", "集团", "西南分公司"),
    ("南京恒通路桥有限公司无锡分公司", "南京", "恒通", "路桥", "", "无锡分公司"),
    ("恒通路桥无锡分公司", "", "恒通", "路桥", "", "无锡分公司"),
    ("恒通路桥第一分公司", "", "恒通", "路桥", "", "第一分公司"),
    ("甬江港务集团有限公司徐州项目部", "", "甬江", "港务", "集团", "徐州项目部"),
    ("彭城地铁3号线项目经理部", "", "彭城地铁3号线", "", "项目", ""),
    ("韶关北江公路养护中心", "韶关", "北江", "公路养护", "中心", ""),
    ("路桥恒通", "", "恒通", "路桥", "", ""),
    ("上海ABC科技有限公司", "上海", "abc", "科技", "", ""),
    ("ABC Trading Co., Ltd.", "", "abc", "trading", "", ""),
    ("Müller Maschinen GmbH", "", "müller maschinen", "", "", ""),
]


@pytest.mark.parametrize(("said", "place", "core", "trade", "kind", "branch"), PARTS)
def test_a_name_comes_apart(said: str, place: str, core: str, trade: str, kind: str, branch: str) -> None:
    name = parts(said)

    assert (name.place, name.core, name.trade, name.kind, name.branch) == (place, core, trade, kind, branch)


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("徐州恒通路桥有限责任公司", "有限责任公司"),
        ("徐州恒通路桥股份有限公司", "股份有限公司"),
        ("恒通机械厂", "厂"),
        ("华岳设计研究院", "设计研究院"),
        ("红星农民专业合作社", "农民专业合作社"),
        ("Acme Ltd", "ltd"),
    ],
)
def test_the_legal_form_is_kept_apart(said: str, form: str) -> None:
    assert parts(said).form == form


@pytest.mark.parametrize(
    "written",
    [
        "徐州恒通路桥工程有限公司",
        "徐州恆通路橋工程有限公司",
        " 徐州 恒通路桥 工程有限公司",
        "徐州恒​通路桥工程有限公司",
    ],
)
def test_spelling_that_looks_the_same_is_the_same(written: str) -> None:
    assert parts(written).normal == "徐州恒通路桥工程"


def test_width_and_case_do_not_count() -> None:
    assert parts("上海ＡＢＣ科技（集团）有限公司").normal == parts("上海abc科技(集团)有限公司").normal


def test_an_ordinary_legal_form_makes_no_difference_but_a_group_is_another_body() -> None:
    assert parts("甬江港务有限责任公司").normal == parts("甬江港务股份有限公司").normal
    assert parts("甬江港务集团有限公司").normal != parts("甬江港务有限公司").normal


@pytest.mark.parametrize("nothing", ["", " ", "（）", "。，、", "​‮"])
def test_nothing_has_no_core(nothing: str) -> None:
    assert parts(nothing).core == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("中铁十四局", (14,)),
        ("第三工程局", (3,)),
        ("彭城地铁3号线", (3,)),
        ("二〇七所", (207,)),
        ("一百二十团", (120,)),
        ("恒通", ()),
    ],
)
def test_numbers_are_read_in_both_scripts(text: str, found: tuple[int, ...]) -> None:
    assert numbers(text) == found


def test_places_know_what_is_inside_what() -> None:
    assert narrowest(("江苏", "徐州")) == "徐州"
    assert agree(("江苏",), ("徐州",))
    assert agree(("徐州",), ())
    assert conflict(("徐州",), ("无锡",))
    assert conflict(("山东",), ("徐州",))
    assert not conflict(("徐州",), ("沧岭",)), "a place nobody knows proves nothing"


def test_a_suffix_is_not_a_place_when_it_belongs_to_a_word() -> None:
    assert head("徐州市政工程").end == 2
    assert head("华联超市").places == ()
    assert head("沧岭县恒通").places == ("沧岭",)


def test_sounds_follow_the_reading_in_names() -> None:
    assert pinyin("衢江供电") == "qujianggongdian"
    assert initials("衢江供电") == "qjgd"
    assert syllables("重庆长江abc") == ("chong", "qing", "chang", "jiang", "abc")
    assert "chongqing" in pinyins("重庆")
    assert loose("zhang") == loose("zan")
    assert loose("ning") == loose("lin")


def test_folding_in_place_moves_nothing() -> None:
    text = "ＡＢＣ徐州恆通路橋①㌔ﷺ"

    assert len(folded_in_place(text)) == len(text)
    assert folded_in_place(text).startswith("abc徐州恒通路桥1")


def test_only_a_hundred_characters_are_looked_at() -> None:
    assert len(folded("恒通" * 10_000)) == 100
    assert len(folded("ﷺ" * 10_000)) <= 100
    assert folded("​" * 300 + "恒通") == "恒通"


def test_the_pinyin_tables_wait_until_they_are_wanted() -> None:
    lines = (
        "import sys",
        "from handlers.companies import resolve, spot, sounds, keys",
        "assert 'pypinyin' not in sys.modules",
        "sounds.warm_up()",
        "assert 'pypinyin' in sys.modules",
    )

    assert subprocess.run([sys.executable, "-c", "\n".join(lines)], check=False).returncode == 0
