"""Every mistake among the people is found, all at once, with what to write instead."""

from datetime import datetime

import pytest

from handlers.org.files import read_csv
from handlers.org.rules import plan_organisation
from handlers.org.values import (
    AccountPlan,
    BadOrganisation,
    Connections,
    Known,
    KnownPerson,
    RolePlan,
    Source,
    UnitPlan,
)
from tests.org.company import LINKED, PEOPLE, ZONE, planned, problems, row


def test_right_people_are_read_whole() -> None:
    people = {f"{one.name}@{one.unit}": one for one in planned().people}

    led = people["丙三@T1-B"]
    assert led.manager == people["丙三@T1-A"].key
    assert people["丙三@T1-A"].extra_units == ("T1-B",)
    assert people["丙三@T1-A"].roles == (RolePlan("manager", "T1-A"), RolePlan("sales", "T1-A"))
    assert people["丁四@T2-A"].accounts == (AccountPlan("dingtalk", "ding", "D4", "D4"),)
    assert people["丁四@T2-A"].leave_from == datetime(2026, 11, 16, tzinfo=ZONE)
    assert people["丁四@T2-A"].leave_until == datetime(2026, 11, 21, tzinfo=ZONE)  # 20 日整天在内


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"unit": "T9"}, "unit", "没有代码为 T9 的单元"),
        ({"unit": ""}, "unit", "不能为空"),
        ({"name": ""}, "name", "不能为空"),
        ({"name": "戊@五"}, "name", "不能含有 @"),
        ({"extra_units": "T1;T8"}, "extra_units", "没有代码为 T8 的单元"),
        ({"roles": "sales"}, "roles", "“sales”应写成 角色@单元代码"),
        ({"roles": "sales@"}, "roles", "应写成 角色@单元代码"),
        ({"roles": "sales@T1@T2"}, "roles", "应写成 角色@单元代码"),
        ({"roles": "sales@T1-C"}, "roles", "没有代码为 T1-C 的单元，是不是 T1-"),
        ({"manager": "无此人"}, "manager", "没有叫“无此人”的人"),
        ({"manager": "丙三"}, "manager", "“丙三”有 2 位，请写清是 丙三@T1-A 还是 丙三@T1-B"),
        ({"manager": "丙三@T2"}, "manager", "T2 没有叫“丙三”的人，请写 丙三@T1-A 还是 丙三@T1-B"),
        ({"manager": "丙三@T9"}, "manager", "单元 T9 不存在"),
        ({"manager": "戊五"}, "manager", "主管绕成了一圈：戊五 → 戊五"),
        ({"wecom_userid": "JIA"}, "wecom_userid", "账号 JIA 在第 2 行已经有了"),
        ({"wecom_userid": "three:x"}, "wecom_userid", "没有名为 three 的企业微信连接，已配置的是 one、two"),
        ({"wecom_userid": "张 三"}, "wecom_userid", "不是账号"),
        ({"mobile": "1380000"}, "mobile", "不是手机号"),
        ({"mobile": "0517-83661234"}, "mobile", "不是手机号"),
        ({"leave_from": "2026-11-31", "leave_until": "2026-12-01"}, "leave_from", "不是日期"),
        ({"leave_from": "明天", "leave_until": "2026-12-01"}, "leave_from", "不是日期"),
        ({"leave_from": "2026-12-02", "leave_until": "2026-12-01"}, "leave_until", "早于开始"),
        ({"leave_from": "2026-12-02"}, "leave_until", "要么都写，要么都空着"),
        ({"title": "长" * 65}, "title", "最长 64 个字，现在有 65 个"),
    ],
)
def test_a_mistake_is_named_with_its_place(cells: dict[str, str], column: str, words: str) -> None:
    found = problems(people=(*PEOPLE, row(**({"name": "戊五", "unit": "T1"} | cells))))

    assert any(f"people.csv 第 7 行「{column}」" in said and words in said for said in found), found


def test_dingtalk_accounts_differ_by_case_and_connections_keep_them_apart() -> None:
    more = (
        row(name="戊五", unit="T1", dingtalk_userid="d4"),
        row(name="己六", unit="T1", wecom_userid="two:jia"),
    )

    people = {one.name: one for one in planned(people=(*PEOPLE, *more)).people}

    assert people["己六"].accounts == (AccountPlan("wecom", "two", "jia", "jia"),)
    assert people["戊五"].accounts[0].folded == "d4"


def test_wecom_accounts_are_folded() -> None:
    added = planned(people=(*PEOPLE, row(name="戊五", unit="T1", wecom_userid="WuWu"))).people[-1]

    assert added.accounts == (AccountPlan("wecom", "one", "WuWu", "wuwu"),)


def test_accounts_without_a_connection_are_counted_not_guessed() -> None:
    plan = planned(connections=Connections({"wecom": ("one",)}))

    assert all(account.platform == "wecom" for one in plan.people for account in one.accounts)
    assert any("没有配置钉钉连接，1 个钉钉账号没有登记" in notice for notice in plan.notices)


