import pytest

from fhir.outcome import Refusal
from services.portal.cases.line import found, line
from tests.support import people


def test_a_result_says_its_name_value_and_day() -> None:
    said = line(people.observation("2345-7", "血糖", "7.20", "mmol/L", 3))
    assert (said.name, said.value) == ("血糖", "7.20 mmol/L")
    assert str(said) == f"血糖 7.20 mmol/L {people.ago(3)}"


def test_a_panel_says_the_values_of_its_parts() -> None:
    parts = [{"valueQuantity": {"value": 120, "unit": "mm[Hg]"}}, {"valueQuantity": {"value": 80}}]
    said = line({"resourceType": "Observation", "code": {"text": "血压"}, "component": parts})
    assert said.value == "120 mmHg/80"


def test_a_drug_says_its_dose_and_a_visit_its_kind() -> None:
    assert line(people.request("二甲双胍", "每日两次")).value == "每日两次"
    visit = {"resourceType": "Encounter", "serviceType": {"text": "内科"}, "period": {"start": "2026-03-02"}}
    assert str(line(visit)) == "内科 2026-03-02"


@pytest.mark.parametrize("reference", ["", "Patient/x", "Observation/../x", "Observation"])
async def test_nothing_but_a_line_of_the_file_is_looked_for(reference: str) -> None:
    with pytest.raises(Refusal):
        await found(None, reference)  # type: ignore[arg-type]
