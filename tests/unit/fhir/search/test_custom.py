from collections.abc import Iterator
from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.search import custom
from fhir.search.index import index
from fhir.search.query import parse
from fhir.search.registry import definitions, parameters

URL = "http://example.org/SearchParameter/favourite"
DEFINITION: dict[str, Any] = {
    "resourceType": "SearchParameter",
    "url": URL,
    "code": "favourite",
    "base": ["Patient"],
    "type": "token",
    "expression": "Patient.extension('http://example.org/favourite')",
}
PATIENT = {
    "resourceType": "Patient",
    "id": "1",
    "extension": [{"url": "http://example.org/favourite", "valueCode": "red"}],
}


@pytest.fixture
def added() -> Iterator[None]:
    custom.extend([(URL, "favourite", custom.compiled(DEFINITION))])
    yield
    custom.withdraw(URL)


@pytest.mark.usefixtures("added")
def test_what_a_site_defines_is_searched_by() -> None:
    """Checklist line 92: the registry's part."""
    assert parameters("Patient")["favourite"].type == "token"
    tokens = index(PATIENT, str).tokens
    assert "Patient.favourite|red" in tokens
    query = parse("Patient", [("favourite", "red")], strict=True)
    assert "Patient.favourite|red" in query.filter(str, {})["$and"][0]["tokens"]["$in"]


def test_what_is_withdrawn_is_gone() -> None:
    custom.extend([(URL, "favourite", custom.compiled(DEFINITION))])
    custom.withdraw(URL)
    assert "favourite" not in definitions("Patient")
    assert "Patient.favourite|red" not in index(PATIENT, str).tokens


def test_a_definition_takes_the_place_of_its_earlier_self() -> None:
    custom.extend([(URL, "favourite", custom.compiled(DEFINITION))])
    custom.extend([(URL, "liked", custom.compiled(DEFINITION | {"code": "liked"}))])
    assert {"favourite", "liked"} & set(definitions("Patient")) == {"liked"}
    custom.withdraw(URL)


def test_abstract_bases_are_every_type() -> None:
    rows = custom.compiled(DEFINITION | {"base": ["Resource"], "expression": "Resource.language"})
    assert len(rows) == 146
    assert rows["Flag"]["paths"][0]["path"] == ["language"]
    told = {"base": ["DomainResource"], "expression": "DomainResource.text.status"}
    narrated = custom.compiled(DEFINITION | told)
    assert rows.keys() - narrated.keys() == {"Binary", "Bundle", "Parameters"}


CORE = "http://hl7.org/fhir/SearchParameter/"
PARTS = [
    {"definition": f"{CORE}clinical-code", "expression": "code"},
    {"definition": f"{CORE}Observation-value-quantity", "expression": "value.as(Quantity)"},
]
COMPOSITE = {"type": "composite", "base": ["Observation"], "expression": "Observation", "component": PARTS}


def test_a_composite_of_parameters_that_are_known() -> None:
    row = custom.compiled(DEFINITION | {"code": "own"} | COMPOSITE)["Observation"]
    assert row["parts"] == ["token", "quantity"]
    own = custom.compiled(DEFINITION | {"code": "own"} | COMPOSITE | {"expression": "Observation.component"})
    assert own["Observation"]["paths"][0]["path"] == ["component*"]


def test_a_composite_of_what_is_not_known_names_the_component() -> None:
    parts = [PARTS[0], {"definition": "http://nowhere", "expression": "value"}]
    with pytest.raises(Refusal) as refusal:
        custom.compiled(DEFINITION | {"code": "own"} | COMPOSITE | {"component": parts})
    assert refusal.value.issues[0].expression == "SearchParameter.component[1].definition"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"type": "special"}, "SearchParameter.type"),
        ({"type": None}, "SearchParameter.type"),
        ({"code": "name"}, "SearchParameter.code"),
        ({"base": ["Nothing"]}, "SearchParameter.base"),
        ({"base": []}, "SearchParameter.base"),
        ({"expression": "Patient.name.first()"}, "SearchParameter.expression"),
        ({"expression": "Patient.nothing"}, "SearchParameter.expression"),
        ({"expression": ""}, "SearchParameter.expression"),
        ({"expression": "("}, "SearchParameter.expression"),
        ({"type": "composite", "component": []}, "SearchParameter.expression"),
    ],
)
def test_what_cannot_be_indexed_is_refused(change: dict[str, Any], where: str) -> None:
    with pytest.raises(Refusal) as refused:
        custom.compiled(DEFINITION | change)
    assert refused.value.issues[0].expression == where or where in str(refused.value.issues[0])
