"""A policy file: the sample company's facts, another company's file, an empty one, and who is asked."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.policies.approvers import (
    BadApprover,
    ManagerUp,
    OnDuty,
    PersonNamed,
    RoleAt,
    Where,
    parse_approver,
)
from handlers.policies.choosing import first_match
from handlers.policies.document import Policies, load_policies
from handlers.policies.flows import Mode
from handlers.policies.pools import Limit, Per, Strategy
from handlers.policies.visibility import Rows, reach_of, reads_logs
from handlers.worktime.rules import deadline, parse_duration, shortened

SAMPLE = (Path(__file__).parent.parent / "sandbox" / "company" / "policies.toml").read_text("utf-8")
BEIJING = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def company() -> Policies:
    return load_policies(SAMPLE)


# ── the sample company ──────────────────────────────────────────────────────


def test_its_calendar_works_the_make_up_saturday_and_rests_on_the_anniversary(company: Policies) -> None:
    office = company.calendar()
    assert office.is_working_day(date(2026, 11, 28))
    assert not office.is_working_day(date(2026, 12, 4))
    assert office.note(date(2026, 12, 4)) == "厂庆休息"
    assert not office.is_working_day(date(2026, 10, 1))
    assert office.full_day == timedelta(hours=7, minutes=30)
    assert company.zone == BEIJING
    assert company.calendar("always").is_working(datetime(2026, 10, 1, 3, tzinfo=UTC))


def test_its_deadlines_are_those_of_the_stories(company: Policies) -> None:
    general = first_match(company.slas, {"停机": False, "安全": False, "降效": False, "咨询": False}).rule
    assert general is not None
    assert general.level == "P3"
    assert general.respond is not None
    for opened, due in ((20, "11-23 12:00"), (27, "11-28 12:00")):
        start = datetime(2026, 11, opened, 17, tzinfo=BEIJING)
        found = deadline(company.calendar(general.calendar), start, general.respond)
        assert found.astimezone(BEIJING).strftime("%m-%d %H:%M") == due
    halved = shortened(company.calendar(), general.respond, company.sla_rules.vip_respond_factor)
    assert halved == parse_duration("w2h")


def test_a_stopped_machine_is_p1_and_climbs_by_itself(company: Policies) -> None:
    p1 = first_match(company.slas, {"停机": True}).rule
    assert p1 is not None
    assert (p1.level, p1.ignores_quiet) == ("P1", True)
    assert [(str(step.at), str(step.to)) for step in p1.escalate] == [
        ("0m", 'roster("FW-XC")'),
        ("30m", 'role("service_manager") @ company'),
        ("1h", 'role("gm") @ company'),
        ("1h", 'role("customer_success") @ group'),
    ]
    (roster,) = company.rosters
    assert roster.on_duty(date(2026, 11, 20)) == ("马超",)
    assert roster.on_duty(date(2026, 12, 1)) == ("石磊",)


@pytest.mark.parametrize(
    ("document", "flow", "steps"),
    [
        ({"类型": "报价", "降幅": Decimal("0.05"), "毛利率": Decimal("0.2")}, "报价-5%以内", 1),
        ({"类型": "报价", "降幅": Decimal("0.08"), "毛利率": Decimal("0.2")}, "报价-10%以内", 2),
        ({"类型": "报价", "降幅": Decimal("0.08"), "毛利率": Decimal("0.1")}, "报价-超10%或低毛利", 3),
        ({"类型": "合同", "跨公司": False, "定档金额": 300_000}, "合同-50万以下", 2),
        ({"类型": "合同", "跨公司": False, "定档金额": 3_680_000}, "合同-1000万以下", 5),
        ({"类型": "合同", "跨公司": False, "定档金额": 10_000_000}, "合同-1000万以上", 6),
        ({"类型": "合同", "跨公司": True}, "合同-跨公司", 3),
        ({"类型": "信用", "额度": 800_000}, "信用-50万以上", 2),
        ({"类型": "共享", "跨公司": True}, "合并共享-跨公司", 1),
    ],
)
def test_a_document_finds_its_flow(
    company: Policies, document: dict[str, object], flow: str, steps: int
) -> None:
    found = first_match(company.flows, document).rule
    assert found is not None
    assert found.name == flow
    assert len(company.steps_of(found)) == steps


def test_inherited_steps_go_first(company: Policies) -> None:
    flow = next(flow for flow in company.flows if flow.name == "合同-1000万以上")
    asked = [[str(who) for who in step.who] for step in company.steps_of(flow)]
    assert asked == [
        ["manager(1)"],
        ['role("gm") @ company'],
        ['role("finance") @ company'],
        ['role("president") @ business_group'],
        ['role("finance_director") @ group', 'role("legal") @ group'],
        ['role("group_president") @ group'],
    ]
    assert company.steps_of(flow)[4].mode is Mode.ALL


def test_a_contract_without_a_tier_is_asked_about(company: Policies) -> None:
    assert first_match(company.flows, {"类型": "合同"}).missing == ("跨公司",)
    assert first_match(company.flows, {"类型": "合同", "跨公司": False}).missing == ("定档金额",)
    assert first_match(company.flows, {"类型": "采购"}).rule is None


def test_its_remaining_rules(company: Policies) -> None:
    assert {
        role: reach_of(role, company.visibility) for role in ("sales", "gm", "cashier", "admin", "新角色")
    } == {
        "sales": Rows.OWN,
        "gm": Rows.COMPANY,
        "cashier": Rows.PAYMENTS,
        "admin": Rows.NONE,
        "新角色": Rows.OWN,
    }
    assert reads_logs("auditor", company.visibility)
    assert company.approval_rules.batch_alone_at == 3_000_000
    assert company.payment.match_tolerance == Decimal("0.005")
    assert company.conflict.arbiter == RoleAt("coordinator", Where.GROUP)
    pools = {pool.code: pool for pool in company.pools}
    assert pools["集团共享池"].claim_limit == Limit(per=Per.WEEK, count=5)
    assert pools["电气大客户池"].claim_confirm == ManagerUp(1)
    assert pools["掘进池"].recycle[0].when.decide({"客户等级": "战略", "未跟进天数": 15})
    assert company.assignments[-1].strategy is Strategy.POOL
    weak = next(addon for addon in company.flow_addons if addon.name == "付款条件偏弱")
    assert (weak.after, weak.aside) == (ManagerUp(1), False)
    assert [stage.name for stage in company.stages][-2:] == ["赢单", "输单"]
    assert company.digest.manager_at == time(18)


def test_units_and_people_named_are_handed_on_with_their_lines(company: Policies) -> None:
    assert {"FW-XC", "DQ-DK", "G", "JV", "ZJ"} <= {each.name for each in company.units_named}
    assert "集团共享池" not in {each.name for each in company.units_named}
    assert {each.name for each in company.people_named} == {"石磊", "高飞", "马超", "伍迪"}
    lines = SAMPLE.split("\n")
    for each in (*company.units_named, *company.people_named):
        assert each.line is not None
        assert each.name in lines[each.line - 1]


def test_a_unit_changes_its_own_branch_and_nobody_elses(company: Policies) -> None:
    assert company.push.quiet is not None
    assert company.push.quiet.covers(time(23))
    assert company.push.quiet.covers(time(7, 59))
    assert not company.push.quiet.covers(time(8))
    desk = company.for_unit(["G", "B3", "FW", "FW-KF"])
    assert desk.push.quiet is None
    assert desk.digest.personal_at == time(7, 45)
    assert company.for_unit(["G", "B3", "FW", "FW-XC"]).push == company.push
    assert company.for_unit(["G", "B3", "ZL", "ZL-YW"]).payment.overdue_task_after == parse_duration("1d")
    assert company.for_unit(["G", "B2", "XX"]).approval_rules.remind_up_after == parse_duration("w6h")
    assert company.enabled("assignment")
    assert not company.for_unit(["G", "B1", "JV"]).enabled("assignment")


# ── another company ─────────────────────────────────────────────────────────

OTHER = """
[meta]
company = "Nordlicht GmbH"
timezone = "Europe/Berlin"