def test_a_circle_among_managers_is_told_once() -> None:
    circle = (
        row(name="戊五", unit="T1", manager="己六"),
        row(name="己六", unit="T1", manager="庚七"),
        row(name="庚七", unit="T1", manager="戊五"),
        row(name="辛八", unit="T1", manager="庚七"),
    )

    assert problems(people=(*PEOPLE, *circle)) == [
        "people.csv 第 7 行「manager」：主管绕成了一圈：戊五 → 己六 → 庚七 → 戊五；请改其中一位的主管"
    ]


def test_two_lines_that_nothing_tells_apart_are_one_too_many() -> None:
    twice = row(name="戊五", unit="T1")

    assert any("与第 7 行同名同单元" in said for said in problems(people=(*PEOPLE, twice, twice)))
    apart = row(name="戊五", unit="T1", wecom_userid="wuwu2")
    assert problems(people=(*PEOPLE, twice, apart)) == []


def test_nobody_can_be_led_by_one_of_two_in_the_same_unit() -> None:
    twins = (row(name="戊五", unit="T1", wecom_userid="w1"), row(name="戊五", unit="T1", wecom_userid="w2"))
    led = row(name="己六", unit="T1", manager="戊五@T1")

    assert any("在同一单元里，分不清" in said for said in problems(people=(*PEOPLE, *twins, led)))


def test_an_unknown_role_is_kept_and_mentioned() -> None:
    plan = planned(people=(*PEOPLE, row(name="戊五", unit="T1", roles="wizard@T1")))

    assert plan.people[-1].roles == (RolePlan("wizard", "T1"),)
    assert plan.notices == ("角色 wizard 不在规则里，持有人只看得到自己的记录：戊五",)


def test_somebody_without_role_manager_and_account_is_fine() -> None:
    assert problems(people=(*PEOPLE, row(name="戊五", unit="T1"))) == []


def test_columns_are_compared_with_the_format() -> None:
    lines = ("T,海风集团,,group,wecom,no,",)
    table = read_csv("people.csv", "name,unit,titel,roles,roles,manager\n甲,T,,,,")
    with pytest.raises(BadOrganisation) as caught:
        plan_organisation(Source(people=table), Known(units=planned(lines, None).units), LINKED, ZONE)

    said = str(caught.value)
    assert "people.csv 第 1 行「titel」：没有这一列，是不是 title？" in said
    assert "people.csv 第 1 行「roles」：这一列出现了两次" in said
    assert "people.csv 第 1 行「mobile」：缺少这一列" in said


STORED = Known(
    units=tuple(
        UnitPlan(code, code, "" if code == "T" else "T", "group" if code == "T" else "company")
        for code in ("T", "T1", "T1-A", "T1-B", "T2", "T2-A")
    ),
    people=(
        KnownPerson(1, "戊五", "T1", "13900000001", accounts=(AccountPlan("wecom", "one", "wu", "wu"),)),
        KnownPerson(2, "己六", "T1"),
        KnownPerson(3, "庚七", "T2", left=True),
    ),
)


def matched(*people: str) -> list[int | None]:
    return [person.id for person in planned(None, people, STORED).people]


def test_a_person_is_recognised_by_account_mobile_unit_or_a_name_that_nobody_else_has() -> None:
    assert matched(row(name="戊五", unit="T2", wecom_userid="WU")) == [1]
    assert matched(row(name="戊五", unit="T2", mobile="139-0000-0001")) == [1]
    assert matched(row(name="己六", unit="T1")) == [2]
    assert matched(row(name="己六", unit="T2-A")) == [2]
    assert matched(row(name="改名", unit="T1", wecom_userid="wu", mobile="13900000001")) == [1]


def test_a_namesake_inherits_nothing() -> None:
    assert matched(row(name="戊五", unit="T2", mobile="13900000009")) == [None]
    assert matched(row(name="戊五", unit="T1", wecom_userid="wu9")) == [None]
    assert matched(row(name="新人", unit="T1", wecom_userid="wu")) == [None]
    assert matched(row(name="己六", unit="T2"), row(name="己六", unit="T2-A")) == [None, None]


def test_who_is_missing_returned_or_loses_an_account_is_mentioned() -> None:
    plan = planned(
        None, (row(name="庚七", unit="T2"), row(name="新人", unit="T1", wecom_userid="wu")), STORED
    )

    assert plan.notices == (
        "库里有、文件里没有的 2 人没有改动：戊五、己六",
        "已登记离职、文件里还有的 1 人仍按离职处理：庚七",
        "账号 wu 由 戊五 改归 新人",
    )


def test_somebody_stored_may_lead_and_complete_a_circle() -> None:
    known = Known(
        STORED.units, (*STORED.people[:1], KnownPerson(2, "己六", "T1", manager_id=1), *STORED.people[2:])
    )

    assert planned(None, (row(name="辛八", unit="T1", manager="己六"),), known).people[0].manager == "id:2"
    with pytest.raises(Exception, match="戊五 → 己六 → 戊五"):
        planned(None, (row(name="戊五", unit="T1", mobile="13900000001", manager="己六"),), known)


def test_somebody_who_left_leads_nobody() -> None:
    found = problems(None, (row(name="辛八", unit="T1", manager="庚七"),), STORED)

    assert any("没有叫“庚七”的人" in said for said in found)
