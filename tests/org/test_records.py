"""Records are read as values, and every mistake in them is named with record and field."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from handlers.org.files import read_json
from handlers.org.findings import Findings
from handlers.org.names import Named, Names
from handlers.org.record_values import RecordsPlan, Skipped
from handlers.org.records import plan_records
from tests.org.company import ZONE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = {"T": "集团", "T1": "公司"}
NAMES = Names([Named("a", "甲一", ("T",)), Named("b", "张伟", ("T",)), Named("c", "张伟", ("T1",))], UNITS)
LEAD = {"code": "L-1", "company": "甲公司", "unit": "T", "owner": "甲一"}
CUSTOMER = {"code": "C-1", "name": "乙公司", "unit": "T1", "owner": "张伟@T1"}
SAID = {"by": "甲一", "at": "2026-11-16", "content": "说过"}
TASK = {"code": "K-1", "owner": "甲一", "content": "打电话", "due": "2026-11-16"}


def read(story: str = "", **source: Any) -> tuple[RecordsPlan, list[str]]:
    findings = Findings()
    exact = read_json("records.json", json.dumps(source))
    plan = plan_records(exact, NAMES, UNITS, ZONE, NOW, findings, story)
    return plan, [str(problem) for problem in findings.problems]


def test_money_is_yuan_in_the_file_and_fen_in_the_store() -> None:
    plan, wrong = read(leads=[LEAD | {"budget": 260000}, LEAD | {"code": "L-2", "budget_min": 0.29}])

    assert wrong == []
    assert [(one.budget_min, one.budget_max) for one in plan.leads] == [(26000000, 26000000), (29, None)]


def test_names_become_keys_and_phones_the_form_of_the_catalogue() -> None:
    plan, wrong = read(
        customers=[
            CUSTOMER | {"team": ["甲一", "甲一"], "contacts": [{"name": "丙", "phone": "051783661234"}]}
        ]
    )

    assert wrong == []
    assert (plan.customers[0].owner, plan.customers[0].team) == ("c", ("a",))
    assert plan.customers[0].contacts[0].phone == "0517-83661234"
    assert plan.customers[0].created_at == NOW


def test_a_day_as_due_ends_with_the_work_of_that_day() -> None:
    plan, _ = read(tasks=[TASK, TASK | {"code": "K-2", "due": "2026-11-16T09:00"}])

    assert plan.tasks[0].due_day == date(2026, 11, 16)
    assert plan.tasks[0].due_at == datetime(2026, 11, 16, 17, 30, tzinfo=ZONE)
    assert (plan.tasks[1].due_day, plan.tasks[1].due_at) == (None, datetime(2026, 11, 16, 9, tzinfo=ZONE))


def test_a_finished_task_bears_the_moment() -> None:
    plan, _ = read(now="2026-11-18T10:00:00+08:00", tasks=[TASK | {"status": "已完成"}])

    assert plan.tasks[0].done_at == datetime(2026, 11, 18, 10, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("story", "there", "later"),
    [
        ("", [], 4),
        ("S01", [], 4),
        ("S05", ["L-1"], 3),
        ("S12", ["L-1", "L-2", "L-3"], 1),
        ("all", 4 * [""], 0),
    ],
)
def test_records_exist_once_their_story_is_told(story: str, there: list[str], later: int) -> None:
    sinces = ("S04", "S05", "S11", "S12")
    leads = [LEAD | {"code": f"L-{n}", "since": since} for n, since in enumerate(sinces, start=1)]

    plan, wrong = read(story, leads=leads)

    assert wrong == []
    assert len(plan.leads) == len(there)
    assert plan.later == later
    if story != "all":
        assert [one.code for one in plan.leads] == there


def test_other_kinds_are_counted_and_named() -> None:
    plan, wrong = read(tickets=[{"code": "T1"}, {"since": "S07"}], about="文字", voc=[])

    assert wrong == []
    assert plan.skipped == (Skipped("tickets", 1), Skipped("voc", 0))
    assert plan.later == 1


def test_the_next_number_lies_beyond_the_codes() -> None:
    plan, _ = read(next_numbers={"lead": 5, "voc": 9}, leads=[LEAD | {"code": "L-20961"}], tasks=[TASK])

    assert plan.next_numbers == (("lead", 20962), ("task", 2), ("voc", 9))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"leads": {}}, "「leads」：应是一个列表"),
        ({"leads": [1]}, "「leads 第 1 条」：应是 {…}"),
        ({"leads": [LEAD | {"code": ""}]}, "「leads 第 1 条 · code」：不能为空"),
        ({"leads": [LEAD | {"code": "L-x"}]}, "应以数字结尾"),
        ({"leads": [LEAD, LEAD]}, "「leads L-1」：这个代码出现了两次"),
        ({"leads": [LEAD | {"unit": "T2"}]}, "「leads L-1 · unit」：没有代码为 T2 的单元"),
        ({"leads": [LEAD | {"owner": "张伟"}]}, "“张伟”有 2 位，请写清是 张伟@T 还是 张伟@T1"),
        ({"leads": [LEAD | {"phnoe": "1"}]}, "没有这个字段，是不是 phone？"),
        ({"leads": [LEAD | {"company": 5}]}, "应是加引号的文字"),
        ({"leads": [LEAD | {"company": "长" * 101}]}, "最长 100 个字，现在有 101 个"),
        ({"leads": [LEAD | {"budget": -1}]}, "应是元，最多两位小数"),
        ({"leads": [LEAD | {"budget": 0.001}]}, "应是元，最多两位小数"),
        ({"leads": [LEAD | {"budget": 10**19}]}, "应是元，最多两位小数"),
        ({"leads": [LEAD | {"budget": True}]}, "应是不加引号的数"),
        ({"leads": [LEAD | {"qty": 1.5}]}, "应是不带小数的数"),
        ({"leads": [LEAD | {"phone": "电话没有"}]}, "不是电话"),
        ({"leads": [LEAD | {"entered_at": "昨天"}]}, "不是日期"),
        ({"customers": [CUSTOMER | {"aliases": "甲"}]}, "应是文字的列表"),
        ({"customers": [CUSTOMER | {"contacts": ["甲"]}]}, "应是 {…} 的列表"),
        ({"customers": [CUSTOMER | {"contacts": [{"title": "经理"}]}]}, "C-1 · contacts · name」：不能为空"),
        ({"followups": [SAID]}, "请写明是哪个客户"),
        ({"followups": [SAID | {"customer": "C-9"}]}, "文件里没有 C-9"),
        ({"tasks": [TASK | {"due": None}]}, "「tasks K-1 · due」：不能为空"),
        ({"tasks": [TASK | {"owner": "乙"}]}, "没有叫“乙”的人"),
        ({"next_numbers": [1]}, "「next_numbers」：应是 {…}"),
        ({"next_numbers": {"leed": 1}}, "没有这一种"),
        ({"next_numbers": {"lead": 0}}, "应是大于 0 的整数"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_record_and_field(source: dict[str, Any], words: str) -> None:
    _, wrong = read(**source)

    assert any(words in said for said in wrong), wrong


def test_numbers_of_the_file_are_never_floats() -> None:
    assert read_json("records.json", '{"a": 1.10}')["a"] == Decimal("1.10")
