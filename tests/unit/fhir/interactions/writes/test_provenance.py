from typing import Any

import pytest

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.writes.provenance import read_provenance
from fhir.outcome import Fault, Refusal
from tests.support.refusal import refused
from tests.support.resources import observation, patient
from tests.unit.fhir.interactions.conftest import Contexts

PROVENANCE: dict[str, Any] = {
    "resourceType": "Provenance",
    "recorded": "2026-05-17T08:00:00+08:00",
    "agent": [{"who": {"display": "HTEST"}}],
}


async def stored(context: Context) -> list[dict[str, Any]]:
    constraint = await context.permit("Provenance", Action.SEARCH)
    rows = await context.store.resources.search({"tokens": "Provenance"}, constraint, limit=9)
    return [row.resource() for row in rows]


async def test_it_is_about_what_was_written_and_lies_in_the_same_file(clinic: Context) -> None:
    """Checklist line 117."""
    written = await create(clinic, "Observation", observation(), provenance=PROVENANCE)
    (made,) = await stored(clinic)
    targets = [each["reference"] for each in made["target"]]
    assert targets == [f"{written.stored.reference}/_history/1", "Patient/p1"]
    new = await create(clinic, "Observation", observation(), criteria="_id=o1", provenance=PROVENANCE)
    assert (new.created, len(await stored(clinic))) == (False, 1)


async def test_without_it_nothing_is_written(clinic: Context, contexts: Contexts) -> None:
    """Checklist line 117."""
    rows = clinic.store.database["resources"]
    before = await rows.count_documents({})
    bad = create(clinic, "Observation", observation(), provenance={"resourceType": "Provenance"})
    await refused(bad, Fault.INVALID)
    denied = contexts("Patient/p1", denied=("Provenance",))
    await refused(create(denied, "Patient", patient(), provenance=PROVENANCE), Fault.FORBIDDEN)
    assert await rows.count_documents({}) == before


def test_the_header() -> None:
    assert read_provenance(None) is None
    assert read_provenance('{"resourceType":"Provenance"}') == {"resourceType": "Provenance"}
    for text in ("", "{", "[]", '{"resourceType":"Patient"}', "\ud800"):
        with pytest.raises(Refusal) as refusal:
            read_provenance(text)
        assert refusal.value.fault is Fault.MALFORMED
