"""adapters.v2_to_fhir.resources.allergy_intolerance: substances, and none."""

import pytest

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


@pytest.mark.parametrize(
    "said", ["^无", "^否认药物过敏史", "NKDA", "716186003^^SCT", "^No Known Allergies", "无过敏史"]
)
def test_none_known_is_no_substance(said: str) -> None:
    (made,) = resources(converted("PID|||P1", f"AL1|1|DA|{said}"), "AllergyIntolerance")
    assert made["code"]["coding"][-1]["code"] in ("716186003", "409137002")
    assert made["code"]["coding"][-1]["system"] == "http://snomed.info/sct"


def test_a_substance_is_known_again_by_patient_and_code() -> None:
    def of(*segments: str) -> str:
        return drafts(converted(*segments), "AllergyIntolerance")[0].id

    assert of("PID|||P1", "AL1|1|DA|PEN^青霉素|SV") == of("PID|||P1", "AL1|4|DA|PEN^青霉素类")
    assert of("PID|||P1", "AL1|1|DA|PEN") != of("PID|||P2", "AL1|1|DA|PEN")


def test_severity_without_a_reaction() -> None:
    made = converted("PID|||P1", "AL1|1|DA|^a|SV", "AL1|2|DA|^b|MO")
    severe, moderate = resources(made, "AllergyIntolerance")
    assert severe["criticality"] == "high"
    assert "reaction" not in moderate
    assert made.unmapped == ["AL1[2]-4"]


def test_an_adverse_reaction_taken_back() -> None:
    (draft,) = drafts(converted("PID|||P1", "IAM|1|DA|^a|||D"), "AllergyIntolerance")
    assert draft.elements["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert draft.nulls == {"clinicalStatus"}


def test_without_a_substance_or_a_patient_it_is_listed() -> None:
    assert "AL1[1]" in converted("PID|||P1", "AL1|1|DA|").unmapped
    assert "AL1[1]" in converted("AL1|1|DA|^a").unmapped
