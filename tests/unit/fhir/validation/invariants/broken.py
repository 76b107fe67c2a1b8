"""What the spec cases of tests/spec/validation break: every rule must be broken by at least one of them."""

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

from fhir.definitions.structures import resource_types
from fhir.validation import validate
from fhir.validation.invariant import Rules

SPEC = Path(__file__).parents[4] / "spec" / "validation"
KEY = re.compile(r"\(([a-z]+-[0-9]+[a-z]?)\)$")


@cache
def broken_keys() -> frozenset[tuple[str, str]]:
    """The keys that any case breaks, each with the type of the resource."""
    found: set[tuple[str, str]] = set()
    for file in SPEC.glob("*.json"):
        for case in json.loads(file.read_text("utf-8"), parse_float=Decimal)["cases"]:
            for issue in validate(case["resource"]):
                if key := KEY.search(issue.diagnostics):
                    found.add((case["resource"].get("resourceType", ""), key[1]))
    return frozenset(found)


def never_broken(rules: Rules) -> set[tuple[str, str]]:
    """The rules that no case breaks."""
    broken = broken_keys() | {("", key) for _, key in broken_keys()}
    types = {path: path.partition(".")[0] for path, _ in rules}
    return {
        (path, key)
        for path, key in rules
        if (types[path] if types[path] in resource_types else "", key) not in broken
    }
