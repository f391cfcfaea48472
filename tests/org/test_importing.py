"""A company is loaded whole or not at all; loading it again changes nothing; a change changes just that."""

import json
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import insert, select, update

from handlers.org.record_values import Skipped
from handlers.org.values import BadOrganisation
from storage.codes import next_code
from storage.counted import Counted
from storage.directory import load_organisation, organisation_version
from storage.org import Account, Membership, Person, Policy, Role, Unit
from storage.schema import Collaborator, Contact, Customer, Followup, Lead, Task
from storage.turnstile import write
from tests.org.company import PEOPLE, RECORDS, UNITS, row, write_folder
from tests.org.stores import NOW, House, house, template

__all__ = ["house", "template"]
SAMPLE = Path(__file__).parents[2] / "sandbox" / "company"


def version(house: House) -> int:
    with house.engine.connect() as conn:
        return int(organisation_version(conn))


def test_the_sample_company_loads(house: House) -> None:
    report = house.load(SAMPLE)

    assert {kind: counted.added for kind, counted in report.counts.items()} == {
        "units": 27, "people": 66, "accounts": 68, "roles": 75, "memberships": 3, "policies": 1,
        "customers": 25, "leads": 41, "followups": 6, "tasks": 7,
    }  # fmt: skip
    assert Skipped("opportunities", 12) in report.skipped
    assert report.notices == ()
    with house.engine.connect() as conn:
        org = load_organisation(conn, "1")
    (lost,) = org.named["周舟"]
    assert (lost.roles, lost.manager_id) == ((), None)
    lead = {person.name: person for person in org.people.values()}["卢晓峰"].manager_id
    assert lead is not None
    assert org.people[lead].name == "聂思远"
    assert org.units[org.zone(lost.unit_id) or lost.unit_id].code == "LQ-HN"


def test_the_sample_company_loads_twice_without_a_single_write(house: House) -> None:
    house.load(SAMPLE)
    before = version(house), len(house.noted)
    house.transactions.clear()

    report = house.load(SAMPLE)

    assert report.idle
    assert house.transactions == []
    assert (version(house), len(house.noted)) == before


def test_another_company_loads_as_well(house: House, tmp_path: Path) -> None:
    report = house.load(write_folder(tmp_path / "other", records=RECORDS))

    assert {kind: counted.added for kind, counted in report.counts.items()} == {
        "units": 6, "people": 5, "accounts": 5, "roles": 6, "memberships": 1,
        "customers": 1, "leads": 1, "followups": 1, "tasks": 1,
    }  # fmt: skip
    assert (report.skipped, report.later) == ((Skipped("tickets", 1),), 2)
    assert house.all(Lead.code, Lead.budget_min, Lead.phone) == [("L-77", 26000050, "19900005028")]
    assert house.all(Contact.name, Contact.phone) == [("裘成栋", "0574-87654321")]
    assert len(house.all(Collaborator.person_id)) == 1
    ((about, effective),) = house.all(Followup.about_noun, Followup.effective)
    assert (about, effective) == ("customer", True)
    ((company, day, unit),) = house.all(Task.company, Task.due_day, Task.unit_id)
    assert (company, str(day)) == ("甬江港务集团有限公司", "2026-11-16")
    assert [unit] == [found for (found,) in house.all(Unit.id, where=Unit.code == "T2-A")]
    assert len(house.indexed) == 2


