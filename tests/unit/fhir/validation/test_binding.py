from collections.abc import Mapping
from typing import Any

from fhir.validation.binding import bound_code, bound_concept
from fhir.validation.finding import Findings, fault
from fhir.validation.primitive import TESTS

GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"
CLINICAL = "http://hl7.org/fhir/ValueSet/condition-clinical"
SYSTEM = "http://terminology.hl7.org/CodeSystem/condition-clinical"
MIME = "http://hl7.org/fhir/ValueSet/mimetypes"
UCUM = "http://hl7.org/fhir/ValueSet/ucum-units"


def whole(value: Any, parent: Mapping[str, Any], contained: Mapping[str, str]) -> Findings:
    return None


def test_an_unknown_code_is_told_what_is_known_and_not_repeated() -> None:
    found = bound_code(GENDER, TESTS["code"])("HTEST")
    assert found is not None
    assert found[0].code == "code-invalid"
    assert "administrative-gender (male, female, other, unknown)" in found[0].text
    assert "HTEST" not in found[0].text


def test_long_lists_are_cut() -> None:
    found = bound_code("http://hl7.org/fhir/ValueSet/resource-types", TESTS["code"])("x")
    assert found is not None
    assert found[0].text.endswith(", …)")


def test_a_wrong_shape_is_not_a_wrong_code() -> None:
    check = bound_code(GENDER, TESTS["code"])
    assert [one.code for one in check(5) or []] == ["structure"]
    assert [one.code for one in check(["male"]) or []] == ["structure"]
    assert [one.code for one in check("a ") or []] == ["value"]


def test_what_cannot_be_enumerated_is_checked_by_its_grammar() -> None:
    check = bound_code(MIME, TESTS["code"])
    assert check("text/plain") is None
    assert [one.code for one in check("text") or []] == ["code-invalid"]
    assert [one.code for one in check("a ") or []] == ["value"]
    units = bound_concept(UCUM, whole)
    assert units({"coding": [{"system": "http://unitsofmeasure.org", "code": "mm[Hg]"}]}, {}, {}) is None
    wrong = units({"coding": [{"system": "http://unitsofmeasure.org", "code": "m g"}]}, {}, {})
    assert [one.code for one in wrong or []] == ["code-invalid"]


def test_a_value_set_that_is_not_known_asks_nothing() -> None:
    assert bound_code("http://loinc.org/vs/LL379-9", TESTS["code"]) is TESTS["code"]
    assert bound_concept("http://loinc.org/vs/LL379-9", whole) is whole


def test_a_concept_needs_one_coding_of_the_value_set() -> None:
    check = bound_concept(CLINICAL, whole)
    good, other = {"system": SYSTEM, "code": "active"}, {"system": "http://a", "code": "active"}
    assert check({"coding": [other, good]}, {}, {}) is None
    assert check({"coding": [other]}, {}, {}) is not None
    assert check({"text": "active"}, {}, {}) is not None


def test_an_extension_may_say_why_there_is_no_code() -> None:
    extension = [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
    assert bound_concept(CLINICAL, whole)({"extension": extension}, {}, {}) is None


def test_a_malformed_concept_is_not_asked_for_its_codes() -> None:
    check = bound_concept(CLINICAL, lambda *_: fault("structure", "malformed"))
    assert check({"coding": 5}, {}, {}) == fault("structure", "malformed")
