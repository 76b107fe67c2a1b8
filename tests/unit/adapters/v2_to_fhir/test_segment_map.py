"""adapters.v2_to_fhir.segment_map: rows from fields to elements."""

from typing import Any

import pytest

from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.segment_map import FOLDER, SegmentMap, compile_map, segment_map
from adapters.v2_to_fhir.table import MapError
from tests.unit.adapters.v2_to_fhir.given import context


def of(*rows: str, **more: Any) -> SegmentMap:
    return compile_map("PID_Patient", {"segment": "PID", "resource": "Patient", "rows": list(rows), **more})


def applied(pid: str, *rows: str) -> tuple[Draft, list[str]]:
    where = context(pid)
    draft = Draft("Patient", "1")
    of(*rows).apply(where.message.segments[1], draft, where)
    return draft, where.unmapped


def test_every_file_compiles() -> None:
    names = [path.stem for path in FOLDER.glob("*.yaml")]
    assert len(names) > 20
    assert all(segment_map(name).fields for name in names)


def test_an_element_a_list_a_part_and_an_extension() -> None:
    draft, _ = applied(
        "PID|20200101|a~b|x|20210101",
        "PID-1 → birthDate, date, DTM",
        "PID-2 → alias[], string, ST",
        "PID-4 → period.start, date, DT",
        "PID-3 → extension[http://a].extension[b].valueString, string, ST",
    )
    assert draft.elements == {
        "birthDate": "2020-01-01",
        "alias": ["a", "b"],
        "period.start": "2021-01-01",
        "extension": [{"url": "http://a", "extension": [{"url": "b", "valueString": "x"}]}],
    }
    assert draft.lists == {"alias": {"PID-2": 2}, "extension": {"PID-3": 1}}


def test_one_component_of_a_field() -> None:
    draft, _ = applied("PID|a^b", "PID-1.2 → alias, string, ST")
    assert draft.elements == {"alias": "b"}


def test_null_deletes_and_empty_leaves() -> None:
    draft, _ = applied(
        'PID|""|""||""',
        "PID-1 → birthDate, date, DTM",
        "PID-2 → alias[], string, ST",
        "PID-3 → gender, code, CWE, table=AdministrativeSex",
        "PID-4 → extension[http://a].valueString, string, ST",
    )
    assert draft.nulls == {"birthDate"}
    assert draft.lists == {"alias": {"PID-2": 0}, "extension": {"PID-4": 0}}


def test_what_cannot_be_read_or_held_is_listed() -> None:
    _, unmapped = applied("PID|x|a~b", "PID-1 → birthDate, date, DTM", "PID-2 → alias, string, ST")
    assert unmapped == ["PID[1]-1", "PID[1]-2(2)"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("PID-5 -> name[], HumanName, XPN", "a row reads"),
        ("PID-5 → name[], HumanName", "a row reads"),
        ("PV1-5 → name[], HumanName, XPN", "another segment"),
        ("PID-5 → name[], Nothing, XPN", "no datatype map"),
        ("PID-5 → a.b.c, HumanName, XPN", "a path is"),
        ("PID-5 → extension[x], HumanName, XPN", "an extension reads"),
        ("PID-5 → gender, code, CWE, table=Nothing", "no such table"),
    ],
)
def test_a_wrong_row_is_named_with_its_file(row: str, reason: str) -> None:
    with pytest.raises(MapError, match=r"segments/PID_Patient\.yaml: row") as error:
        of(row)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "a segment map has"),
        ({"segment": "PID", "resource": "Patient", "lines": []}, "a segment map has"),
        ({"segment": "PV1", "resource": "Patient"}, "not named after"),
        ({"segment": "PID", "resource": "Patient", "read": ["x"]}, "field numbers only"),
    ],
)
def test_a_wrong_file_is_named(data: Any, reason: str) -> None:
    with pytest.raises(MapError, match=r"segments/PID_Patient\.yaml") as error:
        compile_map("PID_Patient", data)
    assert reason in str(error.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(MapError, match=r"segments/XXX_Patient\.yaml"):
        segment_map("XXX_Patient")


def test_every_row_leaves_its_place_at_what_it_fills() -> None:
    draft, _ = applied(
        "PID|20200101|a~b|x|20210101",
        "PID-1 → birthDate, date, DTM",
        "PID-2 → alias[], string, ST",
        "PID-3 → extension[http://a].valueString, string, ST",
        "PID-4 → birthDate, date, DTM",
    )
    assert draft.origins == {"birthDate": ["PID[1]-1"], "alias": ["PID[1]-2"], "extension": ["PID[1]-3"]}
    assert draft.place == ""
