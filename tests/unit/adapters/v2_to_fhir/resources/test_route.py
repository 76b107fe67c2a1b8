"""Route, site and method of RXR."""

from adapters.v2_to_fhir.resources.route import route
from tests.unit.adapters.v2_to_fhir.given import context


def test_route_site_and_method() -> None:
    where = context("PID|||P1", "RXR|PO^口服|LA^左臂|泵|SW^吞服")
    found = route(where.message["RXR"], where)
    assert {element: concept["text"] for element, concept in found.items()} == {
        "route": "口服",
        "site": "左臂",
        "method": "吞服",
    }


def test_what_is_empty_says_nothing() -> None:
    where = context("PID|||P1", "RXR|^|")
    assert route(where.message["RXR"], where) == {}
    assert route(None, where) == {}
