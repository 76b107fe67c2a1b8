import pytest

from fhir.definitions.canonicals import search_parameter_url


@pytest.mark.parametrize(
    ("type", "code", "id"),
    [
        ("Patient", "family", "individual-family"),
        ("Patient", "name", "Patient-name"),
        ("Observation", "code", "clinical-code"),
        ("Observation", "_id", "Resource-id"),
        ("Observation", "_text", "DomainResource-text"),
        ("Encounter", "_filter", "filter"),
        ("Observation", "code-value-quantity", "Observation-code-value-quantity"),
    ],
)
def test_the_canonical_url(type: str, code: str, id: str) -> None:
    assert search_parameter_url(type, code) == f"http://hl7.org/fhir/SearchParameter/{id}"


def test_what_has_no_definition() -> None:
    assert search_parameter_url("Patient", "_list") is None