[[calendar]]
code = "werkstatt"
days = ["mon", "tue", "wed", "thu", "fri", "sat"]
spans = ["13:00-16:30", "07:00-12:00"]
national_holidays = "DE-BY"

[[visibility]]
roles = ["werker"]
rows = "unit"

[[flow]]
name = "alles"
when = 'true'
[[flow.step]]
who = ['person("Jörg@N-1")', 'role("chef") @ unit("N")']
mode = "sequence"

[[sla]]
level = "rot"
when = '停机'
respond = "w1h"

[[unit_override]]
unit = "N"
set = { "push.quiet" = "22:00-06:00", "approval_rules.nudge_every" = "w1h" }

[[unit_override]]
unit = "N-1"
set = { "push.quiet" = "none", "assignment.enabled" = false }

[[unit_override]]
unit = "N-1-A"
set = { "assignment.enabled" = true }
"""


def test_another_company_loads_as_well() -> None:
    other = load_policies(OTHER)
    assert other.zone == ZoneInfo("Europe/Berlin")
    workshop = other.calendar()
    assert workshop.code == "werkstatt"
    assert not workshop.is_working_day(date(2026, 1, 6))  # Heilige Drei Könige, in Bavaria
    assert workshop.is_working_day(date(2026, 1, 10))
    assert [str(span) for span in workshop.spans_on(date(2026, 1, 7))] == ["07:00-12:00", "13:00-16:30"]
    assert reach_of("werker", other.visibility) is Rows.UNIT
    assert [each.name for each in other.people_named] == ["Jörg@N-1"]
    assert {each.name for each in other.units_named} == {"N", "N-1", "N-1-A"}
    assert other.undo.window == parse_duration("15m")


def test_the_nearest_unit_has_the_last_word() -> None:
    other = load_policies(OTHER)
    assert other.for_unit(["N"]).push.quiet != other.push.quiet
    assert other.for_unit(["N", "N-1"]).push.quiet is None
    assert other.for_unit(["N", "N-1"]).approval_rules.nudge_every == parse_duration("w1h")
    assert not other.for_unit(["N", "N-1"]).enabled("assignment")
    assert other.for_unit(["N", "N-1", "N-1-A"]).enabled("assignment")


def test_an_empty_file_is_a_company_with_the_usual_rules() -> None:
    empty = load_policies("")
    assert empty.flows == ()
    assert empty.calendar().is_working_day(date(2026, 11, 27))
    assert not empty.calendar().is_working_day(date(2026, 11, 28))
    assert empty.calendar("always").full_day == timedelta(days=1)
    assert (
        load_policies("[[sla]]\nlevel = 'x'\nwhen = 'true'\ncalendar = 'always'\n").slas[0].calendar
        == "always"
    )


# ── who is asked ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "approver"),
    [
        ("manager(1)", ManagerUp(1)),
        (" manager( 2 ) ", ManagerUp(2)),
        ('role("finance") @ company', RoleAt("finance", Where.COMPANY)),
        ('role("gm")@lead_company', RoleAt("gm", Where.LEAD_COMPANY)),
        ('role("manager") @ both_owners', RoleAt("manager", Where.BOTH_OWNERS)),
        ('role("gm") @ unit("DQ")', RoleAt("gm", Where.UNIT, "DQ")),
        ('person("张伟@ZJ")', PersonNamed("张伟@ZJ")),
        ('roster("FW-XC")', OnDuty("FW-XC")),
    ],
)
def test_a_reference_is_read_and_written_back(text: str, approver: object) -> None:
    assert parse_approver(text) == approver
    assert parse_approver(str(approver)) == approver


@pytest.mark.parametrize(
    "text",
    [
        *("", "manager", "manager(0)", "manager(10)", 'role("gm")', 'role("gm") @ unit', 'role("gm") @ moon'),
        *('role("gm") @ unit("")', "person(张伟)", "王芳", 'role("a") @ company; drop', "(" * 1000),
    ],
)
def test_a_wrong_reference_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(BadApprover):
        parse_approver(text)