def test_records_that_are_there_are_left_alone_and_later_ones_follow(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other", records=RECORDS)
    house.load(folder)
    with house.sessions() as session:
        session.scalars(select(Customer)).one().name = "改过的名字"

    assert house.load(folder).idle
    assert house.load(folder, story="S03").idle
    report = house.load(folder, story="S04")

    assert report.counts["customers"] == Counted(added=1, same=1)
    assert house.all(Customer.name) == [("后来公司",), ("改过的名字",)]


def test_the_next_number_lies_beyond_every_code(house: House, tmp_path: Path) -> None:
    house.load(write_folder(tmp_path / "other", records=RECORDS))

    with write(house.engine) as conn:
        assert (next_code(conn, "lead"), next_code(conn, "customer")) == ("L-00078", "C-0002")
    house.load(tmp_path / "other")
    with write(house.engine) as conn:
        assert next_code(conn, "lead") == "L-00079"


def test_with_one_error_nothing_is_stored_and_all_errors_are_told(house: House, tmp_path: Path) -> None:
    records = json.loads(RECORDS)
    records["leads"][0] |= {"phnoe": "1", "unit": "T8", "budget": "很多"}
    records["tasks"].append(records["tasks"][0])
    folder = write_folder(
        tmp_path / "other",
        (*UNITS, "T,又一个,T,company,,no,"),
        (*PEOPLE, row(name="戊五", unit="T7")),
        records=json.dumps(records),
        policies='[[roster]]\nunit = "T6"\non_call_default = "无此人"\ndays = []\n[push]\nquite = "21:00"\n',
    )

    with pytest.raises(BadOrganisation) as caught:
        house.load(folder)

    said = [str(problem) for problem in caught.value.problems]
    wanted = (
        "units.csv 第 8 行「code」：T 在第 2 行已经有了",
        "people.csv 第 7 行「unit」：没有代码为 T7 的单元",
        "policies.toml",
        "records.json「leads L-77 · phnoe」：没有这个字段，是不是 phone？",
        "records.json「leads L-77 · unit」：没有代码为 T8 的单元",
        "records.json「leads L-77 · budget」：应是不加引号的数",
        "records.json「tasks K-3」：这个代码出现了两次",
    )
    for words in wanted:
        assert any(words in one for one in said), (words, said)
    assert house.all(Unit.id) == []
    assert house.transactions == []


def test_policies_name_only_whom_there_is(house: House, tmp_path: Path) -> None:
    policies = '[[roster]]\nunit = "T6"\non_call_default = "无此人"\ndays = []\n'

    with pytest.raises(BadOrganisation) as caught:
        house.load(write_folder(tmp_path / "other", policies=policies))

    said = str(caught.value)
    assert "policies.toml 第 2 行「roster[1].unit」：没有单元 T6" in said
    assert "没有叫“无此人”的人" in said


def test_policies_become_a_new_version_only_when_they_differ(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other", policies='[[visibility]]\nroles = ["wizard"]\nrows = "own"\n')
    people = (*PEOPLE, row(name="戊五", unit="T1", roles="wizard@T1"))
    write_folder(folder, people=people)

    assert house.load(folder).counts["policies"] == Counted(added=1)
    second = house.load(folder)
    assert (second.counts["policies"], second.notices) == (Counted(same=1), ())
    (folder / "policies.toml").write_text('[[visibility]]\nroles = ["wizard"]\nrows = "unit"\n')
    before = version(house)
    assert house.load(folder).counts["policies"] == Counted(changed=1)
    assert len(house.all(Policy.id)) == 2
    assert version(house) != before


def test_a_change_of_the_file_changes_just_that(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)
    house.noted.clear()
    before = version(house)
    people = (
        "甲一,T,,董事长,group_president@T,,jia,,13800000001,,",
        "乙二,T1,,总经理,gm@T1,,yi9,,13800000002,,",
        "丙三,T1-A,,经理,manager@T1-A;coordinator@T,乙二,bing,,13800000003,,",
        *PEOPLE[3:],
    )

    report = house.load(write_folder(folder, people=people))

    assert report.counts["people"] == Counted(changed=2, same=3)
    assert report.counts["accounts"] == Counted(added=1, removed=1, same=4)
    assert report.counts["roles"] == Counted(added=1, removed=1, same=5)
    assert report.counts["memberships"] == Counted(removed=1)
    assert house.all(Membership.unit_id) == []
    assert {role for (role,) in house.all(Role.role)} >= {"coordinator"}
    assert ("yi9",) in house.all(Account.userid)
    assert version(house) > before
    # The record says what changed from what to what.
    assert [action for action, _ in house.noted] == [
        "org.roles.removed",
        "org.memberships.removed",
        "org.people.changed",
        "org.managers.changed",
        "org.accounts.removed",
        "org.accounts.added",
        "org.roles.added",
    ]
    assert dict(house.noted)["org.people.changed"]["rows"][0]["title"] == ["总裁", "董事长"]


def test_an_account_moves_with_its_new_owner(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)
    people = (
        *PEOPLE[:4],
        PEOPLE[4].replace(",D4,", ",,"),
        row(name="新人", unit="T2-A", dingtalk_userid="D4"),
    )

    report = house.load(write_folder(folder, people=people))

    assert report.counts["accounts"] == Counted(changed=1, same=4)
    assert "账号 D4 由 丁四 改归 新人" in report.notices
    ((owner,),) = house.all(
        Person.name, where=Person.id.in_(select(Account.person_id).where(Account.userid == "D4"))
    )
    assert owner == "新人"


def test_granted_roles_stay_and_imported_ones_follow_the_file(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)
    ((person, unit),) = house.all(Person.id, Person.unit_id, where=Person.name == "丁四")
    with write(house.engine) as conn:
        given = {"person_id": person, "unit_id": unit, "source": "grant"}
        conn.execute(
            insert(Role), [{**given, "role": "legal", "until": None}, {**given, "role": "ops", "until": NOW}]
        )
    people = (*PEOPLE[:4], PEOPLE[4].replace("sales@T2-A", "ops@T2-A"))

    report = house.load(write_folder(folder, people=people))

    assert report.counts["roles"] == Counted(changed=1, removed=1, same=5)
    held = house.all(Role.role, Role.until, Role.source, where=Role.person_id == person)
    assert held == [("legal", None, "grant"), ("ops", None, "import")]


def test_people_missing_from_the_file_keep_everything(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)

    report = house.load(write_folder(folder, people=PEOPLE[:4]))

    assert report.idle
    assert report.notices == ("库里有、文件里没有的 1 人没有改动：丁四",)
    assert house.all(Person.left_at, where=Person.left_at.is_not(None)) == []


def test_a_workbook_may_bring_only_the_people(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)
    with xlsxwriter.Workbook(tmp_path / "org.xlsx") as made:
        sheet = made.add_worksheet("people")
        lines = (folder / "people.csv").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate((*lines, row(name="戊五", unit="T1", manager="乙二"))):
            sheet.write_row(number, 0, line.split(","))

    report = house.load(tmp_path / "org.xlsx")

    assert report.counts["people"] == Counted(added=1, same=5)


def test_somebody_marked_as_left_is_not_brought_back(house: House, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "other")
    house.load(folder)
    with write(house.engine) as conn:
        conn.execute(update(Person).where(Person.name == "丁四").values(left_at=NOW))

    report = house.load(folder)

    assert report.idle
    assert report.notices == ("已登记离职、文件里还有的 1 人仍按离职处理：丁四",)
    assert house.all(Person.name, where=Person.left_at.is_not(None)) == [("丁四",)]
