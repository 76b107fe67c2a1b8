import pytest

from fhir.definitions.search_parameters import types
from fhir.search.registry import INDEXED, compartment, decides_owner, definitions, parameters


def test_every_type_has_the_common_parameters() -> None:
    for type in types():
        assert {"_id", "_lastUpdated", "_tag", "_profile", "_security", "_source"} <= set(parameters(type))


def test_only_indexed_types_are_listed_as_searchable() -> None:
    for type in types():
        assert {each.type for each in parameters(type).values()} <= INDEXED
    assert "value-quantity" in definitions("Observation")
    assert "value-quantity" not in parameters("Observation")
    assert "code-value-quantity" not in parameters("Observation")
    assert "near" not in parameters("Location")
    assert "_text" not in parameters("Patient")


def test_a_reference_narrowed_to_patients_has_that_target_alone() -> None:
    assert definitions("Observation")["patient"].targets == {"Patient"}
    assert definitions("Observation")["subject"].targets == {"Device", "Group", "Location", "Patient"}
    assert definitions("Basic")["subject"].targets == types()
    assert definitions("AllergyIntolerance")["patient"].targets == {"Patient"}, (
        "what the element itself allows"
    )


def test_kinds_of_strings() -> None:
    assert definitions("Patient")["name"].personal
    assert not definitions("Organization")["name"].personal
    assert definitions("Organization")["address"].naming
    assert not definitions("Organization")["name"].naming
    assert not definitions("Patient")["gender"].personal


def test_owners_are_looked_for_in_order() -> None:
    assert compartment("Observation") == ("patient", "subject", "performer")
    assert compartment("AllergyIntolerance") == ("patient", "recorder", "asserter")
    assert compartment("Coverage")[0] == "patient"
    assert compartment("Appointment") == ("patient", "actor")
    assert compartment("Organization") == ()
    assert compartment("Task") == (), "R4 leaves Task out of the Patient compartment"


@pytest.mark.parametrize(
    ("type", "code", "decides"),
    [
        ("Observation", "patient", True),
        ("Observation", "subject", True),
        ("Observation", "performer", False),
        ("Encounter", "subject", True),
        ("AllergyIntolerance", "patient", True),
        ("AllergyIntolerance", "asserter", False),
        ("Coverage", "beneficiary", True),
        ("Coverage", "subscriber", False),
        ("Appointment", "patient", False),
        ("Account", "patient", False),
        ("Provenance", "patient", False),
        ("Patient", "link", False),
        ("Task", "patient", False),
    ],
)
def test_the_owner_follows_from_a_reference_that_cannot_repeat(type: str, code: str, decides: bool) -> None:
    assert decides_owner(type, code) is decides


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(KeyError):
        parameters("Resource")
    with pytest.raises(KeyError):
        parameters("Nothing")
