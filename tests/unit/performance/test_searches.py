"""The search families: each value is new, and a page, an error and what is not served are told apart."""

import json
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest

from fhir.search.registry import parameters
from tests.performance.connection import Reply
from tests.performance.figure import NOT_SERVED
from tests.performance.region import Region
from tests.performance.searches import FAMILIES, searchset

REGION = cast(
    Region,
    SimpleNamespace(
        loaded=500,
        made={type: [f"id-{number}" for number in range(50)] for type in ("Patient", "Encounter")}
        | {"Organization": ["house"]},
    ),
)
KINDS = [(type, *each) for family in FAMILIES.values() for type, every in family.items() for each in every]


@pytest.mark.parametrize(("type", "parameter", "value"), KINDS)
def test_a_value_can_be_sent_and_most_are_new(type: str, parameter: str, value: Any) -> None:
    values = {value(REGION) for _ in range(50)}
    assert all(quote(each, safe="|,$/") for each in values)
    assert len(values) > 1 or (type, parameter) in {("Observation", "status"), ("Claim", "provider")}


def test_all_prefixes_of_dates_are_asked_for() -> None:
    dates = [value for type, name, value in KINDS if name == "birthdate"]
    seen = {dates[0](REGION)[:2] for _ in range(400)}
    assert {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "19"} <= seen


def test_parameters_that_the_server_names_are_spelled_as_it_names_them() -> None:
    served = {(type, name) for type, name, _ in KINDS if name in parameters(type)}
    assert {("Patient", "name"), ("Encounter", "participant"), ("Condition", "onset-date")} <= served


def page(type: str, count: int) -> bytes:
    entries = [
        {"fullUrl": f"http://x/{type}/{n}", "resource": {"resourceType": type}, "search": {"mode": "match"}}
        for n in range(count)
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return json.dumps(bundle, separators=(",", ":")).encode()


def test_pages_errors_and_what_is_not_served_are_told_apart() -> None:
    found: list[int] = []
    check = searchset("Patient?name", "Patient", found)
    assert check(Reply(200, b"", page("Patient", 3))) is None
    assert check(Reply(200, b"", page("Patient", 0))) is None
    assert found == [3, 0]
    assert check(Reply(200, b"", page("Patient", 21))) == "no page of Patient?name"
    assert check(Reply(200, b"", page("Observation", 3))) == "no page of Patient?name"
    assert check(Reply(200, b"", b"{}")) == "no page of Patient?name"
    refused = b'{"issue":[{"code":"not-supported"}]}'
    assert check(Reply(400, b"", refused)) == f"{NOT_SERVED}Patient?name"
    assert check(Reply(400, b"", b'{"issue":[{"code":"invalid"}]}')) == "status 400 for Patient?name"
    assert check(Reply(500, b"", refused)) == "status 500 for Patient?name"
    assert found == [3, 0]
