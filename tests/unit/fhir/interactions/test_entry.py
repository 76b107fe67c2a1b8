from typing import Any

import pytest

from fhir.interactions.entry import Entry, entries, if_match, placed
from fhir.outcome import Fault, Issue, Refusal
from tests.support.resources import observation


def entry(method: str, url: str, resource: Any = None, **request: Any) -> Entry:
    row = {"request": {"method": method, "url": url} | request}
    return entries({"entry": [row | ({"resource": resource} if resource else {})]})[0]


def test_a_post_has_a_new_id_in_its_resource_too() -> None:
    made = entry("POST", "Observation", observation("theirs"))
    assert made.resource is not None
    assert made.id == made.resource["id"] != "theirs"


def test_a_put_is_addressed_and_may_name_a_version() -> None:
    made = entry("PUT", "Observation/o1", observation(), ifMatch='W/"3"')
    assert (made.reference, made.version) == ("Observation/o1", 3)


def test_a_get_has_parameters() -> None:
    made = entry("GET", "Observation?code=a&code=&_count=1")
    assert (made.id, made.parameters) == (None, (("code", "a"), ("code", ""), ("_count", "1")))
    assert entry("GET", "Observation/o1").id == "o1"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (None, Fault.MALFORMED),
        ({}, Fault.MALFORMED),
        ({"request": {"method": "PUT", "url": "Observation/o1"}}, Fault.MALFORMED),
        ({"request": {"method": "PATCH", "url": "Observation/o1"}}, Fault.MALFORMED),
        ({"request": {"method": "GET", "url": "Nonsense/o1"}}, Fault.UNKNOWN_TYPE),
        ({"request": {"method": "GET", "url": ""}}, Fault.UNKNOWN_TYPE),
        ({"request": {"method": "DELETE", "url": "Observation"}}, Fault.MALFORMED),
        ({"request": {"method": "DELETE", "url": "Observation?code=a"}}, Fault.UNSUPPORTED_PARAMETER),
        ({"request": {"method": "POST", "url": "Observation/o1"}, "resource": {}}, Fault.MALFORMED),
        (
            {"request": {"method": "POST", "url": "Observation", "ifNoneExist": "a=b"}, "resource": {}},
            Fault.UNSUPPORTED_PARAMETER,
        ),
    ],
)
def test_an_entry_that_is_wrong_is_named(row: Any, fault: Fault) -> None:
    good = {"request": {"method": "GET", "url": "Patient"}}
    with pytest.raises(Refusal) as refusal:
        entries({"entry": [good, row]})
    assert refusal.value.fault is fault
    assert refusal.value.issues[0].expression == "Bundle.entry[1]"


def test_the_place_within_the_resource_follows_that_of_the_entry() -> None:
    issues = [Issue("value", "x", "Observation.status"), Issue("value", "y")]
    assert [issue.expression for issue in placed(Refusal(Fault.INVALID, issues=issues), 2).issues] == [
        "Bundle.entry[2].resource.status",
        "Bundle.entry[2]",
    ]


@pytest.mark.parametrize(("text", "version"), [('W/"3"', 3), ('"12"', 12), (' W/"1" ', 1), ("4", 4)])
def test_if_match(text: str, version: int) -> None:
    assert if_match(text) == version


@pytest.mark.parametrize("text", ["", "*", 'W/"x"', "-1", "１"])
def test_an_if_match_that_names_no_version_is_stale(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        if_match(text)
    assert refusal.value.fault is Fault.STALE
