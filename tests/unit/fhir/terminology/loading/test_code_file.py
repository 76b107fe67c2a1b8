from pathlib import Path

import pytest

from fhir.terminology.loading.code_file import BadFileError, CodeFile, Fault, Line
from fhir.terminology.loading.kind import kinds
from tests.support.code_files import ICD9, ICD10, LOINC, written

ICD = kinds()["icd10-clinical"]


def lines(path: Path) -> list[Line | Fault]:
    return list(CodeFile(path, ICD).lines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_character_sets(tmp_path: Path, encoding: str) -> None:
    found = lines(written(tmp_path, ICD10, encoding))
    assert len(found) == 7
    assert isinstance(found[0], Line)
    assert found[0].cells["display"] == "HTEST二型糖尿病伴昏迷"
    assert found[0].number == 2


def test_tabs_and_quotes(tmp_path: Path) -> None:
    file = CodeFile(written(tmp_path, ICD9), kinds()["icd9cm3"])
    assert [line.properties for line in file.lines() if isinstance(line, Line)] == [{"kind": "手术"}] * 2
    file = CodeFile(written(tmp_path, LOINC), kinds()["loinc"])
    assert len(list(file.lines())) == 4
    assert file.version == "2.80"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04xl", "workbook (.xlsx): save it as CSV"),
        (b"\xd0\xcf\x11\xe0", "workbook (.xls)"),
        (b"", "empty"),
        ("编码,别名\nA00,x\n".encode(), "line 1: a column for the display is missing"),
        (b"\xff\xff,\xff\n", "neither UTF-8 (byte 0) nor GB18030 (byte 0)"),
    ],
)
def test_what_is_no_code_file(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BadFileError) as raised:
        CodeFile(path, ICD)
    assert why in str(raised.value)


def test_a_bad_line_is_told_by_its_number(tmp_path: Path) -> None:
    found = lines(written(tmp_path, '编码,名称\nA00.0,甲\nA00.1,乙,多\n"A00.2"x,丙\nA00.3,丁\n'))
    first, second = (str(each) for each in found if isinstance(each, Fault))
    assert first == "line 3: 3 cells, and the heading has 2"
    assert second.startswith("line 4: this is no line of a table")
    assert [each.number for each in found if isinstance(each, Line)] == [2, 5]


def test_a_cell_that_is_too_long_is_told_by_its_column(tmp_path: Path) -> None:
    (fault,) = lines(written(tmp_path, "编码,名称\nA00.0," + "长" * 4001 + "\n"))
    assert str(fault) == "line 2, column 名称: more than 4000 characters"


def test_how_far_it_is(tmp_path: Path) -> None:
    file = CodeFile(written(tmp_path, ICD10, "gb18030"), ICD)
    list(file.lines())
    assert file.position == file.size
