from fhir.summary.file import health_file
from tests.support.people import condition, organizations, patient


def test_resources_by_type_with_patients_and_institutions_apart() -> None:
    file = health_file([*organizations(), patient(), condition("x", "J00")])
    assert len(file.organizations) == 3
    assert [p["id"] for p in file.patients] == ["p1"]
    assert len(file.of("Condition", "Observation")) == 1
    assert {r["resourceType"] for r in file.everything()} == {"Patient", "Condition"}
