"""adapters.v2_to_fhir.datatypes.cwe: coded values keep what was sent."""

from adapters.v2_to_fhir.datatypes import cwe
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.table import table
from tests.unit.adapters.v2_to_fhir.given import LOCAL, context, repetition

MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"


def test_up_to_three_codings_and_text() -> None:
    raw = "A^a^LN^B^b^L^1^2^whole^C^c^SCT"
    assert cwe.codeable_concept(repetition(raw), context()) == {
        "coding": [
            {"system": "http://loinc.org", "code": "A", "display": "a"},
            {"system": f"{LOCAL}:code:L", "code": "B", "display": "b"},
            {"system": "http://snomed.info/sct", "code": "C", "display": "c"},
        ],
        "text": "whole",
    }


def test_words_alone_are_text() -> None:
    assert cwe.codeable_concept(repetition("^大肠埃希菌"), context()) == {"text": "大肠埃希菌"}
    assert cwe.codeable_concept(repetition("^^L"), context()) is None


def test_a_code_without_a_system_is_the_source_s_own() -> None:
    assert cwe.codeable_concept(repetition("X"), context()) == {
        "coding": [{"system": f"{LOCAL}:code", "code": "X"}]
    }


def test_a_translation_stands_before_what_was_sent() -> None:
    found = cwe.codeable_concept(repetition("20^已婚"), context(), table("MaritalStatus"))
    assert found == {
        "coding": [
            {"system": MARITAL, "code": "M", "display": "Married"},
            {"system": "urn:oid:2.16.156.10011.2.3.3.5", "code": "20", "display": "已婚"},
        ],
        "text": "已婚",
    }


def test_words_are_translated_too() -> None:
    found = cwe.codeable_concept(repetition("已婚"), context(), table("MaritalStatus"))
    assert found == {"coding": [{"system": MARITAL, "code": "M", "display": "Married"}], "text": "已婚"}


def test_an_unknown_code_stays_with_a_warning() -> None:
    where = context()
    found = cwe.codeable_concept(repetition("Q9"), where, table("MaritalStatus"))
    assert found == {"coding": [{"system": f"{LOCAL}:code", "code": "Q9"}]}
    assert where.warnings == ["MSH[1]-7: a code that the table MaritalStatus does not know"]


def test_the_source_s_own_table_comes_first() -> None:
    source = Source("HX", "Organization/hx", tables={"AdministrativeSex": {"W": "F"}})
    found = cwe.code(repetition("W"), context(source=source), table("AdministrativeSex"), "gender")
    kept = {"coding": [{"system": f"{LOCAL}:code", "code": "W"}]}
    extension = {"url": cwe.ALTERNATE, "valueCodeableConcept": kept}
    assert found == {"gender": "female", "_gender": {"extension": [extension]}}


def test_a_code_of_another_system_keeps_it() -> None:
    found = cwe.code(repetition("1"), context(), table("AdministrativeSex"), "gender")
    assert found is not None
    kept = found["_gender"]["extension"][0]
    assert found["gender"] == "male"
    assert kept["url"] == cwe.ALTERNATE
    assert kept["valueCodeableConcept"]["coding"][0]["code"] == "1"
    assert cwe.code(repetition("5"), context(), table("AdministrativeSex"), "gender") is None


def test_systems() -> None:
    source = Source("HX", "Organization/hx", systems={"YB": "http://yb.example"})
    where = context(source=source)
    assert cwe.system_of("YB", where) == "http://yb.example"
    assert cwe.system_of("HL70078", where) == "http://terminology.hl7.org/CodeSystem/v2-0078"
    assert cwe.system_of("2.16.840.1.113883.6.1", where) == "urn:oid:2.16.840.1.113883.6.1"
    assert cwe.system_of("ICD-10", where) == "http://hl7.org/fhir/sid/icd-10"
    assert cwe.system_of("院内 码", where) == f"{LOCAL}:code:%E9%99%A2%E5%86%85%20%E7%A0%81"
    assert cwe.system_of("", where) == ""


def test_booleans() -> None:
    yes_no = table("YesNoIndicator")
    assert cwe.boolean(repetition("Y"), context(), yes_no) is True
    assert cwe.boolean(repetition("N"), context(), yes_no) is False
    assert cwe.boolean(repetition("?"), context(), yes_no) is None


def test_other_shapes() -> None:
    where = context()
    assert cwe.coding(repetition("I"), where, table("PatientClass_EncounterClass")) == {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": "IMP",
        "display": "inpatient encounter",
    }
    assert cwe.plain(repetition("DA"), where, table("AllergenType")) == "medication"
    assert cwe.plain(repetition("??"), where, table("AllergenType")) is None
    assert cwe.communication(repetition("zh^中文^ISO639"), where) == {
        "language": {
            "coding": [{"system": "urn:ietf:bcp:47", "code": "zh", "display": "中文"}],
            "text": "中文",
        }
    }
    assert cwe.plan_identifier(repetition("01^职工"), where) == {"system": f"{LOCAL}:plan", "value": "01"}
    assert cwe.plan_identifier(repetition("^职工"), where) is None
    assert cwe.section(repetition("LAB"), where) == {"coding": [{"system": cwe.SECTIONS, "code": "LAB"}]}
    assert cwe.text(repetition("A^words"), where) == "words"
