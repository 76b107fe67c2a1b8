import json
from typing import Any
from unittest.mock import patch as replaced

from fhir.interactions.batch import batch
from fhir.interactions.context import Context
from fhir.resource import serialize
from tests.support.resources import observation


async def answers(context: Context, *rows: Any) -> list[dict[str, Any]]:
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": list(rows)}
    return list(json.loads(serialize(await batch(context, bundle))).get("entry", []))


def ask(method: str, url: str, resource: Any = None) -> dict[str, Any]:
    return {"request": {"method": method, "url": url}} | ({"resource": resource} if resource else {})


async def test_each_answer_stands_where_its_request_stood(clinic: Context) -> None:
    """Checklist lines 42 and 51: entry i answers entry i; a read shows what was there before the batch."""
    given = await answers(
        clinic,
        ask("GET", "Observation/o1"),
        ask("GET", "Observation/o2"),
        ask("POST", "Observation", observation(subject="p1")),
        ask("PUT", "Observation/o1", observation("o1", "p1", status="amended")),
        ask("DELETE", "Observation/o1"),
        ask("GET", "Observation/o1"),
        None,
    )
    assert [each["response"]["status"] for each in given] == [
        "200 OK",
        "404 Not Found",
        "201 Created",
        "200 OK",
        "204 No Content",
        "200 OK",
        "400 Bad Request",
    ]
    assert given[0]["resource"]["id"] == "o1"
    assert given[1]["response"]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[1]"]


async def test_what_fails_undoes_nothing(clinic: Context) -> None:
    """Checklist lines 42 and 52: entries do not depend on each other."""
    bad = observation("o1", "p1", status="bogus")
    good = observation("o1", "p1", status="amended")
    given = await answers(clinic, ask("PUT", "Observation/o1", bad), ask("PUT", "Observation/o1", good))
    assert [each["response"]["status"] for each in given] == ["422 Unprocessable Content", "200 OK"]
    assert given[0]["response"]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[0].resource.status"]


async def test_a_search_within_sees_no_more_than_one_without(clinic: Context) -> None:
    (given,) = await answers(clinic, ask("GET", "Observation?_sort=_lastUpdated"))
    assert given["resource"]["type"] == "searchset"
    assert [each["resource"]["id"] for each in given["resource"]["entry"]] == ["o1"]


async def test_a_batch_of_nothing(clinic: Context) -> None:
    assert await answers(clinic) == []


async def test_what_fails_on_our_side_fails_alone(clinic: Context) -> None:
    with replaced("fhir.interactions.batch.answer", side_effect=RuntimeError("HTEST")):
        given = await answers(
            clinic, ask("GET", "Observation/o1"), ask("POST", "Observation", observation(subject="p1"))
        )
    assert [each["response"]["status"] for each in given] == ["500 Internal Server Error", "201 Created"]
    assert "HTEST" not in str(given)
