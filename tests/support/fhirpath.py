"""What a SearchParameter's expression finds, by fhirpathpy: the yardstick of the compiled walkers.

It has no resolve() (ours gives a node of the type that the reference names), and its `as` is not the ofType
that R4's expressions mean.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fhirpathpy
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from fhir.definitions.compile_search import is_core

OFFICIAL = Path(__file__).parents[3] / "shared/data/fhir-r4/search-parameters.json.gz"
_CAST = re.compile(r"\(?([\w.]+) as (\w+)\)?")
_TYPE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?$")
Find = Callable[[dict[str, Any]], list[Any]]


@cache
def definitions() -> dict[str, dict[str, Any]]:
    """The core SearchParameters by their URL."""
    entries = json.loads(gzip.decompress(OFFICIAL.read_bytes()))["entry"]
    return {entry["resource"]["url"]: entry["resource"] for entry in entries if is_core(entry["resource"])}


def expressions(type: str) -> Iterator[dict[str, Any]]:
    """The core definitions that have an expression and serve a resource type."""
    for parameter in definitions().values():
        if {type, "Resource", "DomainResource"} & set(parameter["base"]) and "expression" in parameter:
            yield parameter


@cache
def finder(type: str, expression: str) -> Find:
    """What gives the values of an expression on a resource of this type."""
    expression = _CAST.sub(r"\1.ofType(\2)", expression).replace(".as(", ".ofType(")
    expression = re.sub(r"\b(Domain)?Resource\.", f"{type}.", expression).replace("DateTime)", "dateTime)")
    branches = [each.strip() for each in expression.split("|")]
    wanted = [
        each for each in branches if re.match(rf"{type}\b", each) or each[0].islower() or each[0] == "%"
    ]
    options = {"userInvocationTable": {"resolve": {"fn": _resolve, "arity": {0: []}}}}
    compiled = [fhirpathpy.compile(each, models["r4"], options) for each in wanted]
    return lambda resource: [value for each in compiled for value in each(resource, {"resource": resource})]


def _resolve(inputs: list[Any]) -> list[Any]:
    found = []
    for node in inputs:
        data = node.data if isinstance(node, ResourceNode) else node
        match = _TYPE.search(str(data.get("reference", "")))
        type = match[1] if match else data.get("type")
        if type:
            found.append(ResourceNode.create_node({"resourceType": type}, type))
    return found
