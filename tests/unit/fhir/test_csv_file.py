"""CSV files: both character sets of Chinese spreadsheets, a head line that is checked, faults by line."""

import io
import tracemalloc

import pytest

from fhir.csv_file import BadFile, Fault, Row, rows

COLUMNS = {"number": "编号", "name": "名称"}


def read(raw: bytes) -> list[Row | Fault]:
    return list(rows(io.BytesIO(raw), COLUMNS, ["number"]))


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_either_character_set_and_either_end_of_line(charset: str, end: str) -> None:
    text = end.join(["编号,NAME", " 1 ,䶮门诊部㛃", "", ' 2,"两\n行"', ""])
    first, second = read(text.encode(charset))
    assert first == Row(2, {"number": "1", "name": "䶮门诊部㛃"})
    assert second == Row(5, {"number": "2", "name": "两\n行"})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "the head line lacks number"),
        (b"name\n1\n", "the head line lacks number"),
        (b"number,colour\n", "column 2 of the head line is none of number, name"),
        ("number,编号\n".encode(), "the head line names a column twice"),
        (b"number,name\n1,\xff\xff\n", "the file is neither UTF-8 nor GB18030"),
        (b'number,name\n1,"x\n', "line 2 is no CSV"),
    ],
)
def test_a_file_that_can_not_be_read_says_why(raw: bytes, expected: str) -> None:
    with pytest.raises(BadFile, match=expected):
        read(raw)


def test_a_line_with_too_many_cells_is_told_and_the_others_are_read() -> None:
    assert read(b"number,name\n1,2,3\n4,5\n") == [
        Fault(2, "3 cells, and the head line has 2"), Row(3, {"number": "4", "name": "5"}),
    ]  # fmt: skip


def test_a_long_file_is_never_in_memory() -> None:
    file = io.BytesIO(b"number,name\n" + b"12345678,HTEST\n" * 200_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in rows(file, COLUMNS, ["number"])) == 200_000
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
