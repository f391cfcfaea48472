"""Quantities, positions, ratios, splits and codes."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.codes import find_codes
from handlers.language.fold import fold
from handlers.language.quantities import find_ordinals, find_quantities
from handlers.language.ratios import find_ratios
from handlers.language.splits import find_splits


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ("想看两台摊铺机", [(2, "台")]),
        ("6台160的单价三十一万五", [(6, "台")]),
        ("3套", [(3, "套")]),
        ("五个", [(5, "个")]),
        ("更换传感器2个 试机半小时正常", [(2, "个")]),
        ("客户打4分 说到场有点慢", [(4, "分")]),
        ("28万6台", [(6, "台")]),
        ("3 sets and 5 pcs", [(3, "sets"), (5, "pcs")]),
        ("一下 一起 一样 一般 一定", []),
        ("同一个客户 上一条 哪家", []),
        ("衡阳恒通 和 徐州恒通路桥 是不是一家", []),
        ("彭城地铁3号线", []),
        ("价格再压5个点", []),
        ("一个月 三个工作日 两个小时", []),
        ("第2个 第三台", []),
        ("三一重工 一把手 十堰 他们俩", []),
        ("E-217手册", []),
    ],
)
def test_counts(said: str, counts: list[tuple[int, str]]) -> None:
    assert [(int(found.value.value), found.value.unit) for found in find_quantities(said)] == counts


def test_a_span_and_about() -> None:
    [span] = find_quantities("两三台")
    assert (int(span.value.value), int(span.value.high), span.approx) == (2, 3, False)
    [about] = find_quantities("十来台")
    assert (int(about.value.value), about.approx) == (10, True)


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("领第2个", [2]),
        ("第一条", [1]),
        ("第1个推迟到明天", [1]),
        ("选2", [2]),
        ("选二", [2]),
        ("1", [1]),
        ("一", [1]),
        ("2.", [2]),
        ("行动项2 完成", [2]),
        ("the second", [2]),
        ("最后一个", [-1]),
        ("倒数第二个", [-2]),
        ("第三方 第一时间 第二天 第四季度 第二个月", []),
        ("30 seconds, the first quarter", []),
        ("要30万 要2台", []),
        ("13812345678", []),
        ("晚上8点30", []),
    ],
)
def test_positions(said: str, places: list[int]) -> None:
    assert [found.value for found in find_ordinals(said)] == places


@pytest.mark.parametrize(
    ("said", "ratios"),
    [
        ("六成", [("0.6", "share")]),
        ("六成五", [("0.65", "share")]),
        ("百分之八", [("0.08", "share")]),
        ("百分之十二点五", [("0.125", "share")]),
        ("8%", [("0.08", "share")]),
        ("８％", [("0.08", "share")]),
        ("8个点", [("0.08", "share")]),
        ("三点五个点", [("0.035", "share")]),
        ("价格要再压5个点", [("0.05", "share")]),
        ("不批，毛利才11%", [("0.11", "share")]),
        ("95折", [("0.95", "discount")]),
        ("九五折", [("0.95", "discount")]),
        ("8折", [("0.8", "discount")]),
        ("八折", [("0.8", "discount")]),
        ("9.5折", [("0.95", "discount")]),
        ("打92折走审批", [("0.92", "discount")]),
        ("打九二走审批", [("0.92", "discount")]),
        ("5% off", [("0.95", "discount")]),
        ("完成 成本 三成都 成立 骨折", []),
        ("第九折 三一重工 8:30 3点", []),
    ],
)
def test_ratios(said: str, ratios: list[tuple[str, str]]) -> None:
    found = find_ratios(fold(said).text)
    assert [(ratio.value.value, ratio.value.kind) for ratio in found] == [
        (Decimal(value), kind) for value, kind in ratios
    ]


def test_a_refused_discount_is_marked() -> None:
    found = find_ratios("九五折不行就九二,你先按九二走审批")
    assert [(str(ratio.value.value), ratio.value.denied) for ratio in found] == [
        ("0.95", True),
        ("0.92", False),
        ("0.92", False),
    ]


@pytest.mark.parametrize(
    ("said", "parts", "kind"),
    [
        ("给路桥牵头 掘进配合 业绩7比3", "0.7 0.3", "shares"),
        ("7:3", "0.7 0.3", "shares"),
        ("七比三", "0.7 0.3", "shares"),
        ("五五开", "0.5 0.5", "shares"),
        ("368万 3-6-1付款", "0.3 0.6 0.1", "terms"),
        ("同意 付款条件改成3-5-2再签", "0.3 0.5 0.2", "terms"),
        ("30/60/10", "0.3 0.6 0.1", "terms"),
        ("30%/60%/10%", "0.3 0.6 0.1", "terms"),
        ("三六一付款", "0.3 0.6 0.1", "terms"),
        ("付款三六一", "0.3 0.6 0.1", "terms"),
        ("预付30% 到货60% 质保10%", "0.3 0.6 0.1", "terms"),
        ("预付3成 到货6成 质保1成", "0.3 0.6 0.1", "terms"),
    ],
)
def test_splits(said: str, parts: str, kind: str) -> None:
    [found] = find_splits(said)
    assert (found.value.parts, found.value.kind, found.ask) == (tuple(map(Decimal, parts.split())), kind, "")


@pytest.mark.parametrize("said", ["3-5-1付款", "业绩7比4", "付款 30/60/20"])
def test_parts_that_make_no_whole_are_asked_about(said: str) -> None:
    assert [bool(found.ask) for found in find_splits(said)] == [True]


@pytest.mark.parametrize(
    "said",
    [
        "7:30",
        "11/30",
        "2026-11-30",
        "12-5",
        "10:30-11:30",
        "三一重工",
        "199-0000-1037",
        "3-5万",
        "1-2-3",
        "0517-83661234",
    ],
)
def test_what_is_no_split(said: str) -> None:
    assert find_splits(said) == []


@given(st.lists(st.integers(1, 9), min_size=2, max_size=3, unique=True).map(sorted), st.sampled_from("-/:"))
def test_terms_of_tenths(cuts: list[int], joint: str) -> None:
    parts = [end - start for start, end in pairwise([0, *cuts, 10])]
    [found] = find_splits(f"付款{joint.join(map(str, parts))}，谢谢")
    assert found.value.parts == tuple(Decimal(part) / 10 for part in parts)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("接单 T3021", ["T3021"]),
        ("T3021升级！客户总经理电话都打到我这了", ["T3021"]),
        ("t-3021 T 3021", ["T3021", "T3021"]),
        ("l20931 L-20931 Ｌ－２０９３１ L–20931", ["L-20931"] * 4),
        ("HT-2026-0412 ht2026412 ht-2026-412", ["HT-2026-0412"] * 3),
        ("K-0691 k-691 K0691", ["K-0691", "K-0691", "K-0691"]),
        (
            "AP-0501 ap501 Q-0600 O-3101 V-0398 C-1001 c1001",
            ["AP-0501", "AP-0501", "Q-0600", "O-3101", "V-0398", "C-1001", "C-1001"],
        ),
        ("接单 T12", ["T12"]),
        ("E-217 Q4 Q235 C30 T2航站楼 V8 M20 GB-50123 AL-20931 20L-3", []),
        ("13812345678 2026-11-18", []),
    ],
)
def test_codes(said: str, codes: list[str]) -> None:
    assert [found.value for found in find_codes(fold(said).text)] == codes


@given(st.sampled_from(["C", "O", "Q", "AP", "K", "V"]), st.integers(0, 99999), st.booleans())
def test_codes_are_canonical(letters: str, number: int, lower: bool) -> None:
    code = f"{letters}-{number:04}"
    said = code.lower() if lower else code
    assert [found.value for found in find_codes(f"看下{said}。")] == [code]
