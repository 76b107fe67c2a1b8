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


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("AL1|1|DA|PEN^青霉素V|SV", "AL1|4|DA|PEN^青霉素 ｖ|MO|皮疹", True),
        ("AL1|1|DA|PEN^青霉素", "IAM|4|DA|PEN^青霉素||皮疹|A", True),
        ("AL1|1|DA|OTH^青霉素^NULLFL", "AL1|1|DA|OTH^碘造影剂^NULLFL", False),
        ("AL1|1|DA|^青霉素", "AL1|1|DA|^青 霉 素", True),
        ("AL1|1|DA|PEN", "AL1|1|DA|PEN^PEN", True),
        ("AL1|1|DA|NKA^无", "AL1|1|DA|NKA^无过敏史", True),
        ("IAM|1|DA|P^青霉素|||A|7", "IAM|1|DA|A^阿莫西林|||U|7", True),
        ("IAM|1|DA|P^青霉素|||A|7", "IAM|1|DA|P^青霉素|||A|8", False),
    ],
)
def test_a_substance_is_known_again_by_its_number_else_by_code_and_words(
    one: str, other: str, same: bool
) -> None:
    def of(*segments: str) -> str:
        return drafts(converted(*segments), "AllergyIntolerance")[0].id

    assert (of("PID|||P1", one) == of("PID|||P1", other)) == same
    assert of("PID|||P1", one) != of("PID|||P2", one)


@pytest.mark.parametrize(
    ("segments", "kept", "warned"),
    [
        (("IAM|1||OTH^青霉素^NULLFL|||A|1", "IAM|2||OTH^碘造影剂^NULLFL|||A|1"), 2, ["IAM[2]"]),
        (("IAM|1||A^^L^OTH^^H|||A", "IAM|2||B^^L^OTH^^H|||A"), 2, ["IAM[2]"]),
        (("IAM|1||P^青霉素|||A", "IAM|2||P^青霉素|||A|1"), 1, []),
        (("IAM|1||P^青霉素|||A|1", "IAM|2||P^青霉素|||A", "IAM|3||P^青霉素|||A|2"), 2, []),
        (("IAM|1||P^青霉素|||D", "IAM|2||P^青霉素|||A"), 1, ["IAM[1]-6"]),
        (("AL1|1||P^青霉素||休克|20200101", "AL1|2||P^青霉素||皮疹|20210101"), 1, ["AL1[2]-6"]),
        (("AL1|1||P^青霉素|MO|皮疹", "AL1|2||P^青霉素|SV|休克"), 1, []),
    ],
)
def test_two_of_a_message_are_both_kept_or_warned_of(
    segments: tuple[str, ...], kept: int, warned: list[str]
) -> None:
    made = converted("PID|||P1", *segments)
    assert len(drafts(made, "AllergyIntolerance")) == kept
    assert [each.partition(":")[0] for each in made.warnings if "MSH" not in each] == warned


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
