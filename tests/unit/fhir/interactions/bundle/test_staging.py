"""The order and the identities of a transaction; what it answers is in test_transaction."""

from typing import Any

import pytest

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.delete import delete
from fhir.interactions.transaction import transaction
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put, search_parameter
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


@pytest.mark.parametrize(
    ("version", "taken"), [("1", True), ("2", True), ("3", False), ("99", False), ("01", False)]
)
async def test_a_version_that_the_transaction_does_not_make_is_dangling(
    regional: Context, version: str, taken: bool
) -> None:
    """Line 46: o1 has version 2 after it."""
    changed = ask("PUT", "Observation/o1", observation("o1", status="amended"))
    focus = [{"reference": f"Observation/o1/_history/{version}"}]
    rows = [changed, ask("POST", "Observation", observation(focus=focus))]
    if taken:
        await transaction(regional, bundle(*rows))
        return
    refusal = await refused(transaction(regional, bundle(*rows)), Fault.BUSINESS_RULE)
    assert [each.expression for each in refusal.issues] == ["Bundle.entry[1].resource.focus[0].reference"]


async def test_two_search_parameters_of_one_code_in_one_transaction(regional: Context) -> None:
    first, second = search_parameter("s1"), search_parameter("s2", url="http://other")
    rows = [ask("POST", "SearchParameter", first), ask("POST", "SearchParameter", second)]
    refusal = await refused(transaction(regional, bundle(*rows)), Fault.INVALID)
    assert refusal.issues[0].expression == "Bundle.entry[1].resource.code"
    await transaction(regional, bundle(rows[0]))
