"""Keys and blocks: what settles that a company is known, and what only leads to a closer look."""

import pytest

from handlers.companies.blocks import MOST, blocks, probes
from handlers.companies.keys import Key, keys


def certain(name: str) -> set[str]:
    return {key.text for key in keys(name) if key.certain}


def test_the_keys_of_a_name() -> None:
    assert keys("徐州恒通路桥工程有限公司") == {
        Key("full", "徐州恒通路桥工程", certain=True),
        Key("core", "徐州恒通"),
        Key("short", "恒通路桥"),
        Key("pinyin", "xuzhouhengtongluqiaogongcheng"),
        Key("initials", "htlqgc"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("徐州恒通路桥工程有限公司", "徐州市恒通路橋工程有限责任公司"),
        ("恒通（徐州）路桥工程有限公司", "江苏徐州恒通路桥工程有限公司"),
        ("徐州恒通路桥", "徐州恒通路桥有限公司"),
        ("ABC Trading Co., Ltd.", "abc trading"),
    ],
)
def test_one_normalised_name_is_certain(one: str, other: str) -> None:
    assert certain(one) == certain(other) != set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("徐州恒通路桥", "无锡恒通路桥"),
        ("徐州恒通路桥", "恒通路桥"),
        ("徐州恒通路桥", "徐州恒通物流"),
        ("徐州恒通路桥", "徐州亨通路桥"),
        ("中岭五局集团有限公司", "中岭五局集团西南分公司"),
        ("甬江港务集团有限公司", "甬江港务有限公司"),
        ("中铁十四局", "中铁十五局"),
    ],
)
def test_less_than_one_name_is_never_certain(one: str, other: str) -> None:
    assert not certain(one) & certain(other)


@pytest.mark.parametrize("brand", ["恒通", "宝利", "ABC", ""])
def test_a_bare_brand_settles_nothing(brand: str) -> None:
    assert certain(brand) == set()


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("徐州恒通路侨", "徐州恒通路桥工程有限公司"),
        ("徐州横通路桥", "徐州恒通路桥工程有限公司"),
        ("恒通路桥", "徐州恒通路桥工程有限公司"),
        ("徐州恒通路桥工程有限公司", "恒通路桥"),
        ("恒通", "徐州恒通路桥工程有限公司"),
        ("徐州恒通路桥工程有限公司", "恒通"),
        ("徐州恒通", "徐州恒通路桥工程有限公司"),
        ("徐州通恒路桥", "徐州恒通路桥工程有限公司"),
        ("恒通徐州路桥", "徐州恒通路桥工程有限公司"),
        ("徐州恒恒路桥", "徐州恒通路桥工程有限公司"),
        ("徐州通路桥", "徐州恒通路桥工程有限公司"),
        ("徐州恆通路橋", "徐州恒通路桥工程有限公司"),
        ("恒通路桥", "沧岭恒通路桥工程有限公司"),
        ("沧岭恒通", "沧岭恒通路桥工程有限公司"),
        ("沧令恒通路桥", "沧岭恒通路桥工程有限公司"),
        ("创信凤采掘", "枫桥创信凤采掘有限公司"),
        ("郗冈博贵贸", "郗冈博贵贸易有限公司"),
        ("比亚笛", "比亚迪汽车有限公司"),
        ("上海simens科技", "上海siemens科技有限公司"),
        ("沧岭恒通砂的", "沧岭恒通砂料有限公司"),
        ("沧岭恒通路的", "沧岭恒通路桥有限公司"),
        ("恒通砂料", "沧岭恒通砂料有限公司"),
        ("恒通砂料", "公主岭恒通砂料有限公司"),
        ("恒通砂料", "沧岭县恒通砂料有限公司"),
        ("沧岭恒通", "沧岭恒通砂料有限公司"),
    ],
)
def test_near_names_share_a_block(said: str, known: str) -> None:
    assert set(probes(said)) & set(blocks(known))


def test_a_full_name_does_not_ask_for_all_namesakes_of_its_brand() -> None:
    known = set(blocks("苏州恒通物流有限公司"))

    assert known & set(probes("恒通"))
    assert not known & set(probes("徐州恒通路桥工程有限公司"))


@pytest.mark.parametrize(
    "name", ["徐州恒通路桥工程有限公司", "沧岭恒通新天地开发", "彭城地铁3号线项目经理部", "某" * 99]
)
def test_blocks_are_few_and_short(name: str) -> None:
    assert 0 < len(blocks(name)) <= MOST
    assert len(probes(name)) <= MOST + 2
    assert max(map(len, (*blocks(name), *probes(name)))) <= 70


def test_nothing_has_neither_keys_nor_blocks() -> None:
    assert (keys("（）"), blocks("（）"), probes("（）")) == (frozenset(), (), ())
