import pytest

from fhir.summary.coding import (
    LOINC,
    SNOMED,
    Concept,
    code_of,
    codes,
    contradict,
    folded,
    icd10_of,
    keys_of,
    many,
    text_of,
)


def test_text_goes_before_display_before_code() -> None:
    coded = {"coding": [{"code": "a"}, {"code": "b", "display": "B"}]}
    assert text_of(coded | {"text": "T"}) == "T"
    assert text_of(coded) == "B"
    assert text_of({"coding": [{"code": "a"}]}) == "a"
    assert text_of(None) == text_of({}) == ""


def test_many_makes_lists() -> None:
    assert (many(None), many({"a": 1}), many([1, 2])) == ([], [{"a": 1}], [1, 2])


def test_codes_by_system() -> None:
    concept = {"coding": [{"system": "urn:x", "code": "L1"}, {"system": LOINC, "code": "4548-4"}]}
    assert code_of(concept, LOINC) == "4548-4"
    assert code_of(concept, "urn:y") is None
    assert codes(concept) == {"L1", "4548-4"}


def test_icd10_of_any_edition() -> None:
    assert icd10_of({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]}) == "I10"
    assert icd10_of({"coding": [{"system": "urn:local", "code": "I10"}]}) is None
    morphology = {"system": "http://hl7.org/fhir/sid/icd-10-cn", "code": "M81400/3"}
    assert icd10_of({"coding": [morphology]}) is None
    assert icd10_of({"coding": [morphology, morphology | {"code": "C34.100"}]}) == "C34.100"
    assert icd10_of({"coding": [morphology | {"code": "M81400"}]}) is None
    assert icd10_of({"coding": [morphology | {"code": "M81.400"}]}) == "M81.400"
    american = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C34.11"}
    assert icd10_of({"coding": [american, morphology | {"code": "C34.100"}]}) == "C34.100", "ours goes first"


def test_a_code_without_system_makes_nothing_equal() -> None:
    one, other = {"text": "钾", "coding": [{"code": "K"}]}, {"text": "维生素K", "coding": [{"code": "K"}]}
    assert not keys_of(one) & keys_of(other)


def test_equal_texts_in_other_width_and_case_are_equal() -> None:
    assert folded("ＨｂＡ1c ") == folded("hba1C")
    assert keys_of({"text": "ＨｂＡ1c"}) & keys_of({"text": "HbA1c"})


def icd(code: str, edition: str = "icd-10") -> Concept:
    return {"coding": [{"system": f"http://hl7.org/fhir/sid/{edition}", "code": code}]}


@pytest.mark.parametrize(
    ("concepts", "contradicting"),
    [
        ([icd("K75.9"), icd("B16.9")], True),
        ([icd("K75.9"), icd("B16.9", "icd-10-cn")], True),
        ([icd("I10"), icd("I10.x00", "icd-10-cn"), icd("I10.x00x002", "icd-10-cn")], False),
        ([icd("K75"), icd("K75.0"), icd("K75.9")], True),
        ([icd("K75.9"), {"coding": [{"system": SNOMED, "code": "1"}]}, {"text": "x"}, None], False),
    ],
)
def test_codes_contradict_unless_one_only_says_more(
    concepts: list[Concept | None], contradicting: bool
) -> None:
    assert contradict(concepts) is contradicting


def test_a_code_of_a_house_counts_with_its_words_alone() -> None:
    """Under its code for all others stands now this, now that."""

    def local(text: str, system: str = "urn:htest:99") -> Concept:
        return {"text": text, "coding": [{"system": system, "code": "99"}]}

    null = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
    for system in ("urn:htest:99", null, "http://hl7.org/fhir/v3/NullFlavor"):
        assert not keys_of(local("青霉素", system)) & keys_of(local("碘造影剂", system))
        assert keys_of(local("青霉素", system)) & keys_of(local(" 青霉素", system))
    assert keys_of(local("钾", LOINC)) & keys_of(local("血钾", LOINC))
