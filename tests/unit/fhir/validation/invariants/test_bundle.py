from typing import Any

import pytest

from fhir.validation.invariants.bundle import RULES
from tests.unit.fhir.validation.invariants.broken import never_broken


def ask(path: str, key: str, element: dict[str, Any]) -> bool:
    return RULES[path, key](lambda name: frozenset({name}))(element)


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()


@pytest.mark.parametrize(
    ("type", "requests", "responses"),
    [
        ("batch", True, False),
        ("transaction", True, False),
        ("history", True, True),
        ("batch-response", False, True),
        ("transaction-response", False, True),
        ("searchset", False, False),
        ("collection", False, False),
    ],
)
def test_which_bundles_carry_requests_and_responses(type: str, requests: bool, responses: bool) -> None:
    for member, key, wanted in (("request", "bdl-3", requests), ("response", "bdl-4", responses)):
        assert ask("Bundle", key, {"type": type, "entry": [{member: {}}]}) is wanted
        assert ask("Bundle", key, {"type": type, "entry": [{}]}) is not wanted
        assert ask("Bundle", key, {"type": type})


def test_a_document_without_entries() -> None:
    assert not ask("Bundle", "bdl-11", {"type": "document"})
    assert ask(
        "Bundle", "bdl-11", {"type": "document", "entry": [{"resource": {"resourceType": "Composition"}}]}
    )


@pytest.mark.parametrize("members", [[], ["value", "resource"], ["part", "value"], ["part", "resource"]])
def test_parameters_are_one_thing(members: list[str]) -> None:
    assert not ask("Parameters.parameter", "inv-1", {"name": "a", **dict.fromkeys(members, True)})
