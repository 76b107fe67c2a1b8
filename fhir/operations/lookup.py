"""Operation $lookup of CodeSystem.

FHIR R4 codesystem-operation-lookup.html. Without `property` everything is told; with it what is asked for.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.operations.operation import Call, Level, Operation, output, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.canonical import Canonical
from fhir.terminology.concept import Concept
from fhir.terminology.definitions import Definitions, Known, check_definite, current, unknown

_LANGUAGE = "lang."
Element = dict[str, Any]


async def run(context: Context, call: Call) -> Resource:
    """What is known of one concept."""
    await context.permit("CodeSystem", Action.READ)
    code, wanted = named(call)
    system = await known_system(await current(context.store), wanted)
    system = await system.part([code])
    concept = system.find(code)
    if concept is None:
        raise Refusal(Fault.NOT_FOUND, f"the code is not in the code system {system.url}")
    return told(system, concept, tuple(map(str, call.all("property"))), call.text("displayLanguage"))


def named(call: Call) -> tuple[str, Canonical]:
    """The code that is asked about, and its code system."""
    coding = call.complex("coding")
    if (coding is None) == (call.text("code") is None):
        raise Refusal(Fault.REQUIRED, "either the parameter coding or code with system is needed")
    given = coding or {name: call.text(name) for name in ("code", "system", "version")}
    if not given.get("code") or not given.get("system"):
        raise wrong("coding" if coding else "system", "a code and its system are needed")
    return str(given["code"]), Canonical(str(given["system"]), given.get("version"))


async def known_system(known: Definitions, wanted: Canonical) -> Known:
    """The code system with concepts to ask for; a Refusal (404) where it is not known."""
    found = await known.code_system(wanted)
    if found is None or not found.enumerable:
        raise unknown("CodeSystem", wanted)
    check_definite(found, wanted.version)
    return found


def told(system: Known, concept: Concept, properties: tuple[str, ...], language: str | None) -> Resource:
    """The Parameters that tell of `concept`."""
    result = output(("name", "valueString", system.name))
    if system.version is not None:
        result["parameter"].append({"name": "version", "valueString": system.version})
    display = concept.name(language) or concept.code
    result["parameter"].append({"name": "display", "valueString": display})
    result["parameter"] += _designations(concept, properties)
    result["parameter"] += [
        each
        for each in _properties(system, concept)
        if not properties or each["part"][0]["valueCode"] in properties
    ]
    return result


def _designations(concept: Concept, properties: tuple[str, ...]) -> Iterator[Element]:
    languages = {each.removeprefix(_LANGUAGE) for each in properties if each.startswith(_LANGUAGE)}
    every = not properties or "designation" in properties
    for each in concept.designations:
        if every or each.get("language") in languages:
            parts = [
                {"name": name, member: each[name]}
                for name, member in (
                    ("language", "valueCode"),
                    ("use", "valueCoding"),
                    ("value", "valueString"),
                )
                if name in each
            ]
            yield {"name": "designation", "part": parts}


def _properties(system: Known, concept: Concept) -> Iterator[Element]:
    if concept.definition is not None:
        yield _property("definition", "valueString", concept.definition)
    hierarchical = system.names.get("parent", frozenset()) | system.names.get("child", frozenset())
    for name, edges in (("parent", system.hierarchy.parents), ("child", system.hierarchy.children)):
        for code in edges.get(concept.code, ()):
            yield _property(name, "valueCode", code, _display(system, code))
    yield _property("inactive", "valueBoolean", concept.inactive)
    if concept.abstract:
        yield _property("notSelectable", "valueBoolean", True)
    for each in concept.properties:
        if each["code"] in hierarchical or each["code"] in ("inactive", "notSelectable"):
            continue
        member = next((name for name in each if name.startswith("value")), None)
        if member is not None:
            yield _property(each["code"], member, each[member], _described(system, each))


def _property(code: str, member: str, value: Any, description: str | None = None) -> Element:
    parts = [{"name": "code", "valueCode": code}, {"name": "value", member: value}]
    if description is not None:
        parts.append({"name": "description", "valueString": description})
    return {"name": "property", "part": parts}


def _described(system: Known, property: Mapping[str, Any]) -> str | None:
    """The display of a property that names a concept of the same code system."""
    return _display(system, property["valueCode"]) if "valueCode" in property else None


def _display(system: Known, code: str) -> str | None:
    concept = system.find(code)
    return concept.display if concept else None


OPERATION = Operation(
    name="lookup",
    definition="http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup",
    run=run,
    levels=frozenset({Level.TYPE}),
    types=frozenset({"CodeSystem"}),
)
