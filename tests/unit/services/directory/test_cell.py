"""Cells: what is taken, in which form, with which warning; what is refused. Cases are data."""

from collections.abc import Callable

import pytest

from services.directory import cell
from services.directory.cell import Said, WrongCell

GOOD: list[tuple[Callable[[str], Said], str, object, str]] = [
    (cell.text, "锦江综合医院", "锦江综合医院", ""),
    (cell.number, "JJ-1001", "JJ-1001", ""),
    (cell.number, "510104195803129013", "510104195803129013", "is a citizen number"),
    (cell.system, "urn:oid:2.16.156.10011.1.5", "urn:oid:2.16.156.10011.1.5", ""),
    (cell.truth, "是", True, ""),
    (cell.truth, "No", False, ""),
    (cell.day, "2028-02-29", "2028-02-29", ""),
    (cell.sex, "女", "female", ""),
    (cell.sex, "1", "male", ""),
    (cell.citizen, "51010819700101901x", "51010819700101901X", ""),
    (cell.citizen, "510103480915003", "510103194809150031", ""),
    (cell.social_credit, "91350100m000100y43", "91350100M000100Y43", ""),
    (cell.licence, "110510100000001", "110510100000001", ""),
    (cell.area, "510104", "510104", ""),
    (cell.area, "513902", "513902", "was withdrawn"),
    (cell.area, "110101", "110101", "not checked"),
    (cell.zone, "510104", "510104", ""),
    (cell.zone, "东部新区", "DB", ""),
    (cell.kind, "B100", "B100", ""),
    (cell.kind, "D110", "D110", "not checked"),
    (cell.connection, "hl7-fhir-rest", "hl7-fhir-rest", ""),
    (cell.address, "mllps://htest.example:2575", "mllps://htest.example:2575", ""),
    (cell.phone, "(028) 8555-0000", "(028) 8555-0000", ""),
    (cell.latitude, "-30.66", "-30.66", ""),
    (cell.longitude, "104.06", "104.06", ""),
]
BAD: list[tuple[Callable[[str], Said], str]] = [
    (cell.text, "a\u200bb"),
    (cell.text, "x" * 201),
    (cell.number, "a b"),
    (cell.number, "x" * 65),
    (cell.system, "htest"),
    (cell.truth, "maybe"),
    (cell.day, "2027-02-29"),
    (cell.day, "2027/02/28"),
    (cell.sex, "3"),
    (cell.citizen, "510104195803129014"),
    (cell.citizen, "510107199002299036"),
    (cell.social_credit, "91350100M000100Y44"),
    (cell.licence, "12"),
    (cell.area, "510199"),
    (cell.area, "51010"),
    (cell.zone, "510100"),
    (cell.kind, "100A"),
    (cell.connection, "telegraph"),
    (cell.address, "ftp://htest.example"),
    (cell.phone, "call me"),
    (cell.latitude, "90.1"),
    (cell.longitude, "1e2"),
]


@pytest.mark.parametrize(("check", "text", "value", "warning"), GOOD)
def test_taken(check: Callable[[str], Said], text: str, value: object, warning: str) -> None:
    said = check(text)
    assert said.value == value
    assert (warning in said.warning) is True
    assert bool(said.warning) == bool(warning)


@pytest.mark.parametrize(("check", "text"), BAD)
def test_refused_without_repeating_the_cell(check: Callable[[str], Said], text: str) -> None:
    with pytest.raises(WrongCell) as wrong:
        check(text)
    assert text not in str(wrong.value)


def test_chengdu_reports_by_23_zones_of_which_three_are_no_area() -> None:
    zones = {each.code for each in cell.table(cell.ZONES).listed()}
    areas = {each.code for each in cell.table(cell.AREAS).listed() if not each.inactive}
    assert len(zones) == 23
    assert zones - areas == {"GX", "TF", "DB"}
    assert areas - zones == {"510100"}
