"""Operation $translate of ConceptMap.

FHIR R4 conceptmap-operation-translate.html. Without a map being named, all maps between the value sets or
code systems of the question are asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fhir.interactions.context import Context
from fhir.operations.operation import Call, Level, Operation, output, wrong
from fhir.operations.subject import subject
from fhir.operations.validate_code import codings_of
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.canonical import Canonical, canonical
from fhir.terminology.definitions import Definitions, Known, check_definite, current
from fhir.terminology.translation import NO_MATCH, Match, Question, translate


async def run(context: Context, call: Call) -> Resource:
    """Whether the code can be translated, and into what."""
    known = await current(context.store)
    question = await _definite(known, asked(call))
    named = await subject(context, known, call, "ConceptMap", "conceptMap", "conceptMapVersion")
    if named is None and not any(map(call.text, ("source", "target", "targetsystem"))):
        raise Refusal(Fault.REQUIRED, "one of the parameters url, conceptMap, source, target is needed")
    maps = [named] if named is not None else await _fitting(known, call, question)

    async def find(url: str) -> Resource:
        return await known.require("ConceptMap", canonical(url))

    matches = await translate(maps, question, find)
    return told([await _with_display(known, each) for each in matches])


def asked(call: Call) -> Question:
    """The codings to translate, and how."""
    if call.one("code") is not None and call.text("system") is None:
        raise wrong("code", "a system is needed with it")
    codings = codings_of(call, call.text("system"), call.text("version"))
    return Question(
        codings, call.text("targetsystem"), bool(call.flag("reverse")), frozenset(_dependencies(call))
    )


async def _definite(known: Definitions, question: Question) -> Question:
    """The question with each version as its code system writes it; a Refusal where a coding names an OID that
    two tables share, and no table."""
    codings = []
    for coding in question.codings:
        version = coding.get("version")
        system = await known.code_system(Canonical(coding.get("system", ""), version))
        if system is not None:
            check_definite(system, version)
        if system is not None and version and system.version:
            coding = {**coding, "version": system.version}
        codings.append(coding)
    return replace(question, codings=codings)


def _dependencies(call: Call) -> list[tuple[str, str, str]]:
    found = []
    for each in call.parameters:
        if each.name != "dependency":
            continue
        parts = {part.name: part.value for part in each.parts}
        for coding in (parts.get("concept") or {}).get("coding", ()):
            found.append((str(parts.get("element")), coding.get("system", ""), coding.get("code", "")))
    return found


async def _fitting(known: Definitions, call: Call, question: Question) -> list[Resource]:
    """The maps between the value sets that are named, else from the code systems of the codings."""
    source, target = call.text("source"), call.text("target")
    if question.reverse:
        source, target = target, source
    systems = {coding.get("system") for coding in question.codings}
    return [
        map
        for map in await known.concept_maps()
        if map.get("status") != "retired"
        and _is(map, "source", source)
        and _is(map, "target", target)
        and (source is not None or _maps(map, systems, question.reverse))
    ]


def _is(map: Resource, end: str, named: str | None) -> bool:
    if named is None:
        return True
    stated = map.get(f"{end}Canonical") or map.get(f"{end}Uri") or ""
    return canonical(stated).url == canonical(named).url


def _maps(map: Resource, systems: set[Any], reverse: bool) -> bool:
    end = "target" if reverse else "source"
    return any(group.get(end) in systems for group in map.get("group", ()))


async def _with_display(known: Definitions, match: Match) -> Match:
    """The match with the display of its concept, where the map gives none and the code system does."""
    concept = match.concept
    if concept is None or "display" in concept or "system" not in concept:
        return match
    system: Known | None = await known.code_system(Canonical(concept["system"], concept.get("version")))
    part = await system.part([concept["code"]]) if system is not None and system.enumerable else None
    found = part.find(concept["code"]) if part is not None else None
    if found is None or found.display is None:
        return match
    return Match(match.equivalence, {**concept, "display": found.display}, match.source, match.products)


def told(matches: Sequence[Match]) -> Resource:
    """The Parameters of the answer."""
    good = any(each.equivalence not in NO_MATCH and each.concept is not None for each in matches)
    result = output(("result", "valueBoolean", good))
    if not good:
        text = "the map says that there is no match" if matches else "no map says anything of this code"
        result["parameter"].append({"name": "message", "valueString": text})
    result["parameter"] += [{"name": "match", "part": _parts(each)} for each in matches]
    return result


def _parts(match: Match) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"name": "equivalence", "valueCode": match.equivalence}]
    if match.concept is not None:
        parts.append({"name": "concept", "valueCoding": dict(match.concept)})
    for element, concept in match.products:
        part = [{"name": "element", "valueUri": element}, {"name": "concept", "valueCoding": dict(concept)}]
        parts.append({"name": "product", "part": part})
    if match.source:
        parts.append({"name": "source", "valueUri": match.source})
    return parts


OPERATION = Operation(
    name="translate",
    definition="http://hl7.org/fhir/OperationDefinition/ConceptMap-translate",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"ConceptMap"}),
)
