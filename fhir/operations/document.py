"""Operation $document of Composition: the document that it is the head of.

FHIR R4 composition-operation-document.html, documents.html. A Bundle of type document: the Composition, then
each resource that it refers to, step by step, once. It is sent as it is, not wrapped in a searchset.
"""

from datetime import UTC, datetime

from fhir.bundle import document_bundle
from fhir.definitions.structures import resource_types
from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.read import read
from fhir.interactions.writes.writing import Written
from fhir.operations.compartment import references, referred, resolved
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, parse, serialize
from fhir.store import Stored

MOST = 1_000


async def run(context: Context, call: Call) -> Resource | Written:
    """The document, stored as a Bundle where that is asked for."""
    if call.text("graph") is not None:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "documents are not shaped by a GraphDefinition here")
    persist = call.flag("persist")
    if persist and call.safe:
        raise Refusal(Fault.METHOD, "a document is stored by POST only")
    composition = await read(context, "Composition", _id(context, call))
    found = await _resources(context, composition)
    bundle = document_bundle(context.base, [composition, *found], new_id(), datetime.now(UTC))
    if not persist:
        return bundle
    return await create(context, "Bundle", parse(serialize(bundle)))


def _id(context: Context, call: Call) -> str:
    """Which Composition: the one of the address, else the one that `id` names, plainly or by its URL here."""
    given = call.text("id")
    if (call.id is None) == (given is None):
        raise wrong("id", "it names the Composition where the address does not")
    id = call.id or (given or "").removeprefix(f"{context.base}/").removeprefix("Composition/")
    if "/" in id or ":" in id:
        raise wrong("id", "only a Composition of this server can be made a document")
    return id


async def _resources(context: Context, composition: Stored) -> list[Stored]:
    members = (await context.persons([composition.owner]))[composition.owner]
    direct = await resolved(context, references(composition) - {composition.reference})
    found = [*direct, *await referred(context, [composition, *direct], (), members)]
    if len(found) > MOST:
        raise Refusal(Fault.TOO_COSTLY, f"the document would hold more than {MOST} resources")
    there = {row.reference for row in (composition, *found)}
    literal = {each for each in references(composition) if each.partition("/")[0] in resource_types}
    if not literal <= there:
        raise Refusal(
            Fault.BUSINESS_RULE,
            "the Composition refers to what is not known here to you, so no document can be whole",
            expression="Composition",
        )
    context.trail.touch(row.owner for row in found)
    return found


OPERATION = Operation(
    name="document",
    definition="http://hl7.org/fhir/OperationDefinition/Composition-document",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"Composition"}),
    stores=True,
)
