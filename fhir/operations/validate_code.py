"""Operation $validate-code of CodeSystem and of ValueSet.

FHIR R4 codesystem-operation-validate-code.html, valueset-operation-validate-code.html.
"""

from collections.abc import Mapping
from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.operations.operation import Call, Level, Operation, output, wrong
from fhir.operations.subject import day, required, subject
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.binding import bound
from fhir.terminology.canonical import Canonical, canonical
from fhir.terminology.definitions import Definitions, Known, current, unknown
from fhir.terminology.validation import Rules, Validated, any_of, in_code_system, in_value_set
from fhir.terminology.value_set import Versions

_WAYS = ("code", "coding", "codeableConcept")


async def of_code_system(context: Context, call: Call) -> Resource:
    """Is the coding one of the code system?"""
    known = await current(context.store)
    system = await _system(context, known, call)
    codings = codings_of(call, None if call.one("code") is None else system.url, call.text("version"))
    rules = Rules(call.flag("abstract"), call.text("displayLanguage"))
    part = await system.part([str(each.get("code", "")) for each in codings])

    async def check(coding: Mapping[str, Any]) -> Validated:
        return in_code_system(part, coding, rules)

    return _answer(await any_of(codings, check))


async def _system(context: Context, known: Definitions, call: Call) -> Known:
    """The code system of the URL, the one sent along, the one of `url`, or that of the coding."""
    if call.id is None and call.one("codeSystem") is None:
        url = call.text("url") or _of_codings(call)
        if url is None:
            raise Refusal(Fault.REQUIRED, "one of the parameters url, codeSystem is needed")
        await context.permit("CodeSystem", Action.READ)
        found = await known.code_system(canonical(url, call.text("version")))
        if found is None:
            raise unknown("CodeSystem", canonical(url, call.text("version")))
        if not found.enumerable:
            raise unknown("CodeSystem", Canonical(found.url, found.version))
        return found
    sent = await subject(context, known, call, "CodeSystem", "codeSystem", "version")
    return await known.compiled(required(sent, "url", "codeSystem"))


def _of_codings(call: Call) -> str | None:
    coding = call.complex("coding") or {}
    return coding.get("system")


async def of_value_set(context: Context, call: Call) -> Resource:
    """Is the coding one of the value set?"""
    known = await current(context.store)
    found = await subject(context, known, call, "ValueSet", "valueSet", "valueSetVersion")
    if found is None and (named := call.text("context")) is not None:
        found = await known.require("ValueSet", canonical(await bound(known, named)), day(call))
    value_set = required(found, "url", "valueSet", "context")
    system, version = call.text("system"), call.text("systemVersion")
    if call.one("code") is not None and system is None and call.one("context") is None:
        raise wrong("code", "a system is needed with it")
    codings = codings_of(call, system, version)
    rules = Rules(call.flag("abstract"), call.text("displayLanguage"))
    versions = Versions({system: version} if system and version else {}, date=day(call))

    async def check(coding: Mapping[str, Any]) -> Validated:
        return await in_value_set(known, value_set, coding, rules, versions)

    return _answer(await any_of(codings, check))


def codings_of(call: Call, system: str | None, version: str | None) -> list[dict[str, Any]]:
    """What is to be validated, as codings; exactly one of code, coding, codeableConcept."""
    given = [name for name in _WAYS if call.one(name) is not None]
    if len(given) != 1:
        raise Refusal(Fault.REQUIRED, f"exactly one of the parameters {', '.join(_WAYS)} is needed")
    if given == ["codeableConcept"]:
        return list((call.complex("codeableConcept") or {}).get("coding", ()))
    if given == ["coding"]:
        return [call.complex("coding") or {}]
    told = {"code": call.text("code"), "system": system, "version": version, "display": call.text("display")}
    return [{name: value for name, value in told.items() if value is not None}]


def _answer(answer: Validated) -> Resource:
    told = [("message", "valueString", answer.message), ("display", "valueString", answer.display)]
    return output(("result", "valueBoolean", answer.result), *(each for each in told if each[2] is not None))


_DEFINITION = "http://hl7.org/fhir/OperationDefinition/{}-validate-code"
CODE_SYSTEM = Operation(
    name="validate-code",
    definition=_DEFINITION.format("CodeSystem"),
    run=of_code_system,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"CodeSystem"}),
)
VALUE_SET = Operation(
    name="validate-code",
    definition=_DEFINITION.format("ValueSet"),
    run=of_value_set,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"ValueSet"}),
)
