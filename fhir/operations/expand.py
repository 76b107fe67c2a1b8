"""Operation $expand of ValueSet.

FHIR R4 valueset-operation-expand.html.
"""

from collections.abc import Sequence
from typing import Any

from fhir.interactions.context import Context
from fhir.operations.operation import Call, Level, Operation
from fhir.operations.subject import day, required, subject
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.binding import bound
from fhir.terminology.canonical import canonical
from fhir.terminology.definitions import Definitions, current
from fhir.terminology.released_expansion import released_page
from fhir.terminology.value_set import Versions, compose
from fhir.terminology.value_set_expansion import Wanted, expanded, shown

_MEMBERS = {
    "activeOnly": "valueBoolean", "count": "valueInteger", "date": "valueDateTime",
    "designation": "valueString",
    "displayLanguage": "valueCode", "excludeNested": "valueBoolean", "excludeNotForUI": "valueBoolean",
    "excludePostCoordinated": "valueBoolean", "filter": "valueString", "includeDefinition": "valueBoolean",
    "includeDesignations": "valueBoolean", "offset": "valueInteger", "exclude-system": "valueUri",
    "system-version": "valueUri", "check-system-version": "valueUri", "force-system-version": "valueUri",
}  # fmt: skip
"""The parameters that an expansion states, by the member that holds them there."""


async def run(context: Context, call: Call) -> Resource:
    """The ValueSet with its expansion."""
    known = await current(context.store)
    found = await subject(context, known, call, "ValueSet", "valueSet", "valueSetVersion")
    value_set = required(found or await _bound(known, call), "url", "valueSet", "context")
    page = await released_page(known, value_set, versions(call), wanted(call))
    if page is not None:
        return shown(value_set, page, wanted(call), stated(call))
    kept = (
        None
        if call.one("valueSet") is not None
        else (value_set.get("url"), value_set.get("version"), call.id)
    )
    composed = await compose(known, value_set, versions(call), kept)
    return expanded(value_set, composed, wanted(call), stated(call))


async def _bound(known: Definitions, call: Call) -> Resource | None:
    """The value set that the element named by `context` is bound to."""
    named = call.text("context")
    if named is None:
        return None
    return await known.require("ValueSet", canonical(await bound(known, named)), day(call))


def wanted(call: Call) -> Wanted:
    """What of the expansion is asked for."""
    designation = tuple(str(each) for each in call.all("designation"))
    return Wanted(
        filter=call.text("filter"),
        offset=call.number("offset"),
        count=call.number("count"),
        designations=bool(call.flag("includeDesignations") or designation),
        designation=designation,
        definition=bool(call.flag("includeDefinition")),
        active=bool(call.flag("activeOnly")),
        selectable=bool(call.flag("excludeNotForUI")),
        nested=call.flag("excludeNested") is False,
        language=call.text("displayLanguage"),
    )


def versions(call: Call) -> Versions:
    """Which versions of code systems are asked for."""
    return Versions(
        _by_system(call, "system-version"),
        _by_system(call, "check-system-version"),
        _by_system(call, "force-system-version"),
        frozenset(call.all("exclude-system")),
        day(call),
    )


def _by_system(call: Call, name: str) -> dict[str, str]:
    named = [canonical(str(each)) for each in call.all(name)]
    for each in named:
        if each.version is None:
            raise Refusal(Fault.PARAMETER, f"parameter {name!r}: it is written system|version")
    return {each.url: str(each.version) for each in named}


def stated(call: Call) -> Sequence[dict[str, Any]]:
    """The parameters that the expansion says it was made with."""
    return [
        {"name": each.name, member: _typed(each.value, member)}
        for each in call.parameters
        if (member := _MEMBERS.get(each.name)) is not None
    ]


def _typed(value: Any, member: str) -> Any:
    if isinstance(value, str) and member == "valueBoolean":
        return value == "true"
    return int(value) if member == "valueInteger" else value


OPERATION = Operation(
    name="expand",
    definition="http://hl7.org/fhir/OperationDefinition/ValueSet-expand",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"ValueSet"}),
    resource="valueSet",
)
