"""What one reader sees of a file and another does not, over a real store."""

from dataclasses import replace
from typing import Any

import pytest

from auth.access.constraint import Scoped
from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Context
from fhir.operations.difference import difference
from fhir.store import EVERYONE, Store

OWNER, BOTH = "Patient/htest-1", ("Observation", "Condition")


class _All:
    """Sees everything of the region."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        return Permit(EVERYONE)


class _NoConditions:
    """May not read diagnoses."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        return Deny("no") if type == "Condition" else Permit(EVERYONE)


class _OneAlone:
    """Sees one resource and nothing else."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        return Permit(Scoped(EVERYONE, {"id": "o2"}))


@pytest.fixture
async def context(store: Store) -> Context:
    """Whoever sees all, of a person with two results and a diagnosis."""

    def made(type: str, id: str, **more: Any) -> dict[str, Any]:
        return {"resourceType": type, "id": id, "subject": {"reference": OWNER}} | more

    async def work(tx: Any) -> None:
        tx.put({"resourceType": "Patient", "id": "htest-1"})
        tx.put(made("Observation", "o1", status="final", effectiveDateTime="2026-03-01", code={}))
        tx.put(made("Observation", "o2", status="final", effectiveDateTime="2026-03-02", code={}))
        tx.put(made("Condition", "c1"))

    await store.resources.transact(work)
    return Context(store=store, access=_All(), base="http://localhost/fhir")


async def _found(seeing: list[Context], other: Context, limit: int = 9) -> list[str]:
    return [row.id for row in await difference(seeing, other, BOTH, {OWNER}, limit)]


async def test_nothing_differs_of_who_see_the_same(context: Context) -> None:
    assert await _found([context], context) == []


async def test_a_type_that_is_denied_and_what_is_narrowed_differ(context: Context) -> None:
    assert await _found([context], replace(context, access=_NoConditions())) == ["c1"]
    assert await _found([context], replace(context, access=_OneAlone())) == ["o1", "c1"]


async def test_what_one_of_those_who_see_may_not_see_is_not_found(context: Context) -> None:
    narrow, nothing = replace(context, access=_NoConditions()), replace(context, access=_OneAlone())
    assert await _found([context, narrow], nothing) == ["o1"]


async def test_the_newest_are_found(context: Context) -> None:
    class _Nothing:
        async def decide(self, type: str, action: Action) -> Permit | Deny:
            return Deny("no")

    assert await _found([context], replace(context, access=_Nothing()), 1) == ["o2"]
