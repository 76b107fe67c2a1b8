import pytest

from fhir.definitions.members import inside, members


@pytest.mark.parametrize(
    ("key", "name", "type", "within"),
    [
        ("Patient", "name", "HumanName", "HumanName"),
        ("Patient", "deceasedDateTime", "dateTime", ""),
        ("Patient", "contact", "BackboneElement", "Patient.contact"),
        ("Patient.contact", "name", "HumanName", "HumanName"),
        ("Questionnaire.item", "item", "BackboneElement", "Questionnaire.item"),
        ("Extension", "valueReference", "Reference", "Reference"),
        ("Bundle.entry", "resource", "Resource", "Resource"),
    ],
)
def test_what_an_object_holds(key: str, name: str, type: str, within: str) -> None:
    member = members(key)[name]
    assert (member.inside, member.primitive) == (within, within == "")
    assert within == "Questionnaire.item" or member.type == type


def test_a_contained_resource_says_what_it_is() -> None:
    member = members("Patient")["contained"]
    assert inside(member, {"resourceType": "Observation"}) == "Observation"
    assert [inside(member, value) for value in ({}, {"resourceType": 5}, "x")] == ["", "", ""]
