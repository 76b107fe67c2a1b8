"""Search parameters that ship with Furong: valid resources, an element each, a URL of our own."""

import pytest

from fhir.definitions.canonicals import search_parameter_url
from fhir.definitions.own_search_parameters import own_definitions, own_rows, own_url
from fhir.definitions.search_parameters import search_parameters
from fhir.search.index import index
from fhir.validation import errors

AREA = {"url": "urn:furong:extension:area-code", "valueCoding": {"system": "urn:a", "code": "510104"}}
ZONE = {"url": "urn:furong:extension:reporting-zone", "valueCoding": {"system": "urn:z", "code": "GX"}}


@pytest.mark.parametrize("definition", own_definitions(), ids=lambda each: each["id"])
def test_each_is_a_valid_resource_and_reaches_an_element(definition: dict[str, object]) -> None:
    assert errors(definition) == []
    for base in definition["base"]:  # type: ignore[attr-defined]
        code = str(definition["code"])
        assert own_rows(base)[code]["paths"]
        assert search_parameter_url(base, code) == own_url(base, code) == definition["url"]
        assert search_parameters(base)[code] == own_rows(base)[code]


def test_the_zone_in_whose_statistics_a_place_counts_is_not_its_area() -> None:
    place = {
        "resourceType": "Location", "id": "l1", "extension": [ZONE],
        "address": {"extension": [AREA], "district": "锦江区"},
    }  # fmt: skip
    tokens = index(place, str).tokens
    assert {"Location.area-code|urn:a|510104", "Location.reporting-zone|urn:z|GX"} <= set(tokens)
    assert not {"Location.area-code|urn:z|GX", "Location.reporting-zone|urn:a|510104"} & set(tokens)
    house = {"resourceType": "Organization", "id": "o1", "address": [{"extension": [AREA]}]}
    assert "Organization.area-code|urn:a|510104" in index(house, str).tokens
