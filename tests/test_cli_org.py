"""`xiaoer org` and `xiaoer audit`."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from handlers.org import people_rules, unit_rules
from handlers.org.rules import ROLES
from handlers.org.values import KINDS
from tests.cli_case import COMPANY, Desk, desk, filled


@pytest.fixture
def on(tmp_path: Path) -> Desk:
    with filled(tmp_path) as filled_desk:
        return filled_desk


def test_import_stores_once_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    on = desk(tmp_path)
    on("migrate")

    first, again = (on("org", "import", str(COMPANY), "--json") for _ in range(2))

    assert first.status == again.status == 0
    assert first.json["counts"]["people"]["added"] == 66
    assert first.json["skipped"]["tickets"] > 0
    assert first.json["later"] > 0
    assert again.json["counts"]["people"] == {"added": 0, "changed": 0, "removed": 0, "same": 66}


def test_import_lists_every_mistake_and_stores_nothing(tmp_path: Path) -> None:
    on = desk(tmp_path)
    on("migrate")
    broken = tmp_path / "company"
    shutil.copytree(COMPANY, broken)
    people = (broken / "people.csv").read_text(encoding="utf-8")
    people = people.replace("陈思雨,ZJ-HD", "陈思雨,NOWHERE").replace("林浩,LQ-HN", "林浩,ALSO-NOT")
    (broken / "people.csv").write_text(people, encoding="utf-8")

    told = on("org", "import", str(broken))

    assert told.status == 1
    assert "NOWHERE" in told.err
    assert "ALSO-NOT" in told.err
    assert "people.csv 第 38 行" in told.err
    assert on("org", "show").status == 1


def test_a_slip_in_a_role_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    on = desk(tmp_path)
    on("migrate")
    company = tmp_path / "company"
    shutil.copytree(COMPANY, company)
    people = (company / "people.csv").read_text(encoding="utf-8")
    (company / "people.csv").write_text(people.replace("sales@ZJ-HD", "salse@ZJ-HD"), encoding="utf-8")

    told, again = on("org", "import", str(company)), on("org", "import", str(company), "--json")

    assert told.status == again.status == 0
    assert "salse" in told.err
    assert "是不是 sales" in told.err
    assert again.json["unknown_roles"] == {"salse": "sales"}


def test_every_column_kind_and_role_is_documented() -> None:
    text = Path("docs/organisation.md").read_text(encoding="utf-8")

    missing = [
        word
        for word in (*unit_rules.COLUMNS, *people_rules.COLUMNS, *KINDS, *sorted(ROLES))
        if f"`{word}`" not in text
    ]

    assert missing == []


def test_the_sample_company_has_no_unknown_role(on: Desk) -> None:
    assert on("org", "import", str(COMPANY), "--json").json["unknown_roles"] == {}


def test_import_of_nothing_is_a_wrong_argument(tmp_path: Path) -> None:
    assert desk(tmp_path)("org", "import", str(tmp_path / "nowhere")).status == 2


def test_the_tree_and_the_part_that_somebody_reaches(on: Desk) -> None:
    whole, part = on("org", "show").out, on("org", "show", "--as", "林浩").out

    assert "西南合资公司" in whole
    assert "陈思雨" in whole
    assert "华南销售部" in part
    assert "陶然" in part
    assert "陈思雨" not in part
    assert "西南合资公司" not in part


def test_access_tells_roles_rows_and_masks(on: Desk) -> None:
    told = on("org", "access", "林浩", "--json").json

    assert {role["role"]: role["rows"] for role in told["roles"]} == {"manager": "unit", "sales": "own"}
    assert told["reaches"] == ["华南销售部"]
    assert "录线索" in told["may"]
    assert any(mask["field"] == "手机" for mask in told["masks"])


def test_a_name_that_is_shared_or_unknown_is_answered_with_what_to_write(on: Desk) -> None:
    shared, unknown = on("org", "access", "张伟"), on("org", "access", "陈思鱼")

    assert shared.status == unknown.status == 1
    assert "张伟@ZJ" in shared.err
    assert "张伟@ZJ-HB" in shared.err
    assert "陈思雨" in unknown.err
    assert on("org", "access", "张伟@ZJ").status == 0


def test_a_granted_role_holds_until_its_last_day_and_is_on_the_record(on: Desk) -> None:
    before = on("org", "access", "周舟", "--json").json

    granted = on("org", "grant", "周舟", "manager", "路桥机械公司", "--until", "2099-12-31", "--json")

    after = on("org", "access", "周舟", "--json").json
    (line,) = on("audit", "show", "周舟", "--json").json
    assert granted.json["told"] == "周舟 现在是 manager@LQ（路桥机械公司），到 2099-12-31 为止（含当天）"
    assert before["reaches"] == []
    assert after["reaches"] == ["路桥机械公司"]
    assert after["roles"][-1]["until"] == "2100-01-01T00:00:00+08:00"
    assert (line["door"], line["action"], line["fields"]["role"]) == ("cli", "org.grant", [None, "manager"])
    assert on("audit", "verify").status == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("周舟", "salez", "LQ-HN"), 1),
        (("周舟", "sales", "NOWHERE"), 1),
        (("谁", "sales", "LQ-HN"), 1),
        (("周舟", "sales", "LQ-HN", "--until", "2020-01-01"), 1),
        (("周舟", "sales", "LQ-HN", "--until", "soon"), 2),
        (("周舟", "sales"), 2),
    ],
)
def test_a_grant_that_cannot_be_is_refused(on: Desk, words: tuple[str, ...], status: int) -> None:
    told = on("org", "grant", *words)

    assert told.status == status
    assert told.err
    assert on("org", "access", "周舟", "--json").json["reaches"] == []


def test_the_history_of_a_record_masks_phones(on: Desk) -> None:
    on("say", "新线索 徐州恒通路桥 王建国 13812345678", "--as", "陈思雨")

    told = on("audit", "show", "l20961")

    assert told.status == 0
    assert "陈思雨" in told.out
    assert "lead.create" in told.out
    assert "138****5678" in told.out
    assert "13812345678" not in told.out
    assert "phone_key" not in told.out
    assert on("audit", "show", "L-99999").status == 1


def test_verify_finds_the_entry_that_was_changed(on: Desk, tmp_path: Path) -> None:
    right = on("audit", "verify", "--json").json
    with sqlite3.connect(tmp_path / "store.db") as conn:
        conn.execute("UPDATE audit SET action = 'nothing' WHERE id = 3")
    conn.close()

    told = on("audit", "verify", "--json")

    assert right["ok"] is True
    assert right["entries"] > 100
    assert right["sealed"] + right["unsealed"] == right["entries"]
    assert told.status == 1
    assert "3" in told.json["fault"]
    assert on("audit", "verify").out.startswith("✗")


def test_verify_compares_with_heads_kept_elsewhere(on: Desk, tmp_path: Path) -> None:
    anchor = tmp_path / "heads"
    anchor.write_text(f"2026-11-18T02:00:00+00:00 999999 {'00' * 32}\n", encoding="ascii")
    broken = tmp_path / "broken"
    broken.write_text("no head at all\n", encoding="ascii")

    assert on("audit", "verify", "--anchor", str(anchor)).status == 1
    assert "broken" in on("audit", "verify", "--anchor", str(broken)).err
    assert on("audit", "verify", "--anchor", str(tmp_path / "nowhere")).status == 2
