"""Checklist line 55: a source's own codes become standard ones by its ConceptMaps; others are told."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.v2_to_fhir.concept_map import Code, compile_concepts, is_mapped
from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.source import Source
from fhir.resource import Resource
from tests.unit.adapters.v2_to_fhir.given import LOCAL, SOURCE, converted, resources

LOINC = "http://loinc.org"
MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
PID = "PID|1||P1||张三HTEST||19580312|M"


def concept_map(system: str, *rows: tuple[str, str, str], target: str = LOINC, **more: Any) -> Resource:
    """A ConceptMap; a row is the source's code, an equivalence and the target's code."""
    elements = [
        {"code": code, "target": [{"equivalence": kind} | ({"code": to} if to else {})]}
        for code, kind, to in rows
    ]
    group = {"source": system, "target": target, "element": elements}
    return {"resourceType": "ConceptMap", "id": "m", "status": "active", "group": [group]} | more


def source(*maps: Resource, **more: Any) -> Source:
    return replace(SOURCE, concepts=compile_concepts(maps), **more)


def result(obx3: str, speaker: Source = SOURCE) -> Conversion:
    return converted(PID, "OBR|1||F1|X^X^LN", f"OBX|1|NM|{obx3}||5.1||||||F", source=speaker, kind="ORU^R01")


def codings(conversion: Conversion) -> list[tuple[str, str]]:
    (observation,) = resources(conversion, "Observation")
    return [(one.get("system", ""), one["code"]) for one in observation["code"]["coding"]]


@pytest.mark.parametrize(
    ("sent", "system"),
    [
        ("GLU^葡萄糖", f"{LOCAL}:field:OBX-3"),
        ("GLU^葡萄糖^HXLIS", f"{LOCAL}:code:HXLIS"),
        ("GLU^葡萄糖^^GLU2^Glucose", f"{LOCAL}:field:OBX-3"),
    ],
)
def test_a_local_code_waits_until_a_map_names_it_and_both_codes_are_kept(sent: str, system: str) -> None:
    before = result(sent)
    assert before.unknown == {Code(system, "GLU"): "OBX-3"}
    after = result(sent, source(concept_map(system, ("GLU", "equivalent", "14749-6"))))
    assert after.unknown == {}
    assert codings(after) == [(LOINC, "14749-6"), *codings(before)]
    assert [draft.reference for draft in after.drafts] == [draft.reference for draft in before.drafts]


@pytest.mark.parametrize("sent", ["2345-7^Glucose^LN", "GLU^葡萄糖^HXLIS^2345-7^Glucose^LN", "^葡萄糖"])
def test_what_is_standard_or_no_code_needs_no_map(sent: str) -> None:
    assert result(sent).unknown == {}


def test_a_bare_code_means_something_only_in_its_field() -> None:
    maps = source(concept_map(f"{LOCAL}:field:OBR-4", ("GLU", "equivalent", "14749-6")))
    assert result("GLU", maps).unknown == {Code(f"{LOCAL}:field:OBX-3", "GLU"): "OBX-3"}


def test_a_bare_answer_is_neither_told_nor_translated() -> None:
    """Its meaning hangs on the question: `1` of one OBX is not the `1` of another."""
    maps = source(concept_map(f"{LOCAL}:field:OBX-5", ("1", "equivalent", "LA33-6")))
    told = converted(PID, "OBR|1||F1|X^X^LN", "OBX|1|CE|Q^Q^LN||1||||||F", source=maps, kind="ORU^R01")
    assert told.unknown == {}
    (observation,) = resources(told, "Observation")
    assert observation["valueCodeableConcept"]["coding"] == [{"system": f"{LOCAL}:code", "code": "1"}]


@pytest.mark.parametrize(
    ("kind", "known"),
    [("equal", True), ("wider", True), ("narrower", False), ("inexact", False), ("relatedto", False)],
)
def test_a_target_never_says_more_than_the_code(kind: str, known: bool) -> None:
    maps = source(concept_map(f"{LOCAL}:field:OBX-3", ("GLU", kind, "14749-6")))
    told = result("GLU", maps)
    assert ((LOINC, "14749-6") in codings(told), not told.unknown) == (known, known)


def test_a_map_may_say_that_there_is_none() -> None:
    told = result("GLU", source(concept_map(f"{LOCAL}:field:OBX-3", ("GLU", "unmatched", ""))))
    assert (told.unknown, codings(told)) == ({}, [(f"{LOCAL}:code", "GLU")])


def test_two_targets_in_one_system_contradict_each_other() -> None:
    rows = (("GLU", "equivalent", "14749-6"), ("GLU", "equivalent", "2345-7"))
    told = result("GLU", source(concept_map(f"{LOCAL}:field:OBX-3", *rows)))
    assert Code(f"{LOCAL}:field:OBX-3", "GLU") in told.unknown


def test_a_code_that_a_table_does_not_know() -> None:
    segment = PID + "|" * 8 + "Z9"
    code = Code(f"{LOCAL}:table:MaritalStatus", "Z9")
    assert converted(segment).unknown == {code: "PID-16"}
    maps = source(concept_map(code.system, ("Z9", "equivalent", "M"), target=MARITAL))
    after = converted(segment, source=maps)
    assert after.unknown == {}
    (patient,) = resources(after, "Patient")
    assert [one["code"] for one in patient["maritalStatus"]["coding"]] == ["M", "Z9"]
    assert after.warnings == []


def test_an_element_with_a_required_code_takes_only_those_of_its_table() -> None:
    segment = PID.replace("|M", "|Z9")
    system = f"{LOCAL}:table:AdministrativeSex"
    gender = "http://hl7.org/fhir/administrative-gender"
    right = source(concept_map(system, ("Z9", "equivalent", "female"), target=gender))
    wrong = source(concept_map(system, ("Z9", "equivalent", "14749-6")))
    (patient,) = resources(converted(segment, source=right), "Patient")
    (other,) = resources(converted(segment, source=wrong), "Patient")
    assert (patient["gender"], other.get("gender")) == ("female", None)
    kept = patient["_gender"]["extension"][0]["valueCodeableConcept"]["coding"]
    assert kept == [{"system": f"{LOCAL}:code", "code": "Z9"}]


def test_a_diagnosis_takes_the_system_of_the_field_beside_it() -> None:
    visit = "PV1|1|I|||||||||||||||||V1"
    assert converted(PID, visit, "DG1|1||I10^高血压").unknown == {}
    assert converted(PID, visit, "DG1|1|HXDX|7^高血压").unknown == {Code(f"{LOCAL}:code:HXDX", "7"): "DG1-3"}
    assert converted(PID, visit, "DG1|1||7^高血压").unknown == {Code(f"{LOCAL}:field:DG1-3", "7"): "DG1-3"}


@pytest.mark.parametrize("sent", ["葡萄糖 空腹", "510104195803129013", "x" * 65])
def test_what_is_no_code_is_not_told(sent: str) -> None:
    assert result(sent).unknown == {}


def test_the_provenance_names_the_map_that_was_used() -> None:
    url = {"url": "http://hx.example/lis", "version": "3"}
    maps = source(concept_map(f"{LOCAL}:field:OBX-3", ("GLU", "equal", "14749-6"), **url))
    (used,) = resources(result("GLU", maps), "Provenance")
    (unused,) = resources(result("2345-7^Glucose^LN", maps), "Provenance")
    assert (used["policy"], "policy" in unused) == (["http://hx.example/lis|3"], False)


def test_is_mapped_asks_maps_tables_and_the_source_s_own_codes() -> None:
    code = Code(f"{LOCAL}:table:MaritalStatus", "Z9")
    assert not is_mapped(SOURCE, code)
    assert is_mapped(replace(SOURCE, tables={"MaritalStatus": {"Z9": "M"}}), code)
    assert is_mapped(SOURCE, code._replace(code="M"))
    assert is_mapped(source(concept_map(code.system, ("Z9", "unmatched", ""))), code)
    assert not is_mapped(SOURCE, Code(f"{LOCAL}:table:None", "M"))
    assert not is_mapped(SOURCE, Code(f"{LOCAL}:field:OBX-3", "M"))
