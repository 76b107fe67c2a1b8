"""Operation $subsumes of CodeSystem.

FHIR R4 codesystem-operation-subsumes.html.
"""

from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.operations.lookup import known_system
from fhir.operations.operation import Call, Level, Operation, output, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.canonical import Canonical
from fhir.terminology.definitions import Definitions, Known, current


async def run(context: Context, call: Call) -> Resource:
    """How code A and code B stand to each other."""
    await context.permit("CodeSystem", Action.READ)
    first, second = _coding(call, "A"), _coding(call, "B")
    system = await _system(context, await current(context.store), call, first, second)
    for coding, name in ((first, "A"), (second, "B")):
        if coding.get("system") not in (None, system.url):
            raise wrong(f"coding{name}", "it is not of the code system in which subsumption is tested")
    codes = [str(each.get("code", "")) for each in (first, second)]
    outcome = relation(await system.part(codes), *codes)
    return output(("outcome", "valueCode", outcome))


def relation(system: Known, first: str, second: str) -> str:
    """equivalent, subsumes, subsumed-by or not-subsumed; a Refusal where a code is not known."""
    found = [system.find(code) for code in (first, second)]
    for concept, name in zip(found, "AB", strict=True):
        if concept is None:
            raise Refusal(Fault.NOT_FOUND, f"code {name} is not in the code system {system.url}")
    one, other = (concept.code for concept in found if concept is not None)
    if one == other:
        return "equivalent"
    if other in system.hierarchy.below(one):
        return "subsumes"
    return "subsumed-by" if other in system.hierarchy.above(one) else "not-subsumed"


def _coding(call: Call, name: str) -> dict[str, Any]:
    coding, code = call.complex(f"coding{name}"), call.text(f"code{name}")
    if (coding is None) == (code is None):
        raise Refusal(Fault.REQUIRED, f"either the parameter code{name} or coding{name} is needed")
    return coding or {"code": code}


async def _system(
    context: Context, known: Definitions, call: Call, first: dict[str, Any], second: dict[str, Any]
) -> Known:
    if call.id is not None:
        if call.text("system") is not None:
            raise wrong("system", "the resource of the URL is meant already")
        return await known.compiled((await read(context, "CodeSystem", call.id)).resource())
    url = call.text("system") or first.get("system") or second.get("system")
    if url is None:
        raise Refusal(Fault.REQUIRED, "the parameter system is needed")
    version = call.text("version") or first.get("version") or second.get("version")
    return await known_system(known, Canonical(url, version))


OPERATION = Operation(
    name="subsumes",
    definition="http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"CodeSystem"}),
)
