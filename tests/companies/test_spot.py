"""Company-like words that nobody has told us of are found; ordinary sentences hold none."""

import pytest

from handlers.companies.resolve import Candidate, Directory, Mention
from handlers.companies.spot import companies_in, find_company_words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("公司叫山东昱通路桥养护有限公司", "山东昱通路桥养护有限公司"),
        ("刚和山东昱通路桥养护有限公司签了合同", "山东昱通路桥养护有限公司"),
        ("我在徐州见了山东昱通路桥养护有限公司的老板", "山东昱通路桥养护有限公司"),
        ("新线索 徐州恒通路桥 王建国 13812345678 想看两台摊铺机", "徐州恒通路桥"),
        ("新线索徐州恒通路桥王建国", "徐州恒通路桥"),
        ("把 中铁十四局集团有限公司徐州分公司 分给小陈", "中铁十四局集团有限公司徐州分公司"),
        ("恒通（徐州）路桥工程有限公司的报价", "恒通（徐州）路桥工程有限公司"),
        ("淮阴交建集团的仇海", "淮阴交建集团"),
        ("查重 苏州恒通钢构有限公司", "苏州恒通钢构有限公司"),
        ("帮我查一下 青岛海瑞电气 有没有人跟", "青岛海瑞电气"),
        ("昨天拜访深圳和泰科技有限公司", "深圳和泰科技有限公司"),
        ("徐州恆通路橋王總", "徐州恆通路橋"),
    ],
)
def test_a_company_like_word_is_found(text: str, word: str) -> None:
    (found,) = find_company_words(text)

    assert found.text == found.value == text[found.start : found.end] == word


def test_several_in_one_sentence() -> None:
    found = find_company_words("今天上海博辉科技和南京锐达机械都来了")

    assert [one.text for one in found] == ["上海博辉科技", "南京锐达机械"]
    assert all(one.approx for one in found), "without a legal form it is a guess"


@pytest.mark.parametrize(
    "text",
    [
        "我是合资公司的，为什么看不到集团价",
        "徐州高速公路建设进度怎么样",
        "上海市场机械设备需求不错",
        "去徐州看路桥项目",
        "成立有限公司需要什么",
        "我们是股份有限公司吗",
        "他在一家有限公司上班",
        "明天去北京出差，机械设备展会",
        "南京那边机械坏了",
        "杭州今天建设局开会",
        "集团公司通知",
        "苏州做物流的客户",
        "宁波港口设备维修",
        "合肥新能源汽车展",
        "给路桥牵头 掘进配合 业绩7比3",
        "提醒我大后天给甬江港务打电话",
        "广州大桥工程款什么时候到",
        "刚展会上加的微信 老板姓赵 做养护的 电话回头给我",
        "今天进来的华东线索平均分给小陈、罗斌、小鲁，小鲁休假就跳过",
        "公海里有没有江苏的",
        "哪些客户快掉公海了 7天内的",
        "同意,但付款改3-5-2",
        "报价单出一版，6台160的单价三十一万五，打95折",
        "他们地址搬到 衢江区东迹大道88号",
        "move it to 商务谈判 and set the amount to 1.5M",
        "昨天去了徐州，路桥那边说机械下周到",
    ],
)
def test_ordinary_sentences_hold_no_company(text: str) -> None:
    assert find_company_words(text) == []


@pytest.fixture(scope="module")
def directory() -> Directory:
    known = [
        Candidate(1, "徐州恒通路桥工程有限公司", "恒通路桥", ("恒通", "徐州恒通")),
        Candidate(2, "甬江港务集团有限公司"),
    ]
    return Directory(known)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("恒通还欠多少", [Mention((1,), "alias")]),
        ("新线索 徐州恒通路桥 王建国", [Mention((1,), "core")]),
        ("甬江港务集团有限公司和恒通路桥", [Mention((2,), "name"), Mention((1,), "alias")]),
        ("新线索 徐州恒通物流 王建国", ["徐州恒通物流"]),
        ("苏州恒通钢构有限公司报价", ["苏州恒通钢构有限公司"]),
        ("徐州横通路桥来电话", [Mention((1,), "sound", shown_back=True)]),
        ("今天没事", []),
    ],
)
def test_known_and_unknown_side_by_side(directory: Directory, text: str, meant: list[Mention | str]) -> None:
    assert [one.value for one in companies_in(text, directory)] == meant
