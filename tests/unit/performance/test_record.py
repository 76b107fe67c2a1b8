"""Records: valid FHIR, labelled, linked without a loose end, and alike at every run."""

import pytest

from fhir.interactions.writes.acceptance import references
from fhir.resource import parse
from fhir.validation import errors
from tests.performance.population import LABEL, ORGANIZATION, Resource
from tests.performance.record import EACH_VISIT, LOCATION, SHORT, WHOLE, directory, doctor, record
from tests.performance.region import dumped


def resources(bundle: Resource) -> list[Resource]:
    return [entry["resource"] for entry in bundle["entry"]]


@pytest.mark.parametrize("number", [0, 7])
def test_what_is_loaded_is_valid_fhir_and_labelled(number: int) -> None:
    made = [*resources(record(number, 2)), *directory()]
    assert [(each["resourceType"], errors(parse(dumped(each | {"id": "1"})))) for each in made] == [
        (each["resourceType"], []) for each in made
    ]
    assert all(LABEL in each["meta"]["security"] for each in made)


def test_every_reference_leads_to_an_entry_or_to_the_directory() -> None:
    bundle = record(3, SHORT)
    known = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    known |= {f"{each['resourceType']}/{each['id']}": each["resourceType"] for each in directory()}
    known[ORGANIZATION] = "Organization"
    assert {LOCATION, doctor(0)} <= known.keys()
    for each in resources(bundle):
        for path, target in references(each, each["resourceType"]):
            assert target in known, path
            wanted = {"encounter": "Encounter", "result": "Observation", "claim": "Claim"}
            element = path.split(".")[-2].partition("[")[0]
            assert known[target] == wanted.get(element, known[target])


def test_a_whole_record_has_some_hundreds_of_resources_of_ten_types() -> None:
    made = resources(record(5, WHOLE))
    assert len(made) == 1 + WHOLE * EACH_VISIT > 300
    assert len({each["resourceType"] for each in made}) == 10
