import base64
from typing import Any

import pytest

from fhir.interactions.bundle.entry import Entry, at, entries, placed, within
from fhir.outcome import Fault, Issue, Refusal
from tests.support.refusal import refused
from tests.support.resources import observation
from tests.unit.fhir.interactions.conftest import BASE

JSON_PATCH = {
    "resourceType": "Binary",
    "contentType": "application/json-patch+json",
    "data": base64.b64encode(b'[{"op":"remove","path":"/status"}]').decode(),
}
FHIRPATH_PATCH = {"resourceType": "Parameters", "parameter": []}


def ask(method: str, url: str, resource: Any = None, **request: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"request": {"method": method, "url": url} | request}
    return row | ({"resource": resource} if resource else {})


def entry(method: str, url: str, resource: Any = None, **request: Any) -> Entry:
    return entries(
        {"resourceType": "Bundle", "type": "batch", "entry": [ask(method, url, resource, **request)]}, BASE
    )[0]


def test_a_post_has_a_new_id_in_its_resource_too() -> None:
    made = entry("POST", "Observation", observation("theirs"), ifNoneExist="identifier=a|1")
    assert made.resource is not None
    assert made.id == made.resource["id"] != "theirs"
    assert made.criteria == "identifier=a|1"


@pytest.mark.parametrize("url", ["Observation/o1", "/Observation/o1", f"{BASE}/Observation/o1"])
def test_a_put_is_addressed_and_may_name_a_version(url: str) -> None:
    made = entry("PUT", url, observation(), ifMatch='W/"3"')
    assert (made.reference, made.preconditions.expected, made.writes) == ("Observation/o1", {"3"}, True)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_criteria_stand_for_an_id(method: str) -> None:
    resource = {"PUT": observation(), "PATCH": JSON_PATCH, "DELETE": None}[method]
    made = entry(method, "Observation?identifier=a|1", resource)
    assert (made.id, made.criteria) == (None, "identifier=a|1")


@pytest.mark.parametrize("patch", [JSON_PATCH, FHIRPATH_PATCH])
def test_a_patch_comes_in_a_binary_or_as_parameters(patch: Any) -> None:
    made = entry("PATCH", "Observation/o1", patch)
    assert made.patch is not None
    assert made.resource is None
    assert made.patch(observation())["code"]


def test_a_get_is_an_address_and_a_query() -> None:
    made = entry(
        "GET", "Observation?code=a%2Cb&_count=1", ifNoneMatch='W/"1"', ifModifiedSince="2020-01-01T00:00:00Z"
    )
    assert (made.segments, made.query, made.writes) == (("Observation",), "code=a%2Cb&_count=1", False)
    assert made.preconditions.held == {"1"}
    assert made.preconditions.since is not None
    assert entry("GET", "Patient/p1/$everything?_count=1").operation == "everything"
    assert entry("GET", "/").type == ""


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (None, Fault.MALFORMED),
        ({}, Fault.MALFORMED),
        (ask("OPTIONS", "Observation/o1"), Fault.MALFORMED),
        (ask("PUT", "Observation/o1"), Fault.MALFORMED),
        (ask("PATCH", "Observation/o1"), Fault.MALFORMED),
        (ask("PATCH", "Observation/o1", observation()), Fault.MALFORMED),
        (ask("PATCH", "Observation/o1", JSON_PATCH | {"data": "%"}), Fault.MALFORMED),
        (ask("PUT", "Nonsense/o1", observation()), Fault.UNKNOWN_TYPE),
        (ask("DELETE", "/"), Fault.UNKNOWN_TYPE),
        (ask("DELETE", "Observation"), Fault.MALFORMED),
        (ask("DELETE", "Observation/o1?code=a"), Fault.MALFORMED),
        (ask("DELETE", "https://elsewhere.example/fhir/Observation/o1"), Fault.MALFORMED),
        (ask("POST", "Observation/o1", observation()), Fault.MALFORMED),
        (ask("POST", "Observation", {"x": 1}), Fault.MALFORMED),
        (ask("PUT", "Patient/1", observation(), ifMatch="x"), Fault.STALE),
    ],
)  # fmt: skip
def test_an_entry_that_is_wrong_is_named(row: Any, fault: Fault) -> None:
    good = {"request": {"method": "GET", "url": "Patient"}}
    with pytest.raises(Refusal) as refusal:
        entries({"resourceType": "Bundle", "type": "batch", "entry": [good, row]}, BASE)
    assert refusal.value.fault is fault
    assert refusal.value.issues[0].expression == "Bundle.entry[1]"


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (ask("POST", "Observation", observation(), ifNoneExist=1), ".request.ifNoneExist"),
        (ask("GET", "Patient", ifModifiedSince="soon"), ".request.ifModifiedSince"),
        (ask("PUT", "Patient/1", observation(), ifMatch=3), ".request.ifMatch"),
        (ask("GET", 7), ".request.url"),
        (ask("GET", ""), ".request.url"),
        (ask("GET", "Patient", more=1), ".request.more"),
        (ask("GET", "Patient") | {"search": {"mode": "match"}}, ""),
        (ask("GET", "Patient") | {"response": {"status": "200"}}, ""),
        (ask("GET", "Patient") | {"fullUrl": "https://x.example/fhir/Patient/1/_history/1"}, ""),
    ],
)  # fmt: skip
def test_an_entry_that_r4_does_not_know_is_named_to_the_element(row: Any, place: str) -> None:
    """bdl-2, bdl-4, bdl-8 and the members of Bundle.entry."""
    with pytest.raises(Refusal) as refusal:
        entries({"resourceType": "Bundle", "type": "batch", "entry": [row]}, BASE)
    assert refusal.value.fault is Fault.INVALID
    assert refusal.value.issues[0].expression == f"Bundle.entry[0]{place}"


def test_the_place_within_the_resource_follows_that_of_the_entry() -> None:
    issues = [Issue("value", "x", "Observation.status"), Issue("value", "y")]
    assert [issue.expression for issue in placed(Refusal(Fault.INVALID, issues=issues), 2).issues] == [
        "Bundle.entry[2].resource.status",
        "Bundle.entry[2]",
    ]


async def test_a_refusal_of_work_names_the_entry() -> None:
    def work() -> None:
        raise Refusal(Fault.INVALID, "x")

    async def later() -> None:
        work()

    with pytest.raises(Refusal) as refusal:
        at(3, work)
    assert refusal.value.issues[0].expression == "Bundle.entry[3]"
    assert (await refused(within(4, later()), Fault.INVALID)).issues[0].expression == "Bundle.entry[4]"
