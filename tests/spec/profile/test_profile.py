"""Profile cases as data: StructureDefinition and resource in, the expected issues (code and FHIRPath) out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fhir.resource import Resource
from fhir.validation import validate
from fhir.validation.profile import issues_from
from fhir.validation.profile.source import Official

HERE = Path(__file__).parent
BASE = "http://hl7.org/fhir/StructureDefinition/"
OWN = "http://example.org/StructureDefinition/"


def definition(name: str, members: dict[str, Any]) -> dict[str, Any]:
    """A profile in short: the type and the elements of its differential (`elements`) or snapshot."""
    view = "snapshot" if "snapshot" in members else "differential"
    base = members.get("base", members["type"])
    return {
        "resourceType": "StructureDefinition",
        "url": OWN + name,
        "type": members["type"],
        "baseDefinition": base if ":" in base else BASE + base if base[0].isupper() else OWN + base,
        view: {"element": members.get("snapshot", members.get("elements"))},
    }


def cases() -> list[Any]:
    found = []
    for file in sorted(HERE.glob("*.json")):
        data = json.loads(file.read_text("utf-8"), parse_float=Decimal)
        own = {OWN + name: definition(name, one) for name, one in data.get("profiles", {}).items()}
        for case in data["cases"]:
            url = case["profile"]
            url = OWN + url if OWN + url in own else BASE + url
            found.append(
                pytest.param(own, url, case["resource"], case["issues"], id=f"{file.stem}: {case['name']}")
            )
    return found


@pytest.mark.parametrize(("profiles", "url", "resource", "expected"), cases())
async def test_the_issues_of_a_resource(
    profiles: dict[str, Any], url: str, resource: Resource, expected: list[str]
) -> None:
    assert [issue for issue in validate(resource) if issue.severity == "error"] == []
    found = [
        " ".join((["warning"] if issue.severity == "warning" else []) + [issue.code, issue.expression or "-"])
        for issue in await issues_from(Official(profiles), resource, [url])
    ]
    assert sorted(found) == sorted(expected)
