"""A name as said finds its record, by the first rule of the catalogue that gives anything."""

import json
from pathlib import Path

import pytest

from handlers.companies.resolve import Candidate, Directory, Mention, resolve

SAMPLE = Path(__file__).parents[2] / "sandbox" / "company" / "records.json"


@pytest.fixture(scope="module")
def sample() -> list[Candidate]:
    """The customers of the sample company."""
    rows = json.loads(SAMPLE.read_text("utf-8"))["customers"]
    return [
        Candidate(number, row["name"], row["short"], tuple(row["aliases"])) for number, row in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def directory(sample: list[Candidate]) -> Directory:
    return Directory(sample)


@pytest.mark.parametrize(
    ("said", "meant", "how"),
    [
        ("衢江供电有限公司", "衢江供电有限公司", "name"),
        ("衢江供电", "衢江供电有限公司", "name"),
        ("衢江供电公司", "衢江供电有限公司", "name"),
        ("甬江港", "甬江港务集团有限公司", "alias"),
        ("恒通", "徐州恒通路桥工程有限公司", "alias"),
        ("徐州恒通路桥", "徐州恒通路桥工程有限公司", "alias"),
        ("苏州恒通", "苏州恒通物流有限公司", "alias"),
        ("中岭五局西南", "中岭五局集团西南分公司", "alias"),
        ("彭城地铁", "彭城地铁3号线项目经理部", "alias"),
        ("甬江", "甬江港务集团有限公司", "core"),
        ("昌运", "湛江昌运机械租赁有限公司", "core"),
        ("湛江昌运", "湛江昌运机械租赁有限公司", "core"),
        ("昌运机械租赁", "湛江昌运机械租赁有限公司", "core"),
        ("qujianggongdian", "衢江供电有限公司", "pinyin"),
        ("Qujiang Gongdian", "衢江供电有限公司", "pinyin"),
        ("yongjianggangwu", "甬江港务集团有限公司", "pinyin"),
    ],
)
def test_one_clear_match(directory: Directory, said: str, meant: str, how: str) -> None:
    found = directory.resolve(said)

    assert (found.kind, [pick.full for pick in found.picks], found.how) == ("one", [meant], how)
    assert not found.shown_back


@pytest.mark.parametrize(
    ("said", "meant", "how"),
    [
        ("qjgd", "衢江供电有限公司", "initials"),
        ("甬江港物", "甬江港务集团有限公司", "sound"),
        ("雍江港务", "甬江港务集团有限公司", "sound"),
        ("保利", "徐州宝利工程机械有限公司", "sound"),
        ("徐州恒通路侨", "徐州恒通路桥工程有限公司", "sound"),
        ("淮安清江市政养沪有限公司", "淮安清江市政养护有限公司", "sound"),
        ("嘉禾化江股份", "嘉禾化工股份有限公司", "near"),
    ],
)
def test_a_guess_is_always_shown_back(directory: Directory, said: str, meant: str, how: str) -> None:
    found = directory.resolve(said)

    assert (found.kind, [pick.full for pick in found.picks], found.how) == ("one", [meant], how)
    assert found.shown_back


@pytest.mark.parametrize(
    "said", ["中岭六局", "无锡恒通", "比亚迪", "乐山", "xyz", "", "。", "彭城地铁4号线项目"]
)
def test_none_when_nothing_fits(directory: Directory, said: str) -> None:
    assert directory.resolve(said).kind == "none"


def test_a_shared_core_is_asked_about(sample: list[Candidate]) -> None:
    before = [one for one in sample if one.short != "恒通路桥"]
    found = resolve("恒通", before)

    assert found.kind == "several"
    assert [pick.full for pick in found.picks] == ["衡阳恒通机电有限公司", "苏州恒通物流有限公司"]
    assert resolve("衡阳恒通机电", before).kind == "one"


def test_at_most_five_are_offered() -> None:
    many = [
        Candidate(number, f"{place}恒通路桥有限公司")
        for number, place in enumerate(["徐州", "无锡", "常州", "苏州", "南通", "扬州", "镇江"])
    ]
    found = resolve("恒通路桥", many)

    assert found.kind == "several"
    assert [pick.id for pick in found.picks] == [0, 1, 2, 3, 4]


def test_two_records_of_one_name_are_two(sample: list[Candidate]) -> None:
    twice = [Candidate(1, "徐州恒通路桥"), Candidate(2, "徐州恒通路桥")]

    assert [pick.id for pick in resolve("徐州恒通路桥", twice).picks] == [1, 2]


def found_in(directory: Directory, text: str) -> list[tuple[str, str]]:
    return [(one.text, one.value.how) for one in directory.find_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("提醒我大后天给甬江港务打电话", [("甬江港务", "name")]),
        ("跟进 恒通 今天见了王总，价格要再压5个点", [("恒通", "alias")]),
        ("衡阳恒通 和 徐州恒通路桥 是不是一家", [("衡阳恒通", "alias"), ("徐州恒通路桥", "alias")]),
        ("客户报修：彭城地铁3号线 盾构机主轴承温度报警", [("彭城地铁3号线", "name")]),
        ("报价单给衢江供電出一版", [("衢江供電", "name")]),
        ("跟进 qujianggongdian 今天去过", [("qujianggongdian", "pinyin")]),
        ("qjgd 今天去过", [("qjgd", "initials")]),
        ("明天去甬江港物看看", [("甬江港物", "sound")]),
        ("这客户我上个月就聊过了啊 怎么算她的", []),
        ("给路桥牵头 掘进配合 业绩7比3", []),
        ("他们地址搬到 东迹大道88号", []),
        ("", []),
    ],
)
def test_known_names_are_found_in_a_sentence(
    directory: Directory, text: str, found: list[tuple[str, str]]
) -> None:
    assert found_in(directory, text) == found


def test_a_mention_says_where_it_stands_and_whether_it_was_guessed(directory: Directory) -> None:
    text = "明天去甬江港物看看"
    (found,) = directory.find_in(text)

    assert text[found.start : found.end] == "甬江港物"
    assert found.approx
    assert found.value == Mention((0,), "sound", shown_back=True)


def test_the_longest_reading_wins_and_latin_words_are_whole() -> None:
    known = Directory(
        [Candidate(1, "ABC"), Candidate(2, "ABC Trading"), Candidate(3, "恒通"), Candidate(4, "恒通路桥")]
    )

    assert [one.value.ids for one in known.find_in("abc trading 和恒通路桥")] == [(2,), (4,)]
    assert known.find_in("abcd xabc") == []
