"""adapters.v2_to_fhir.resources.immunization."""

import pytest

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


@pytest.mark.parametrize(
    ("told", "status"),
    [("|CP", "completed"), ("|RE", "not-done"), ("||D", "entered-in-error"), ("", "completed")],
)
def test_status(told: str, status: str) -> None:
    rxa = "RXA|0|1|20260105||08^乙肝^CVX|999" + "|" * 13 + told
    (one,) = resources(converted("PID|||P1", rxa, kind="VXU^V04"), "Immunization")
    assert one["status"] == status
    assert "doseQuantity" not in one


def test_a_vaccination_is_known_by_number_or_by_vaccine_and_day() -> None:
    def ids(*segments: str) -> list[str]:
        return [
            draft.id for draft in drafts(converted("PID|||P1", *segments, kind="VXU^V04"), "Immunization")
        ]

    assert ids("ORC|RE||I1", "RXA|0|1|20260105||08") == ids("ORC|RE||I1", "RXA|0|1|20260106||08")
    assert ids("RXA|0|1|20260105||08") == ids("RXA|0|9|20260105||08^乙肝")
    assert ids("RXA|0|1|20260105||08") != ids("RXA|0|1|20260106||08")


def test_without_a_vaccine_or_a_time() -> None:
    assert "RXA[1]" in converted("PID|||P1", "RXA|0|1|20260105", kind="VXU^V04").unmapped
    (one,) = resources(converted("PID|||P1", "RXA|0|1|||08", kind="VXU^V04"), "Immunization")
    assert one["occurrenceString"] == "unknown"
