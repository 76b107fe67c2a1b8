"""Granular scopes as filters on facets (SMART App Launch 2.2; Inferno 67 to 72)."""

import pytest

from auth.smart.granular import facet_filter
from auth.smart.scope import parse
from fhir.access import Action
from fhir.store.in_memory import held

LAB = {"facets": ["Observation.category|c|laboratory", "Observation.category|laboratory"]}
VITAL = {"facets": ["Observation.category|c|vital-signs", "Observation.category|vital-signs"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=laboratory", [True, False]),
        ("category=c|laboratory", [True, False]),
        ("category=other|laboratory", [False, False]),
        ("category=laboratory,vital-signs", [True, True]),
        ("category=c%7Claboratory", [True, False]),
        ("category=laboratory&status=final", [False, False]),
    ],
)
def test_what_lies_within(query: str, expected: list[bool]) -> None:
    filter = facet_filter("Observation", query)
    assert filter is not None
    assert [held(filter, row) for row in (LAB, VITAL)] == expected


@pytest.mark.parametrize(
    "query",
    ["", "category", "category=", "category:not=x", "category:in=http://v", "value-quantity=gt5", "date=2020",
     "subject:Patient.name=x", "_id=1", "_has:Observation:patient:code=x", "nonsense=1", "identifier=1",
     "&".join(["category=x"] * 21)],
)  # fmt: skip
def test_what_cannot_be_enforced_allows_nothing(query: str) -> None:
    assert facet_filter("Observation", query) is None
    scope = parse(f"patient/Observation.rs?{query}") if query else None
    if scope is not None:
        assert not scope.allows("Observation", Action.READ)
        assert scope.filter("Observation", Action.READ) is None


def test_a_type_that_has_no_such_parameter_is_not_reached() -> None:
    scope = parse("patient/*.cruds?vaccine-code=x")
    assert scope is not None
    assert scope.filter("Immunization", Action.SEARCH) is not None
    assert scope.filter("Observation", Action.SEARCH) is None
    assert all(
        scope.filter("Immunization", action) is None
        for action in (Action.CREATE, Action.UPDATE, Action.DELETE)
    )
