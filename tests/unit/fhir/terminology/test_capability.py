from datetime import UTC, datetime

from fhir.terminology.capability import terminology_capabilities
from fhir.validation import errors

TOLD = terminology_capabilities("https://x.example/fhir", datetime(2026, 3, 1, tzinfo=UTC), ["http://own"])


def test_it_is_valid_and_names_each_system_once() -> None:
    assert errors(TOLD) == []
    listed = [each["uri"] for each in TOLD["codeSystem"]]
    assert listed == sorted(set(listed))
    assert {"http://own", "http://unitsofmeasure.org", "http://hl7.org/fhir/administrative-gender"} <= set(
        listed
    )


def test_only_parameters_that_change_something_are_told() -> None:
    names = [each["name"] for each in TOLD["expansion"]["parameter"]]
    assert {"filter", "offset", "count", "activeOnly"} <= set(names)
    assert "contextDirection" not in names
    assert TOLD["closure"] == {"translation": False}
