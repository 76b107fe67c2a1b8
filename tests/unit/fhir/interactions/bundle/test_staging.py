"""The order and the identities of a transaction; what it answers is in test_transaction."""

from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.delete import delete
from fhir.interactions.transaction import transaction
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put
from tests.unit.fhir.interactions.test_transaction import ask, bundle

NUMBER = "identifier=urn:s|1"
MOTHER = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


def numbered(id: str = "x") -> dict[str, Any]:
    return patient(id, identifier=[{"system": "urn:s", "value": "1"}])


def places(given: dict[str, Any]) -> list[str]:
    return [each["response"].get("location", "").split("/_history")[0] for each in given["entry"]]


async def stored(context: Context, reference: str) -> dict[str, Any]:
    type, id = reference.split("/")
    row = await context.store.resources.read(type, id, await context.permit(type, Action.READ))
    assert row is not None
    return row.resource()


async def test_a_creation_sees_the_deletion_before_it(regional: Context) -> None:
    """Checklist line 44."""
    await put(regional.store, numbered("p9"))
    create = ask("POST", "Patient", numbered())
    create["request"]["ifNoneExist"] = NUMBER
    given = await transaction(regional, bundle(create, ask("DELETE", "Patient/p9")))
    assert [each["response"]["status"] for each in given["entry"]] == ["201 Created", "204 No Content"]
    again = await transaction(regional, bundle(create))
    assert (again["entry"][0]["response"]["status"], places(again)[0]) == ("200 OK", places(given)[0])


async def test_references_follow_the_resource_that_was_found(regional: Context) -> None:
    """Checklist lines 29 and 45."""
    await put(regional.store, numbered("p9"))
    create = ask("POST", "Patient", numbered(), MOTHER)
    create["request"]["ifNoneExist"] = NUMBER
    child = observation() | {"subject": {"reference": MOTHER}}
    conditional = observation() | {"subject": {"reference": f"Patient?{NUMBER}"}}
    rows = [ask("POST", "Observation", child), create, ask("POST", "Observation", conditional)]
    found = places(await transaction(regional, bundle(*rows)))
    assert found[1] == "Patient/p9"
    for each in (found[0], found[2]):
        assert (await stored(regional, each))["subject"]["reference"] == "Patient/p9"


async def test_identities_that_criteria_find_count_too(regional: Context) -> None:
    """Checklist line 48."""
    await put(regional.store, numbered("p9"))
    change = ask("PUT", f"Patient?{NUMBER}", numbered("p9"))
    await refused(transaction(regional, bundle(change, ask("DELETE", "Patient/p9"))), Fault.MALFORMED)
    await refused(
        transaction(regional, bundle(change, ask("PUT", "Patient/p9", numbered("p9")))), Fault.MALFORMED
    )


async def test_integrity_is_judged_at_the_end(regional: Context) -> None:
    """Checklist line 27."""
    await refused(transaction(regional, bundle(ask("DELETE", "Patient/p1"))), Fault.CONFLICT)
    moved = ask("PUT", "Observation/o1", observation("o1", "p2"))
    await transaction(regional, bundle(ask("DELETE", "Patient/p1"), moved))
    await refused(delete(regional, "Patient", "p2"), Fault.CONFLICT)
