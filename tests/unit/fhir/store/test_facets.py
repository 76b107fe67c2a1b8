from fhir.search.index import index
from fhir.search.value import guarded
from fhir.store.facets import facets
from tests.support.resources import observation


def test_facets_are_the_codes_that_a_rule_may_name_and_what_is_referred_to() -> None:
    result = observation(
        category=[{"coding": [{"system": "c", "code": "laboratory"}]}],
        encounter={"reference": "Encounter/e1/_history/2"},
        performer=[{"reference": "Practitioner/p"}, {"reference": "#inside"}],
        hasMember=[{"reference": "Observation/m"}, {"reference": "Observation/m"}],
    )
    found = facets(result, index(result, str).tokens)
    assert "Observation.category|c|laboratory" in found
    assert "Observation.category|laboratory" in found
    assert sorted(each for each in found if each.startswith("refers|")) == [
        "refers|Encounter/e1",
        "refers|Observation/m",
        "refers|Practitioner/p",
    ]
    assert {each.partition("|")[0] for each in found} <= {
        "Observation.category", "Observation.code", "Observation.status", "refers"
    }  # fmt: skip


def test_a_document_is_labelled_by_what_it_says_of_its_content_too() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    label = [{"coding": [{"system": system, "code": "V"}]}]
    document = {"resourceType": "DocumentReference", "id": "d", "securityLabel": label}
    assert f"label|{guarded(system)}|V" in facets(document, ())
    assert facets(document | {"resourceType": "Basic"}, ()) == []
