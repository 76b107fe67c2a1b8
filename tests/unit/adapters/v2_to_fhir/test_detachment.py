"""References are taken out of a resource, and what is remembered of its lists stays true."""

from typing import Any

import pytest

from adapters.v2_to_fhir.detachment import detached
from adapters.v2_to_fhir.parts import split

E1, E2 = {"reference": "Encounter/e1"}, {"reference": "Encounter/e2"}


@pytest.mark.parametrize(
    ("resource", "left"),
    [
        ({"encounter": E1, "status": "final"}, {"status": "final"}),
        ({"encounter": {"reference": "Encounter/e1/_history/3"}}, {}),
        ({"basedOn": [E1, E2]}, {"basedOn": [E2]}),
        ({"basedOn": [E1]}, {}),
        ({"a": [{"b": E1, "c": 1}, {"b": E2}]}, {"a": [{"c": 1}, {"b": E2}]}),
        ({"a": {"b": {"c": E1}}}, {}),
        ({"a": [[], 1, None, "Encounter/e1"]}, {"a": [[], 1, None, "Encounter/e1"]}),
    ],
)
def test_without(resource: dict[str, Any], left: dict[str, Any]) -> None:
    head = {"resourceType": "X", "id": "x"}
    assert detached(head | resource, {}, {"Encounter/e1"})[0] == head | left


def test_a_whole_entry_goes_with_what_it_needs() -> None:
    resource = {
        "resourceType": "X",
        "entry": [{"item": E1, "date": "2026"}, {"item": E2}],
        "a": {"b": E1, "c": 1},
    }
    assert detached(resource, {}, {"Encounter/e1"}, whole=True)[0] == {
        "resourceType": "X", "entry": [{"item": E2}],
    }  # fmt: skip


def test_the_parts_of_a_list_stay_those_of_their_fields() -> None:
    resource = {"resourceType": "X", "a": [E1, {"x": 1}, E2]}
    memory = {"lists": {"a": [["OBR-1", 2, "t1"], ["OBR-2", 1, "t2"]]}, "times": {"a": "t"}}
    result, kept = detached(resource, memory, {"Encounter/e1"})
    parts, rest = split(result["a"], kept["lists"]["a"])
    assert (parts, rest) == ({"OBR-1": ("t1", [{"x": 1}]), "OBR-2": ("t2", [E2])}, [])
    assert kept["times"] == {"a": "t"}
