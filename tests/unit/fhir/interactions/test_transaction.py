from dataclasses import replace
from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.interactions.transaction import transaction
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, patient
from tests.unit.fhir.interactions.conftest import Contexts

MOTHER = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


def ask(method: str, url: str, resource: Any = None, full_url: str | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"request": {"method": method, "url": url}}
    return row | ({"resource": resource} if resource else {}) | ({"fullUrl": full_url} if full_url else {})


def bundle(*rows: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(rows)}


async def count(context: Context) -> int:
    return await context.store.database["resources"].count_documents({"deleted": False})


async def test_references_between_entries_become_those_of_what_is_stored(regional: Context) -> None:
    child = observation() | {"subject": {"reference": MOTHER}}
    given = await transaction(
        regional, bundle(ask("POST", "Observation", child), ask("POST", "Patient", patient(), MOTHER))
    )
    assert [each["response"]["status"] for each in given["entry"]] == ["201 Created", "201 Created"]
    places = [each["response"]["location"].split("/") for each in given["entry"]]
    stored = await read(regional, "Observation", places[0][1])
    assert stored.resource()["subject"]["reference"] == f"Patient/{places[1][1]}"
    assert regional.trail.patients == {f"Patient/{places[1][1]}"}


async def test_all_or_nothing_and_the_entry_at_fault_is_named(clinic: Context) -> None:
    before = await count(clinic)
    rows = [ask("POST", "Observation", observation()), ask("DELETE", "Observation/o2")]
    refusal = await refused(transaction(clinic, bundle(*rows)), Fault.NOT_FOUND)
    assert refusal.issues[0].expression == "Bundle.entry[1]"
    assert await count(clinic) == before


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([ask("GET", "Observation/o2")], Fault.NOT_FOUND),
        ([ask("PUT", "Observation/o1", observation("o1")), ask("GET", "Patient/nobody")], Fault.NOT_FOUND),
        (
            [ask("DELETE", "Observation/o1"), ask("PUT", "Observation/o1", observation("o1"))],
            Fault.MALFORMED,
        ),
        ([ask("POST", "Observation", observation(subject="p2"))], Fault.BUSINESS_RULE),
        ([ask("POST", "Observation", observation(status="bogus"))], Fault.INVALID),
        ([ask("PUT", "Observation/o1", observation("o9"))], Fault.PARAMETER),
    ],
)
async def test_what_is_refused(clinic: Context, rows: list[Any], fault: Fault) -> None:
    await refused(transaction(clinic, bundle(*rows)), fault)


async def test_what_was_put_is_answered_with_its_version(clinic: Context) -> None:
    rows = [ask("PUT", "Observation/o1", observation("o1", status="amended"))]
    (answer,) = (await transaction(clinic, bundle(*rows)))["entry"]
    assert (answer["response"]["status"], answer["response"]["etag"]) == ("200 OK", 'W/"2"')


async def test_whoever_registers_patients_is_related_to_each(contexts: Contexts) -> None:
    related: list[str] = []

    async def relate(session: object, reference: str) -> None:
        related.append(reference)

    context = replace(contexts(), relate=relate)
    rows = [ask("POST", "Patient", patient()), ask("PUT", "Patient/p1", patient("p1", gender="male"))]
    given = await transaction(context, bundle(*rows))
    assert related == [given["entry"][0]["response"]["location"].split("/_history")[0]]
