"""Files as people really make them are read; files made to harm are refused, quickly and with words."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from handlers.org import files, workbook
from handlers.org.files import read_csv, read_json, read_source, read_toml
from handlers.org.values import BadOrganisation
from tests.org.company import PEOPLE, PEOPLE_COLUMNS, UNIT_COLUMNS, UNITS, write_folder

TEXT = "code,name\nT,海风集团\nT1,“电气”，公司\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_occur(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "units.csv").write_bytes(TEXT.encode(encoding))

    units = read_source(tmp_path).units

    assert units
    assert units.columns == ("code", "name")
    assert [row.cells["name"] for row in units.rows] == ["海风集团", "“电气”，公司"]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_separate(sign: str) -> None:
    table = read_csv("units.csv", f"Code {sign} NAME\r\nT{sign}集团\r\n")

    assert table.columns == ("code", "name")
    assert table.rows[0].cells == {"code": "T", "name": "集团"}


def test_rows_keep_their_numbers_past_blank_lines_and_quoted_breaks() -> None:
    table = read_csv("units.csv", 'code,name\n\nT,"一\n二"\n,,\nT1,三\n')

    assert [(row.number, row.cells["name"]) for row in table.rows] == [(3, "一 二"), (6, "三")]


def test_invisible_characters_and_blanks_are_dropped() -> None:
    table = read_csv("units.csv", "code,name\n\u200bT\u202e,\u3000海\x00风\ufeff \n")

    assert table.rows[0].cells == {"code": "T", "name": "海风"}


def test_a_comma_too_many_is_named_with_its_row() -> None:
    with pytest.raises(BadOrganisation, match=r"units.csv 第 3 行：这一行有 3 格，表头只有 2 列"):
        read_csv("units.csv", "code,name\nT,集团\nT1,电气,公司\n")


def test_an_open_quote_is_named_with_its_row() -> None:
    with pytest.raises(BadOrganisation, match=r"units.csv 第 3 行：CSV 格式不对"):
        read_csv("units.csv", 'code,name\nT,集团\nT1,"电气\n')


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n , \n"])
def test_a_table_without_a_head_is_none(text: str) -> None:
    with pytest.raises(BadOrganisation):
        read_csv("units.csv", text)


def test_too_many_rows_columns_and_letters_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 3)
    with pytest.raises(BadOrganisation, match="多于 3 行"):
        read_csv("units.csv", "code\n" + "T\n" * 4)
    with pytest.raises(BadOrganisation, match="1 到 60 列"):
        read_csv("units.csv", ",".join(f"c{n}" for n in range(61)))
    with pytest.raises(BadOrganisation, match="第 2 行：有一格超过 2000 个字"):
        read_csv("units.csv", "code\n" + "长" * 2_001)
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    (tmp_path / "units.csv").write_text("code,name\nT,T\n")
    with pytest.raises(BadOrganisation, match="文件大于"):
        read_source(tmp_path)


def test_a_folder_may_hold_any_of_the_files_but_not_none(tmp_path: Path) -> None:
    with pytest.raises(
        BadOrganisation, match=r"没有 units.csv、people.csv、policies.toml、records.json 中的任何一个"
    ):
        read_source(tmp_path)
    (tmp_path / "records.json").write_text("{}")
    found = read_source(tmp_path)
    assert (found.units, found.people, found.policies, found.records) == (None, None, None, {})


def test_all_unreadable_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text('code\n"T')
    (tmp_path / "policies.toml").write_text("a = = 1")
    (tmp_path / "records.json").write_text("[]")

    with pytest.raises(BadOrganisation) as caught:
        read_source(tmp_path)

    assert [problem.file for problem in caught.value.problems] == [
        "units.csv",
        "policies.toml",
        "records.json",
    ]


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"a": NaN}', '{"a": Infinity}', "[" * 100_000, f'{{"a": {"9" * 5000}}}', "null"]
)
def test_hostile_json_is_only_a_bad_file(text: str) -> None:
    with pytest.raises(BadOrganisation, match=r"records.json"):
        read_json("records.json", text)


@pytest.mark.parametrize("text", ["a = ", "a = [" * 20_000, "a = 1\na = 2"])
def test_hostile_toml_is_only_a_bad_file(text: str) -> None:
    with pytest.raises(BadOrganisation, match=r"policies.toml"):
        read_toml("policies.toml", text)


def test_numbers_in_records_stay_exact() -> None:
    assert str(read_json("records.json", '{"a": 0.1}')["a"]) == "0.1"


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


def split(columns: str, lines: tuple[str, ...]) -> list[list[object]]:
    return [list(line.split(",")) for line in (columns, *lines)]


def test_a_workbook_reads_like_the_folder(tmp_path: Path) -> None:
    made = book(
        tmp_path / "org.xlsx",
        {"Units": split(UNIT_COLUMNS, UNITS), "people ": split(PEOPLE_COLUMNS, PEOPLE), "别的": [["不看"]]},
    )
    folder = read_source(write_folder(tmp_path / "folder"))

    found = read_source(made)

    for ours, theirs in ((found.units, folder.units), (found.people, folder.people)):
        assert ours
        assert theirs
        assert ours.columns == theirs.columns
        assert ours.rows == theirs.rows
    assert found.units
    assert found.units.file == "org.xlsx[units]"


def test_numbers_dates_and_truths_of_a_workbook_read_as_typed(tmp_path: Path) -> None:
    import datetime

    path = tmp_path / "org.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as made:
        sheet = made.add_worksheet("people")
        sheet.write_row(0, 0, ["name", "unit", "mobile", "leave_from", "title"])
        sheet.write_row(2, 0, ["甲", 7.0, 13800000001, datetime.date(2026, 11, 16), True])

    found = read_source(path).people

    assert found
    assert found.rows[0].number == 3
    assert dict(found.rows[0].cells) == {
        "name": "甲", "unit": "7", "mobile": "13800000001", "leave_from": "2026-11-16", "title": "yes",
    }  # fmt: skip


def test_a_workbook_without_our_sheets_says_which(tmp_path: Path) -> None:
    with pytest.raises(BadOrganisation, match="没有名为 units 或 people 的表"):
        read_source(book(tmp_path / "org.xlsx", {"Sheet1": [["a"]]}))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 rubbish", b"code,name\n"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "org.xlsx").write_bytes(content)

    with pytest.raises(BadOrganisation, match=r"org.xlsx"):
        read_source(tmp_path / "org.xlsx")


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "org.ods").write_bytes(b"x")

    with pytest.raises(BadOrganisation, match=r"请给一个文件夹，或一个 .xlsx 工作簿"):
        read_source(tmp_path / "org.ods")


def replaced(path: Path, name: str, content: bytes) -> Path:
    """The workbook with another sheet inside."""
    old = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return path


def sheet(inside: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{before}<worksheet '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{inside}</sheetData></worksheet>"
    ).encode()


CELL = '<row r="{row}"><c r="{at}" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.parametrize("far", [("XFD1048576", 1048576), ("XFD1", 1), ("A1048576", 1048576)])
def test_a_sheet_as_wide_as_the_sea_is_refused(tmp_path: Path, far: tuple[str, int]) -> None:
    path = book(tmp_path / "org.xlsx", {"units": [["code"]]})
    cells = CELL.format(row=1, at="A1") + CELL.format(row=far[1], at=far[0])
    replaced(path, "xl/worksheets/sheet1.xml", sheet(cells))

    with pytest.raises(BadOrganisation, match=r"org.xlsx"):
        read_source(path)


def test_entities_in_a_sheet_expand_to_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "org.xlsx", {"units": [["code"]]})
    bomb = '<!DOCTYPE b [<!ENTITY a "hahaha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    inside = '<row r="1"><c r="A1" t="inlineStr"><is><t>code&a;&b;</t></is></c></row>'
    replaced(path, "xl/worksheets/sheet1.xml", sheet(inside, bomb))

    try:
        found = json.dumps(workbook.read_workbook(path, most_rows=9, most_columns=9))
    except BadOrganisation:
        return
    assert "haha" not in found
    assert "root:" not in found


def test_a_zip_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "org.xlsx", {"units": [["code"]]})
    replaced(path, "xl/worksheets/sheet1.xml", b" " * 2_000_000)
    monkeypatch.setattr(workbook, "MOST_UNZIPPED", 1_000_000)

    with pytest.raises(BadOrganisation, match="展开后大于"):
        read_source(path)


def test_a_workbook_that_takes_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "org.xlsx", {"units": [["code"]]})
    monkeypatch.setattr(workbook, "SECONDS", 0.001)

    with pytest.raises(BadOrganisation, match="没有读完"):
        read_source(path)
