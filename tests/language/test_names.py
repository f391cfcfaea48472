"""Outsiders as they are called, and the words that only look like names."""

import pytest

from handlers.language.names import find_contacts, looks_like_person


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("刚展会上加的微信 老板姓赵 做养护的 电话回头给我", ["赵老板"]),
        ("跟进 恒通 今天见了王总，设备部更认三岳", ["王总"]),
        ("明早10点半拜访 衢江供电 张科长，聊变频柜二期", ["张科长"]),
        ("张科长换人了 现在是毛文静 18600000033", ["张科长", "毛文静"]),
        ("公司=淮阴交建;联系人=仇海;手机=0517-83661234", ["仇海"]),
        ("新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机", ["王建国"]),
        ("设备部高总说", ["高总"]),
        ("姓王的老板", ["王老板"]),
        ("联系人姓李", ["李"]),
        ("欧阳经理和诸葛总", ["欧阳经理", "诸葛总"]),
        ("王总监 李工 陈师傅 吴老师 赵女士", ["王总监", "李工", "陈师傅", "吴老师", "赵女士"]),
        ("王总在开会", ["王总"]),
        ("员工 施工 竣工 加工 李工地", []),
        ("总经理电话都打到我这了", []),
        ("客户总经理 项目经理 基金经理 浙江经理 安全科长 工程部长 工程总监", []),
        ("汪总部 高压柜 单价多少", []),
        ("衢江供电", []),
        ("超过 5%，到子公司总经理 99 万合同 冷却至 11-27", []),
        ("方案 金额 查重 温度 成本", []),
        ("万达 三一重工 徐州 江苏 红旗", []),
    ],
)
def test_contacts(said: str, called: list[str]) -> None:
    assert [found.value for found in find_contacts(said)] == called


def test_a_bare_name_may_be_a_colleague() -> None:
    [found] = find_contacts("分给 罗斌")
    assert (found.value, found.approx) == ("罗斌", True)


@pytest.mark.parametrize(
    "token",
    ["王建国", "毛文静", "周舟", "汪洋", "欧阳锋", "上官婉儿", "王总", "李工", "张科长", "项婕", "郝连山"],
)
def test_a_person(token: str) -> None:
    assert looks_like_person(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "王",
        "总经理",
        "方案",
        "江苏",
        "徐州",
        "衢江供电",
        "高压柜",
        "施工",
        "周五",
        "明天",
        "查重",
        "单价",
        "三岳",
        "王总部长城",
        "李的",
    ],
)
def test_no_person(token: str) -> None:
    assert not looks_like_person(token)
