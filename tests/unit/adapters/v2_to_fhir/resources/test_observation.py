"""adapters.v2_to_fhir.resources.observation: what an OBX says, and how it is known again."""

import pytest

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def observed(*obx: str, obr: str = "OBR|1||F1|X") -> list[str]:
    made = converted("PID|||P1", obr, *obx, kind="ORU^R01")
    return [draft.id for draft in drafts(made, "Observation")]


def test_a_result_is_known_by_report_code_and_sub_id() -> None:
    (one,) = observed("OBX|1|NM|GLU||5")
    assert observed("OBX|7|NM|GLU^血糖||6||||||C") == [one]
    others = observed("OBX|1|NM|K||5", "OBX|2|NM|GLU|a|5", f"OBX|3|NM|GLU||5{'|' * 16}I1")
    assert one not in others
    assert observed("OBX|1|NM|GLU||5", obr="OBR|1||F2|X") != [one]
    assert observed("OBX|1|NM|GLU||5", obr="OBR|1||F1|Y") != [one]


def test_a_true_repeat_is_counted_on() -> None:
    first, second = observed("OBX|1|TX|T||a", "OBX|2|TX|T||b")
    assert first != second
    assert observed("OBX|1|TX|T||a") == [first]


def test_without_any_number_by_content_and_position() -> None:
    assert len(set(observed("OBX|1|NM|||5", "OBX|2|NM|||5"))) == 2


def test_a_result_taken_back_deletes_its_value() -> None:
    (draft,) = drafts(
        converted("PID|||P1", "OBR|1||F1|X", "OBX|1|NM|A||5|||H|||D", kind="ORU^R01"), "Observation"
    )
    assert draft.elements["status"] == "entered-in-error"
    assert {"value[x]", "interpretation", "referenceRange"} <= draft.nulls
    assert not any(name.startswith("value") for name in draft.elements)


def test_null_deletes_the_value() -> None:
    (draft,) = drafts(converted("PID|||P1", 'OBX|1|NM|A||""||||||F'), "Observation")
    assert draft.nulls == {"value[x]"}


def test_a_cancelled_result_keeps_its_code() -> None:
    (made,) = resources(converted("PID|||P1", "OBX|1|NM|A||||||||X"), "Observation")
    assert made["status"] == "cancelled"
    assert made["_status"]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "X"


@pytest.mark.parametrize(
    ("section", "category"),
    [("LAB", "laboratory"), ("RAD", "imaging"), ("EC", "procedure"), ("", "laboratory")],
)
def test_category(section: str, category: str) -> None:
    obr = f"OBR|1||F1|X{'|' * 20}{section}"
    (made,) = resources(converted("PID|||P1", obr, "OBX|1|NM|A||5", kind="ORU^R01"), "Observation")
    assert made["category"][0]["coding"][0]["code"] == category


def test_a_narrative_without_a_section_has_no_category() -> None:
    (made,) = resources(converted("PID|||P1", "OBR|1||F1|X", "OBX|1|TX|A||x", kind="ORU^R01"), "Observation")
    assert "category" not in made


def test_a_document_without_a_report_is_attached() -> None:
    (made,) = resources(converted("PID|||P1", "OBX|1|ED|A||X^PDF^^Base64^YWJj||||||F"), "Observation")
    assert made["extension"][0]["valueAttachment"]["data"] == "YWJj"


def test_a_document_that_cannot_be_read_is_listed() -> None:
    made = converted("PID|||P1", "OBR|1||F1|X", "OBX|1|ED|A||X^PDF^^Base64^%||||||F", kind="ORU^R01")
    assert made.unmapped == ["OBX[1]-5"]
    assert not any(name.startswith("value") for name in resources(made, "Observation")[0])


def test_a_unit_without_a_number_is_listed() -> None:
    assert "OBX[1]-6" in converted("PID|||P1", "OBX|1|ST|A||阴性|mg|||||F").unmapped


def test_an_observation_of_an_adt_is_of_its_event() -> None:
    evn = "EVN|A08|20260105100000||||20260105093000"
    (made,) = resources(converted(evn, "PID|||P1", "OBX|1|NM|8302-2^身高^LN||170|cm|||||F"), "Observation")
    assert made["effectiveDateTime"] == "2026-01-05T09:30:00+08:00"
    told = "OBX|1|NM|8302-2^身高^LN||170|cm|||||F|||20260104"
    assert resources(converted(evn, "PID|||P1", told), "Observation")[0]["effectiveDateTime"] == "2026-01-04"


def test_a_unit_in_the_text_is_not_listed() -> None:
    assert converted("PID|||P1", "OBX|1|NM|X^x^L||1,5|g/L|||||F").unmapped == []
    assert converted("PID|||P1", "OBX|1|NM|X^x^L||阴性|g/L|||||F").unmapped == ["OBX[1]-6"]
