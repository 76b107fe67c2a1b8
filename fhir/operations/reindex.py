"""Operation $reindex: everything is indexed anew, so that a new SearchParameter finds old data.

FHIR R4 search.html#custom leaves it to the server. `POST /$reindex` starts a job in the background,
`GET /$reindex-status` tells how far it is; `POST /Type/id/$reindex` does one resource at once. For those who
may write SearchParameters.
"""

from fhir.access import Action
from fhir.definitions.operations import ParameterDefinition
from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.operations.operation import Call, Level, Operation, check_types, output
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, instant
from fhir.rest import READ_ONLY, SERVED
from fhir.store.reindex_job import Job

_DEFINITION = "urn:furong:OperationDefinition:"


async def run(context: Context, call: Call) -> Resource:
    """Start the job, or index the one resource."""
    if call.id is not None:
        return await _one(context, call.type or "", call.id)
    await context.permit("SearchParameter", Action.UPDATE)
    types = [call.type] if call.type is not None else call.all("type")
    check_types("type", types)
    job = await context.store.reindexing.request(sorted(set(types)))
    context.store.reindexing.watch()
    return _told(job)


async def _one(context: Context, type: str, id: str) -> Resource:
    constraint = await context.permit(type, Action.UPDATE)
    if not constraint.unrestricted:
        raise Refusal(Fault.FORBIDDEN, "resources are indexed anew for the region only")
    stored = await read(context, type, id)
    done = await context.store.resources.reindex_one(stored.reference)
    return output(
        ("state", "valueCode", "done"),
        ("total", "valueInteger", 1),
        ("done", "valueInteger", done.read - len(done.refused)),
        ("changed", "valueInteger", done.changed),
    )


async def status(context: Context, call: Call) -> Resource:
    """How far the job is."""
    await context.permit("SearchParameter", Action.UPDATE)
    job = await context.store.reindexing.status()
    if job is None:
        raise Refusal(Fault.NOT_FOUND, "nothing was indexed anew yet")
    return _told(job)


def _told(job: Job) -> Resource:
    parameters = [("state", "valueCode", job["state"])]
    parameters += [("type", "valueCode", type) for type in job["types"]]
    counts = ("total", "done", "changed", "refused")
    parameters += [(name, "valueInteger", job[name]) for name in counts]
    if job["position"] is not None:
        parameters.append(("position", "valueString", job["position"]))
    parameters.append(("started", "valueInstant", instant(job["since"])))
    if job["finished"] is not None:
        parameters.append(("finished", "valueInstant", instant(job["finished"])))
    return output(*parameters)


REINDEX = Operation(
    name="reindex",
    definition=f"{_DEFINITION}reindex",
    run=run,
    levels=frozenset({Level.SYSTEM, Level.TYPE, Level.INSTANCE}),
    types=SERVED - READ_ONLY.keys(),
    changes=True,
    more=(ParameterDefinition("type", "code", repeats=True),),
)
STATUS = Operation(
    name="reindex-status",
    definition=f"{_DEFINITION}reindex-status",
    run=status,
    levels=frozenset({Level.SYSTEM}),
)
