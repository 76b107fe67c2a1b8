"""Checklist lines 70 and 72: which types a search reaches, decided before any data."""

from fhir.interactions.context import Context
from fhir.interactions.results.selection import select
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.unit.fhir.interactions.conftest import Contexts


async def types(context: Context, *parameters: tuple[str, str]) -> list[str]:
    chosen = await select(context, None, parameters, strict=False)
    return [query.type for query in chosen.queries]


async def test_all_types_that_are_open_where_none_is_named(contexts: Contexts) -> None:
    found = await types(contexts())
    assert {"Patient", "Observation", "Organization", "Binary"} <= set(found)
    assert not {"AuditEvent", "Parameters", "OperationOutcome"} & set(found)
    assert "Patient" not in await types(contexts(denied=("Patient",)))


async def test_types_under_one_constraint_are_one_part(contexts: Contexts) -> None:
    chosen = await select(contexts(), None, [("_type", "Patient,Observation")], strict=True)
    assert [part for part, _ in chosen.parts] == [{"tokens": {"$in": ["Patient", "Observation"]}}]
    assert chosen.processed == [("_type", "Patient,Observation")]


async def test_nothing_open_is_forbidden(contexts: Contexts) -> None:
    await refused(types(contexts(denied=("s",))), Fault.FORBIDDEN)
    await refused(types(contexts(denied=("Flag",)), ("_type", "Patient,Flag")), Fault.FORBIDDEN)


async def test_a_type_on_the_way_is_decided_before_a_value_is_read(contexts: Contexts) -> None:
    denied = contexts(denied=("Patient",))
    chained = select(denied, "Observation", [("patient.name", "x")], strict=False)
    await refused(chained, Fault.FORBIDDEN)
