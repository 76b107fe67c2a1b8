import pytest

from fhir.terminology.loading.kind import heading, kinds


@pytest.mark.parametrize(
    ("kind", "code", "above"),
    [
        ("icd10-clinical", "A00.100x001", ["A00.100", "A00.1", "A00"]),
        ("icd10-clinical", "A17.000+", ["A17.0", "A17"]),
        ("icd10-clinical", "A00.1", ["A00"]),
        ("icd10-clinical", "A00", []),
        ("icd9cm3", "38.9300x001", ["38.9300", "38.93", "38.9", "38"]),
        ("atc", "A10BA02", ["A10BA", "A10B", "A10", "A"]),
        ("loinc", "2345-7", []),
    ],
)
def test_what_stands_above_a_code_by_its_form(kind: str, code: str, above: list[str]) -> None:
    assert kinds()[kind].above(code) == above


@pytest.mark.parametrize(
    ("kind", "code"),
    [("icd10-clinical", "I10.x00x002"), ("icd10-clinical", "M80000/3"), ("icd10-clinical", "A17.000+"),
     ("icd9cm3", "00.0100"), ("loinc", "718-7"), ("atc", "A10BA02"), ("drugs", "86900000000017")],
)  # fmt: skip
def test_codes(kind: str, code: str) -> None:
    assert kinds()[kind].fault(code) is None


@pytest.mark.parametrize(
    ("kind", "code", "why"),
    [
        ("icd10-clinical", "10.5", "not a code of ICD-10"),
        ("icd10-clinical", "E11 .9", "not a code of ICD-10"),
        ("loinc", "2345-6", "check digit"),
        ("loinc", "Glucose", "not a LOINC number"),
        ("atc", "A1", "not an ATC code"),
        ("drugs", "8690000000001", "not a national drug code"),
    ],
)
def test_what_is_no_code(kind: str, code: str, why: str) -> None:
    assert why in str(kinds()[kind].fault(code))


def test_headings_fold() -> None:
    assert heading(" LOINC_Num ") == heading("ｌｏｉｎｃ_NUM")
