"""adapters.v2_to_fhir.datatypes.cx: numbers, their systems and kinds."""

import pytest

from adapters.v2_to_fhir.datatypes import cx
from adapters.v2_to_fhir.source import Source
from tests.unit.adapters.v2_to_fhir.given import LOCAL, context, repetition

CITIZEN = "urn:oid:2.16.156.10011.1.3"


@pytest.mark.parametrize(
    ("raw", "system", "value"),
    [
        ("P1", f"{LOCAL}:patient", "P1"),
        ("P1^^^HIS^MR", f"{LOCAL}:patient:HIS", "P1"),
        ("P1^^^HX^MR", f"{LOCAL}:patient", "P1"),
        ("P1^^^HTEST^PI", f"{LOCAL}:patient", "P1"),
        ("P1^^^HIS^PI", f"{LOCAL}:patient:HIS", "P1"),
        ("P1^^^^PT", f"{LOCAL}:patient", "P1"),
        ("P1^^^^PN", f"{LOCAL}:patient", "P1"),
        ("P1^^^^XQ", f"{LOCAL}:patient", "P1"),
        ("P1^^^^病案号", f"{LOCAL}:patient", "P1"),
        ("V1^^^^VN", f"{LOCAL}:vn", "V1"),
        ("P1^^^HIS&2.16.156.1&ISO^MR", "urn:oid:2.16.156.1", "P1"),
        ("P1^^^&http://h.example/mrn&URI^MR", "http://h.example/mrn", "P1"),
        ("P1^^^中 心^MR", f"{LOCAL}:patient:%E4%B8%AD%20%E5%BF%83", "P1"),
        ("M1^^^^门诊号", f"{LOCAL}:outpatient", "M1"),
        ("Z1^^^^住院号", f"{LOCAL}:inpatient", "Z1"),
        ("E1^^^^PPN", f"{LOCAL}:passport", "E1"),
        ("K1^^^^JHN", "urn:oid:2.16.156.10011.1.19", "K1"),
        ("K1^^^^健康卡", "urn:oid:2.16.156.10011.1.19", "K1"),
        ("510104195803129013^^^^NI", CITIZEN, "510104195803129013"),
        ("510104195803129013^^^^01", CITIZEN, "510104195803129013"),
        ("510104195803129013^^^^身份证", CITIZEN, "510104195803129013"),
        ("510104195803129013", CITIZEN, "510104195803129013"),
        ("51010819700101901x^^^^NI", CITIZEN, "51010819700101901X"),
        ("５１０１０４１９５８０３１２９０１３^^^^NI", CITIZEN, "510104195803129013"),
        ("510104195803129014^^^^NI", f"{LOCAL}:citizen", "510104195803129014"),
    ],
)
def test_system_and_value(raw: str, system: str, value: str) -> None:
    (found,) = cx.identifiers(repetition(raw), context())
    assert (found["system"], found["value"]) == (system, value)


def test_a_number_of_a_registered_authority() -> None:
    source = Source("HX", "Organization/hx", authorities={"HIS": "urn:oid:1.2.3"})
    (found,) = cx.identifiers(repetition("P1^^^HIS^MR"), context(source=source))
    assert found["system"] == "urn:oid:1.2.3"


def test_the_authority_of_the_source_itself_is_its_own() -> None:
    source = Source("HX", "Organization/hx", authority="urn:oid:1.2", authorities={"H": "urn:oid:1.2"})
    raws = ("P1", "P1^^^HX^PI", "P1^^^H^MR", "P1^^^&1.2&ISO", "P1^^^X&1.2&ISO^PT")
    found = [cx.identifiers(repetition(raw), context(source=source))[0]["system"] for raw in raws]
    assert found == ["urn:oid:1.2:patient"] * len(raws)


def test_the_old_form_of_a_citizen_number_is_kept_and_brought_up() -> None:
    where = context()
    found = cx.identifiers(repetition("510103480915003^^^^NI"), where)
    assert [(one["use"], one["value"]) for one in found] == [
        ("official", "510103194809150031"),
        ("old", "510103480915003"),
    ]
    assert len(where.warnings) == 1


def test_fifteen_digits_alone_are_no_citizen_number() -> None:
    (found,) = cx.identifiers(repetition("510103480915003"), context())
    assert found["system"] == f"{LOCAL}:patient"


@pytest.mark.parametrize("raw", ["510107199002299036", "510121203001019131", "510104195803129014"])
def test_an_impossible_citizen_number_warns(raw: str) -> None:
    where = context()
    assert cx.social(repetition(raw), where) == [{"system": f"{LOCAL}:citizen", "value": raw}]
    assert len(where.warnings) == 1
    assert raw not in where.warnings[0]


def test_type_validity_and_assigner() -> None:
    (found,) = cx.identifiers(repetition("P1^^^HIS^XQ^^20200101^20210101"), context())
    assert found["type"] == {"text": "XQ"}
    assert found["period"] == {"start": "2020-01-01", "end": "2021-01-01"}
    assert found["assigner"] == {"display": "HIS"}


def test_nothing_is_no_number() -> None:
    assert cx.identifiers(repetition("^^^HIS^MR"), context()) == []
    assert cx.social(repetition(""), context()) == []


def test_without_its_number_it_is_nothing_and_without_other_parts_the_same_number() -> None:
    (found,) = cx.identifiers(repetition("P1^^^HIS^XQ^^20200101^20210101"), context())
    assert cx.without(found, frozenset({1})) is None
    left = cx.without(found, frozenset({4, 5, 7}))
    assert left == {"system": f"{LOCAL}:patient:HIS", "value": "P1", "period": {"end": "2021-01-01"}}
    assert "period" not in (cx.without(found, frozenset({7, 8})) or {})
    assert cx.meant(repetition('""^^^HIS^01'), context()) == {"type": "NI", "assigner": "HIS"}
