"""Walkers, held against fhirpathpy on handmade resources."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fhirpathpy
import pytest
from fhirpathpy.models import models

from fhir.definitions.compile_search import is_core
from fhir.definitions.search_parameters import search_parameters
from fhir.search.registry import definitions
from fhir.search.walker import Step, below, location, walk

RESOURCES = json.loads((Path(__file__).parent / "resources.json").read_text(encoding="utf-8"))
OFFICIAL = Path(__file__).parents[5] / "shared/data/fhir-r4/search-parameters.json.gz"
CAST = re.compile(r"\(?([\w.]+) as (\w+)\)?")
RESOLVE = re.compile(r"\.where\(resolve\(\) is (\w+)\)")


def expressions(type: str) -> Iterator[tuple[str, str]]:
    entries = json.loads(gzip.decompress(OFFICIAL.read_bytes()))["entry"]
    for parameter in (entry["resource"] for entry in entries):
        if is_core(parameter) and {type, "Resource"} & set(parameter["base"]) and "expression" in parameter:
            yield parameter["code"], parameter["expression"]


def by_fhirpath(resource: dict[str, Any], expression: str) -> list[Any]:
    """What fhirpathpy finds; it has no resolve(), and its `as` is not the ofType that is meant."""
    expression = CAST.sub(r"\1.ofType(\2)", RESOLVE.sub("", expression)).replace(".as(", ".ofType(")
    expression = re.sub(r"\bResource\.", f"{resource['resourceType']}.", expression)
    found: list[Any] = []
    for branch in (each.strip() for each in expression.split("|")):
        head = branch.partition(".")[0]
        if head == resource["resourceType"] or head[0].islower():
            found += fhirpathpy.evaluate(resource, branch, {}, models["r4"])
    return found


def comparable(values: list[Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True, default=str) for value in values)


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official definitions are not at ../shared")
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: f"{each['resourceType']}-{each['id']}")
def test_walkers_find_what_fhirpath_finds(resource: dict[str, Any]) -> None:
    type = resource["resourceType"]
    compared = 0
    for code, expression in expressions(type):
        parameter = definitions(type)[code]
        if parameter.type in ("composite", "special") or code == "deceased":
            continue
        walked = [value for place in parameter.locations for value in walk(place.steps)(resource)]
        assert comparable(walked) == comparable(by_fhirpath(resource, expression)), (code, expression)
        compared += bool(walked)
    assert compared > 1


def test_below_is_the_walk_from_the_first_member_on() -> None:
    for resource in RESOURCES:
        for parameter in definitions(resource["resourceType"]).values():
            for place in parameter.locations:
                value = resource.get(place.steps[0].member)
                if value is not None and place.type != "test":
                    assert below(place.steps)(value) == walk(place.steps)(resource)


def test_a_step_is_read_with_all_that_it_asks() -> None:
    row = {
        "path": ["a*[type=b c]", "d*#0", "e[@http://x/y]", "f"],
        "type": "Reference",
        "resolves": "Patient",
    }
    found = location(row)
    assert found.steps == (
        Step("a", True, ("type", "b c")),
        Step("d", True, index=0),
        Step("e", extended="http://x/y"),
        Step("f"),
    )
    assert (found.type, found.resolves, found.system) == ("Reference", "Patient", None)


def test_extensions_select() -> None:
    steps = (Step("item", True, extended="urn:e"), Step("answer"))
    marked = {"extension": [{"url": "urn:e"}], "answer": 1}
    assert walk(steps)({"item": [marked, {"answer": 2}, {"extension": None, "answer": 3}]}) == [1]


@pytest.mark.parametrize(
    "odd",
    [None, 1, "x", [], [None], {"code": None}, {"code": 5}, {"code": [[{}]]}, [{"code": {"coding": 3}}]],
)
def test_odd_shapes_never_raise(odd: Any) -> None:
    steps = tuple(Step(name, True) for name in ("component", "code", "coding"))
    assert isinstance(walk(steps)({"component": odd}), list)
    assert walk(steps)(odd) == []


def test_every_compiled_path_is_understood() -> None:
    for type in ("Patient", "Observation", "PlanDefinition", "Bundle"):
        assert len(search_parameters(type)) == len(definitions(type))
