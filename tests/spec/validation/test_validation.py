"""Validation cases as data: a resource in, the expected issues (code and FHIRPath) out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fhir.resource import Resource
from fhir.validation import validate

HERE = Path(__file__).parent


def cases() -> list[Any]:
    return [
        pytest.param(case["resource"], case["issues"], id=f"{file.stem}: {case['name']}")
        for file in sorted(HERE.glob("*.json"))
        for case in json.loads(file.read_text("utf-8"), parse_float=Decimal)["cases"]
    ]


@pytest.mark.parametrize(("resource", "expected"), cases())
def test_the_issues_of_a_resource(resource: Resource, expected: list[str]) -> None:
    found = [
        " ".join((["warning"] if issue.severity == "warning" else []) + [issue.code, issue.expression or "-"])
        for issue in validate(resource)
    ]
    assert sorted(found) == sorted(expected)
