import pytest

from fhir.definitions.search_parameters import types
from fhir.search.registry import INDEXED, compartment, decides_owner, definitions, parameters


def test_every_type_has_the_common_parameters() -> None:
    """Checklist line 65."""
    for type in types():
        assert {"_id", "_lastUpdated", "_tag", "_profile", "_security", "_source"} <= set(parameters(type))


def test_only_indexed_types_are_listed_as_searchable() -> None:
    for type in types():
        assert {each.type for each in parameters(type).values()} <= INDEXED
    assert {"value-quantity", "code-value-quantity", "_text", "_content"} <= set(parameters("Observation"))
    assert "near" in parameters("Location")


def test_what_is_not_indexed_is_not_listed() -> None:
    """`_filter` and `_query` have no expression: they are ways of asking, not of indexing."""
    missing = {
        f"{type}.{code}" for type in types() for code in definitions(type) if code not in parameters(type)
    }
    assert missing == {f"{type}.{code}" for type in types() for code in ("_filter", "_query")}


def test_a_union_is_answered_by_its_parts() -> None:
    known = parameters("Observation")
    assert known["combo-code"].parts == (known["code"], known["component-code"])
    assert known["code"].parts == (known["code"],)


def test_the_parts_of_a_composite_have_types_and_places() -> None:
    (place,) = parameters("Observation")["component-code-value-quantity"].places
    assert [step.member for step in place.steps] == ["component"]
    assert [part.type for part in place.parts] == ["token", "quantity"]
    assert [part.type for part in parameters("DocumentReference")["relationship"].places[0].parts] == [
        "token",
        "reference",
    ]


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
