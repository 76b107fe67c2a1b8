import pytest

from fhir.matching.citizen_number import birth_date, sex, valid
from fhir.validation import validate
from tests.performance.population import (
    LABEL,
    Resource,
    birth,
    encounter,
    file,
    identity,
    observation,
    patient,
    transaction,
    urn,
)

MADE = [patient(7), encounter("Patient/1"), *(observation("Patient/1", number) for number in range(8))]


@pytest.mark.parametrize("resource", MADE)
def test_what_is_loaded_is_valid_fhir_and_labelled(resource: Resource) -> None:
    assert [each for each in validate(resource | {"id": "1"}) if each.severity in ("error", "fatal")] == []
    assert LABEL in resource["meta"]["security"]


def test_citizen_numbers_are_valid_different_and_fit_the_patient() -> None:
    numbers = [identity(number) for number in range(70_000)]
    assert len(set(numbers)) == len(numbers)
    for number in (0, 1, 34_001, 69_999):
        assert valid(numbers[number]) == numbers[number]
        assert birth_date(numbers[number]) == birth(number)
        assert sex(numbers[number]) == patient(number)["gender"]


def test_a_thick_file_fills_a_page_for_every_test() -> None:
    codes = [entry["resource"]["code"]["coding"][0]["code"] for entry in file(1, 100)["entry"][2:]]
    assert min(codes.count(code) for code in codes) >= 20


def test_the_entries_of_a_transaction_can_name_each_other() -> None:
    bundle = transaction([patient(1), encounter(urn(0))])
    assert bundle["entry"][1]["resource"]["subject"]["reference"] == bundle["entry"][0]["fullUrl"]
    assert bundle["entry"][1]["request"] == {"method": "POST", "url": "Encounter"}
