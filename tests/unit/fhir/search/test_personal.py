import pytest

from fhir.search.personal import personal


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Patient", "name"),
        ("Patient", "name:exact"),
        ("Patient", "identifier"),
        ("Patient", "identifier:of-type"),
        ("Patient", "phone"),
        ("Patient", "birthdate"),
        ("Patient", "_filter"),
        ("Observation", "patient.name"),
        ("Observation", "subject:Patient.birthdate"),
        ("Observation", "patient:identifier"),
        ("Observation", "code:text"),
        ("Observation", "_content"),
        ("Patient", "_has:Observation:patient:code"),
        ("Patient", "nonsense"),
        ("", "_text"),
        ("Patient/1/RelatedPerson", "birthdate"),
    ],
)
def test_what_may_tell_of_a_person(path: str, name: str) -> None:
    assert personal(path, name)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Patient", "_count"),
        ("Patient", "name:missing"),
        ("Patient", "gender"),
        ("Patient", "_id"),
        ("Patient", "_lastUpdated"),
        ("Observation", "code"),
        ("Observation", "code:in"),
        ("Observation", "date"),
        ("Observation", "patient"),
        ("Observation", "subject:Patient"),
        ("Observation", "value-quantity"),
        ("Observation", "code-value-quantity"),
        ("ValueSet", "url:below"),
        ("Patient/1/Observation", "category"),
        ("Patient/1/*", "_tag"),
        ("", "_type"),
    ],
)
def test_what_names_nobody(path: str, name: str) -> None:
    assert not personal(path, name)
