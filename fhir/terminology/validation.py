"""Code validation: is a coding in a code system or a value set, and is its display right?

FHIR R4 valueset-operation-validate-code.html, codesystem-operation-validate-code.html. A wrong code is an
answer, not an error; what is not known at all is an error.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir.resource import Resource
from fhir.search.names.fold import fold
from fhir.terminology.canonical import Canonical
from fhir.terminology.concept import Concept
from fhir.terminology.definitions import Definitions, Known
from fhir.terminology.value_set import Composition, Versions

Coding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Validated:
    """The answer: `message` says why not, or what to mind; `display` is the right one."""

    result: bool
    message: str | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How a coding is looked at: abstract codes are refused where `abstract` is False."""

    abstract: bool | None = None
    language: str | None = None


async def any_of(codings: Sequence[Coding], check: Callable[[Coding], Awaitable[Validated]]) -> Validated:
    """A CodeableConcept is valid where one of its codings is."""
    answers = []
    for coding in codings:
        answer = await check(coding)
        if answer.result:
            return answer
        answers.append(answer)
    told = "; ".join(dict.fromkeys(each.message for each in answers if each.message))
    display = next((each.display for each in answers if each.display), None)
    return Validated(False, told or "the concept has no coding", display)


def in_code_system(system: Known, coding: Coding, rules: Rules) -> Validated:
    """Is the coding one of `system`?"""
    if coding.get("system") not in (None, system.url):
        return Validated(False, f"the coding is not of the code system {system.url}")
    if (refused := _version(system, coding.get("version"))) is not None:
        return refused
    concept = system.find(str(coding.get("code", "")))
    if concept is None:
        part = "" if system.complete or not system.concepts else "the part that is known here of "
        return Validated(False, f"the code is not in {part}the code system {system.url}")
    return _shown(system, concept, coding, rules)


def _version(system: Known, version: str | None) -> Validated | None:
    if system.reused and version is None:
        text = f"{system.url} is given to more than one table: name the table as the version"
        return Validated(False, text)
    if version is not None and not system.is_version(version):
        return Validated(False, f"this version of the code system {system.url} is not known here")
    return None


async def in_value_set(
    known: Definitions, value_set: Resource, coding: Coding, rules: Rules, versions: Versions
) -> Validated:
    """Is the coding one of `value_set`? A coding without a system is one if it is no other's code."""
    code, system = str(coding.get("code", "")), coding.get("system")
    if system is None:
        return await _without_system(known, value_set, code, coding, rules, versions)
    named = coding.get("version")
    found = await known.code_system(Canonical(system, named))
    if found is not None and (refused := _version(found, named)) is not None:
        return refused
    found = None if found is None else await found.part([code])
    if found is None and await known.code_system(Canonical(system)) is not None:
        return Validated(False, f"this version of the code system {system} is not known here")
    member = await Composition(known, versions).holds(value_set, system, code)
    if member is None:
        return Validated(False, await _outside(known, value_set, found, system, code))
    if named is not None and member.version not in (None, named, found.version if found else named):
        return Validated(False, f"the value set takes another version of the code system {system}")
    return _shown(found, member.concept, coding, rules)


async def _without_system(
    known: Definitions,
    value_set: Resource,
    code: str,
    coding: Coding,
    rules: Rules,
    versions: Versions,
) -> Validated:
    members = (await Composition(known, versions).members(value_set)).values()
    fitting = [member for member in members if member.concept.code == code]
    if len({member.system for member in fitting}) > 1:
        return Validated(False, "several code systems of the value set have this code: name the system")
    if not fitting:
        return Validated(False, "the code is not in the value set")
    found = await known.code_system(Canonical(fitting[0].system, fitting[0].version))
    found = None if found is None else await found.part([code])
    return _shown(found, fitting[0].concept, coding, rules)


async def _outside(known: Definitions, value_set: Resource, system: Known | None, url: str, code: str) -> str:
    name = value_set.get("url") or "that was sent"
    text = f"the coding is not in the value set {name}"
    if system is None:
        return f"{text}; its code system is not known here"
    if system.enumerable and system.find(code) is None:
        return f"{text}; the code is not in the code system {url} either"
    return text


def _shown(system: Known | None, concept: Concept, coding: Coding, rules: Rules) -> Validated:
    """The answer about a code that is there: is it concrete, is its display one of its names?"""
    right = concept.name(rules.language)
    if concept.abstract and rules.abstract is False:
        return Validated(False, "the concept is abstract: it groups others and is not to be recorded", right)
    display = coding.get("display")
    if display is not None and not _is_named(concept, str(display), right):
        return Validated(False, "the display is not one of this concept", right)
    mind = "the concept is inactive" if concept.inactive else None
    if system is not None and not system.case_sensitive and concept.code != coding.get("code"):
        mind = f"the code is written {concept.code}"
    return Validated(True, mind, right)


def _is_named(concept: Concept, display: str, right: str | None) -> bool:
    """Case, width, accents and spacing of a display don't count; nor does it where no name is known."""
    names = [right, concept.display, *(str(each["value"]) for each in concept.designations)]
    known = [fold(name) for name in names if name]
    return not known or fold(display) in known
