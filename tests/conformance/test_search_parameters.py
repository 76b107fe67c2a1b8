"""Every core search parameter on every official R4 example: the walkers find what fhirpathpy finds.

Checklist lines 65, 73 to 89 stand on it: what is not found here is found by no query.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from fhir.definitions.search_parameters import types
from fhir.resource import parse
from fhir.search.index import index
from fhir.search.registry import SearchParameter, definitions
from fhir.search.types.composite import emitters
from fhir.search.walker import walk
from tests.conformance.package import files
from tests.support.fhirpath import OFFICIAL, expressions, finder
from tests.support.fhirpath import definitions as official
from tests.support.specimens import specimens

pytestmark = pytest.mark.skipif(not OFFICIAL.exists(), reason="the official definitions are not at ../shared")
INITIALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LARGEST = 1_000_000
VARIANTS = 40


def resources(initial: str) -> Iterator[dict[str, Any]]:
    for file in files():
        if file.name.startswith(initial) and file.stat().st_size < LARGEST:
            yield parse(file.read_bytes())


def comparable(values: list[Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True, default=str) for value in values)


def values(parameter: SearchParameter, resource: dict[str, Any]) -> list[Any]:
    """What the locations of a parameter give; a test is true or false."""
    found: list[Any] = []
    for place in parameter.locations:
        if place.type == "test":
            found.append(any(resource.get(step.member) not in (None, False) for step in place.steps))
        else:
            wanted = place.resolves
            found += [
                value
                for value in walk(place.steps)(resource)
                if wanted is None or target_type(value) == wanted
            ]
    return found


def target_type(value: Any) -> str | None:
    """The type that a Reference names: in its address, else as `type`."""
    if not isinstance(value, dict):
        return None
    address = re.search(
        r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/.*)?$", value.get("reference", "")
    )
    return address[1] if address else value.get("type")


@pytest.mark.parametrize("initial", INITIALS)
def test_walkers_find_what_fhirpath_finds(initial: str) -> None:
    for resource in resources(initial):
        compare(resource)


def compare(resource: dict[str, Any]) -> set[str]:
    """Hold each parameter to its expression; which of them found anything."""
    type, found = resource["resourceType"], set()
    for definition in expressions(type):
        parameter = definitions(type)[definition["code"]]
        place = (type, resource.get("id"), definition["code"])
        if parameter.type == "composite":
            walked, expected = ours(parameter, resource), theirs(definition, resource)
            found |= {parameter.code} if any(all(each) for each in walked) else set()
        else:
            walked = values(parameter, resource)
            expected = finder(type, definition["expression"])(resource)
            found |= {parameter.code} if walked else set()
        assert comparable(walked) == comparable(expected), place
    return found


@pytest.mark.parametrize("type", sorted(types()))
def test_every_parameter_of_a_type_finds_its_elements(type: str) -> None:
    """Also those that no official example has anything for: on made-up resources with every element."""
    found = set()
    for resource in specimens(type, VARIANTS):
        found |= compare(resource)
    assert {each["code"] for each in expressions(type)} - found == set()


def ours(parameter: SearchParameter, resource: dict[str, Any]) -> list[Any]:
    return [
        [
            [value for at in part.locations for value in walk(at.steps)(resource if at.root else node)]
            for part in place.parts
        ]
        for place in parameter.places
        for node in walk(place.steps)(resource)
    ]


def theirs(definition: dict[str, Any], resource: dict[str, Any]) -> list[Any]:
    type = resource["resourceType"]
    found = []
    for branch in definition["expression"].split("|"):
        member = branch.strip().partition(".")[2]
        if branch.strip().partition(".")[0] != type:
            continue
        nodes = finder(type, branch.strip())(resource) if member else [resource]
        found += [
            [_part(part["expression"], node, resource) for part in definition["component"]] for node in nodes
        ]
    return found


def _part(expression: str, node: Any, resource: dict[str, Any]) -> list[Any]:
    """fhirpathpy does not know what a node of a resource is, so a choice is looked up by its members."""
    if expression.startswith("%resource."):
        type = resource["resourceType"]
        return finder(type, expression.replace("%resource", type))(resource)
    member, _, rest = expression.split("|")[0].strip().partition(".as(")
    if member != "value":
        found = node.get(member)
        return [] if found is None else found if isinstance(found, list) else [found]
    types = [each.strip().partition(".as(")[2].rstrip(")") for each in expression.split("|")] if rest else []
    wanted = {f"value{each[0].upper()}{each[1:]}" for each in types if each}
    return [
        value for name, value in node.items() if name in wanted or (not rest and name.startswith("value"))
    ]


@pytest.mark.parametrize("initial", INITIALS)
def test_every_example_is_indexed(initial: str) -> None:
    for resource in resources(initial):
        if "id" in resource:
            found = index(resource, lambda text: f"{hash(text):x}")
            assert found.tokens[0] == resource["resourceType"]


def test_every_composite_has_an_index_for_each_of_its_places() -> None:
    for each in official().values():
        if each["type"] == "composite":
            for base in each["base"]:
                parameter = definitions(base)[each["code"]]
                assert len({id(emit) for _, emit in emitters(parameter)}) >= len(parameter.places) >= 1, base
