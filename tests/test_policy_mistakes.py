"""Every way to get a policy file wrong, and where each is told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.policies.document import BadPolicies, Problem, load_policies

SAMPLE = (Path(__file__).parent.parent / "sandbox" / "company" / "policies.toml").read_text("utf-8")


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(BadPolicies) as caught:
        load_policies(text)
    return caught.value.problems


FLOW = "[[flow]]\nname = '{name}'\nwhen = 'true'\n[[flow.step]]\nwho = ['manager(1)']\n"


@pytest.mark.parametrize(
    ("text", "line", "path", "message"),
    [
        ("[pusch]\nquiet = 'none'\n", 1, "pusch", "没有“pusch”这一项，是不是“push”？"),
        ("[push]\n\nqiet = 'none'\n", 3, "push.qiet", "是不是“quiet”？"),
        ("[push]\nquiet = '21-8'\n", 2, "push.quiet", "21:00-08:00"),
        ("[push]\nper_person_daily_max = '12'\n", 2, "push.per_person_daily_max", "整数"),
        ("[push]\nper_person_daily_max = -1\n", 2, "push.per_person_daily_max", "整数"),
        ("[push]\nper_person_daily_max = true\n", 2, "push.per_person_daily_max", "整数"),
        ("[push]\nfirst_private_then_group = 'yes'\n", 2, "push.first_private_then_group", "true 或 false"),
        ("[undo]\nwindow = '15'\n", 2, "undo.window", "w8h"),
        ("[payment]\nmatch_tolerance = nan\n", 2, "payment.match_tolerance", "数字"),
        ("[digest]\npersonal_at = '8.45'\n", 2, "digest.personal_at", "08:45"),
        ("[meta]\ntimezone = 'Mars/Base'\n", 2, "meta.timezone", "没有时区“Mars/Base”"),
        ("[meta]\ntimezone = '../../etc/passwd'\n", 2, "meta.timezone", "没有时区"),
        ("push = 3\n", 1, "push", "一张表"),
        ("[flow]\nname = 'x'\n", 1, "flow", "列表"),
        ("[[visibility]]\nroles = ['a']\nrows = 'all'\n", 3, "visibility[1].rows", "own、unit、company"),
        ("[[visibility]]\nroles = []\nrows = 'own'\n", 2, "visibility[1].roles", "不能是空的"),
        ("[[visibility]]\nrows = 'own'\n", 1, "visibility[1]", "缺少 roles"),
        (
            "[[visibility]]\nroles = ['a']\nrows = 'own'\n"
            "[[visibility]]\nroles = ['b', 'a']\nrows = 'unit'\n",
            5,
            "visibility[2].roles[2]",
            "“a”重复了",
        ),
        ("[[calendar]]\ncode = 'x'\ndays = ['mo']\nspans = []\n", 3, "calendar[1].days[1]", "mon tue wed"),
        (
            "[[calendar]]\ncode = 'x'\ndays = ['mon']\nspans = ['08:00-12:00',\n  '22:00-06:00']\n",
            5,
            "calendar[1].spans[2]",
            "跨过了午夜",
        ),
        (
            "[[calendar]]\ncode = 'x'\ndays = ['mon']\nspans = ['08:00-12:00', '11:00-13:00']\n",
            4,
            "calendar[1].spans",
            "重叠",
        ),
        (
            "[[calendar]]\ncode = 'x'\ndays = []\nspans = []\nnational_holidays = 'ZZ'\n",
            5,
            "calendar[1].national_holidays",
            "没有“ZZ”的节假日数据",
        ),
        (
            "[[calendar]]\ncode = 'x'\ndays = []\nspans = []\n"
            "[[calendar.override]]\ndate = '2026-11-28'\nwork = true\n",
            6,
            "calendar[1].override[1].date",
            "不加引号",
        ),
        (FLOW.format(name="a") + FLOW.format(name="a"), 7, "flow[2].name", "“a”重复了"),
        (FLOW.format(name="a") + "extends = 'b'\n", 6, "flow[1].step[1].extends", "没有“extends”这一项"),
        ("[[flow]]\nname = 'a'\nwhen = 'true'\nextends = 'b'\n", 4, "flow[1].extends", "没有名为“b”的 flow"),
        ("[[flow]]\nname = 'a'\nwhen = 'true'\nextends = 'a'\n", 4, "flow[1].extends", "绕成了圈"),
        ("[[flow]]\nname = 'a'\nwhen = 'true'\n", 1, "flow[1]", "没有步骤"),
        (
            "[[flow]]\nname = 'a'\nwhen = 'true'\n[[flow.step]]\nwho = ['manager']\n",
            5,
            "flow[1].step[1].who[1]",
            "审批人“manager”看不懂",
        ),
        (
            FLOW.format(name="a")
            + "[[flow_addon]]\nname = 'x'\nwhen = 'true'\nwho = ['manager(2)']\nafter = 'manager(3)'\n",
            10,
            "flow_addon[1].after",
            "没有哪条 flow 有",
        ),
        (
            "[[sla]]\nlevel = 'P1'\nwhen = 'true'\ncalendar = 'offce'\n",
            4,
            "sla[1].calendar",
            "是不是“office”？",
        ),
        (
            "[[sla]]\nlevel = 'P1'\nwhen = 'true'\nescalate = [\n"
            "  { at = '0m', to = 'manager(1)' },\n  { at = 'x', to = 'y' } ]\n",
            6,
            "sla[1].escalate[2].at",
            "时长“x”看不懂",
        ),
        (
            "[[assignment]]\nname = 'a'\nwhen = 'true'\nto = '池'\nstrategy = 'pool'\n",
            4,
            "assignment[1].to",
            "没有公海“池”",
        ),
        (
            "[[unit_override]]\nunit = 'A'\nset = { 'push.quiet' = 'none', 'push.loud' = 3 }\n",
            3,
            "unit_override[1].set.push.loud",
            "单元不能改“push.loud”",
        ),
        (
            "[[unit_override]]\nunit = 'A'\nset = { 'undo.window' = 3 }\n",
            3,
            "unit_override[1].set.undo.window",
            "引号里的文字",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_path(text: str, line: int, path: str, message: str) -> None:
    found = [(problem.line, problem.path, problem.message) for problem in problems_of(text)]
    assert any((line, path) == each[:2] and message in each[2] for each in found), found


def test_a_fault_in_a_condition_is_told_where_it_stands() -> None:
    text = FLOW.format(name="a").replace("'true'", "'类型 == \"合同\" 且 （金融 < 3 或 毛利 > 1）'")
    first, second = problems_of(text)
    written = text.split("\n")[2]
    assert (first.line, first.column) == (3, written.index("金融") + 1)
    assert (second.line, second.column) == (3, written.index("毛利") + 1)
    assert first.path == "flow[1].when"
    assert str(first) == "第 3 行 flow[1].when：没有字段“金融”，是不是“金额”？"


def test_a_field_of_another_table_is_unknown_here() -> None:
    (problem,) = problems_of("[[lead_sla]]\nwhen = '金额 > 3'\nrespond = 'w8h'\n")
    assert "没有字段“金额”" in problem.message


def test_everything_wrong_is_told_at_once_and_in_order() -> None:
    broken = (
        SAMPLE.replace('respond = "30m"', 'respond = "30 minutes"', 1)
        .replace('extends = "报价-5%以内"', 'extends = "报价-5%之内"')
        .replace("定档金额 < 500000", "定挡金额 < 500000")
        .replace('quiet = "21:00-08:00"', 'quite = "21:00-08:00"')
        .replace("who = ['role(\"gm\") @ lead_company']", "who = ['role(\"gm\") @ leading']")
        .replace('"digest.manager_at" = "18:30"', '"digest.manager_at" = "25:30"')
    )
    problems = problems_of(broken)
    assert [problem.path for problem in problems] == [
        "flow[2].extends",
        "flow[4].step[1].who[1]",
        "flow[5].when",
        "sla[1].respond",
        "push.quite",
        "unit_override[4].set.digest.manager_at",
    ]
    lines = broken.split("\n")
    for problem, words in zip(
        problems, ("之内", "leading", "定挡金额", "30 minutes", "quite", "25:30"), strict=True
    ):
        assert problem.line is not None
        assert words in lines[problem.line - 1]


def test_flows_that_inherit_in_a_circle_are_all_named() -> None:
    chain = {"a": "b", "b": "c", "c": "a", "d": "a"}
    text = "".join(
        f"[[flow]]\nname = '{name}'\nwhen = 'true'\nextends = '{of}'\n" for name, of in chain.items()
    )
    assert [problem.path for problem in problems_of(text)] == [f"flow[{n}].extends" for n in (1, 2, 3)]


def test_lines_are_right_behind_long_strings_and_lists() -> None:
    text = (
        '[meta]\ncompany = """\n[push]\nquiet = 3\n"""\n'
        "currency = '''x # [[flow]]'''\n"
        "[conflict]\nshow_to_stranger = [ # [\n  'a]', \"b\\\"[\",\n]\nappeals_allowed = 'x'\n"
    )
    (problem,) = problems_of(text)
    assert (problem.line, problem.path) == (11, "conflict.appeals_allowed")


@pytest.mark.parametrize(
    ("text", "line"),
    [("[push\n", 1), ("a = 1\na = 2\n", 2), ("[x]\ny = \n", 2), ("a = '", 1), ("a = " + "[" * 100_000, None)],
)
def test_what_is_no_toml_says_where(text: str, line: int | None) -> None:
    (problem,) = problems_of(text)
    assert problem.line == line


def test_a_file_of_any_size_is_answered() -> None:
    assert "超过" in problems_of("#" * 600_000)[0].message
    assert "2000 项" in problems_of("[[pool]]\ncode = 'x'\nmembers = [" + "'a'," * 50_000 + "]\n")[0].message
    many = problems_of("".join(f"key{n} = 1\n" for n in range(20_000)))
    assert len(many) == 200


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from(SAMPLE.split("\n")), max_size=25).map("\n".join))
def test_any_text_is_policies_or_bad_policies(text: str) -> None:
    try:
        loaded = load_policies(text)
    except BadPolicies as bad:
        told = str(bad)
    else:
        told = loaded.calendar().code
    assert told


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(SAMPLE)), st.integers(1, 40), st.sampled_from(["", "'", '"', "[", "]", "{", "3", "\n"])
)
def test_a_damaged_sample_is_read_or_refused(start: int, length: int, instead: str) -> None:
    damaged = SAMPLE[:start] + instead + SAMPLE[start + length :]
    try:
        load_policies(damaged)
    except BadPolicies as bad:
        told = len(bad.problems)
    else:
        told = 1
    assert told >= 1
