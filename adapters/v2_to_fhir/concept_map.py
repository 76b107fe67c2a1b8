"""ConceptMap: a source's own codes to standard ones, and the codes that nothing translates.

FHIR R4 conceptmap.html; hl7v2.md, checklist 55. A ConceptMap is a source's when its `sourceUri` is the
source's URN. `group.source` is the code system as the message names it (CWE.3); where it names none, the
field (`…:field:OBX-3`) or the table (`…:table:MaritalStatus`) that the code stands in, because a bare code
means something only there; for a blood group the question that it answers (`…:answer:ABO`).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from adapters.v2_to_fhir.table import Entry, Table, names, table
from fhir.resource import Resource, serialize

if TYPE_CHECKING:
    from adapters.v2_to_fhir.context import Context
    from adapters.v2_to_fhir.source import Source

Coding = dict[str, str]

TRUE = frozenset(("equal", "equivalent", "wider", "subsumes"))
"""Equivalences whose target says nothing that the source's code does not say."""
NONE = frozenset(("unmatched", "disjoint"))
UNBOUND = frozenset(("OBX-5",))
"""Fields whose bare codes mean something else from question to question."""
_POSITION = re.compile(r"[\[(]\d+[\])]")
_CODE = re.compile(r"\S{1,64}")
_NUMBER_OF_A_PERSON = re.compile(r"\d{11}")


class Code(NamedTuple):
    """A code and the system under which a ConceptMap has to name it."""

    system: str
    code: str


@dataclass(frozen=True, slots=True)
class Concepts:
    """What the ConceptMaps of one source say: no codings where a map says that there are none.

    `maps`: of each translated code the maps that say so; `digest` changes with any of them.
    """

    codings: Mapping[Code, tuple[Coding, ...]] = field(default_factory=dict)
    maps: Mapping[Code, tuple[str, ...]] = field(default_factory=dict)
    digest: str = ""


NO_CONCEPTS = Concepts()


def compile_concepts(resources: Iterable[Resource]) -> Concepts:
    """The ConceptMaps of one source, as one.

    Only elements with a code count (no `unmapped`), and targets that depend on nothing and say no more than
    the code. Two targets in one system contradict each other: the code stays without that system.
    """
    found: dict[Code, dict[str, list[Coding]]] = {}
    maps: dict[Code, tuple[str, ...]] = {}
    digest = hashlib.sha256()
    for resource in sorted(resources, key=lambda each: str(each.get("id"))):
        digest.update(serialize(resource))
        for code, coding in _targets(resource):
            systems = found.setdefault(code, {})
            if coding:
                held = systems.setdefault(coding["system"], [])
                held += [] if any(one["code"] == coding["code"] for one in held) else [coding]
            maps[code] = tuple(dict.fromkeys((*maps.get(code, ()), _name(resource))))
    codings = {
        code: tuple(held[0] for held in systems.values() if len(held) == 1)
        for code, systems in found.items()
        if not systems or any(len(held) == 1 for held in systems.values())
    }
    return Concepts(codings, {code: maps[code] for code in codings}, digest.hexdigest())


def _targets(resource: Resource) -> Iterator[tuple[Code, Coding]]:
    """Every code that a map settles and one coding that it becomes; an empty one where there is none."""
    for group in resource.get("group", ()):
        system, target_system = group.get("source"), group.get("target")
        for element in group.get("element", ()) if system else ():
            code = Code(system, str(element.get("code", "")))
            for target in element.get("target", ()):
                kind = target.get("equivalence")
                if kind in NONE:
                    yield code, {}
                elif kind in TRUE and target_system and target.get("code") and not target.get("dependsOn"):
                    version = {"version": group["targetVersion"]} if group.get("targetVersion") else {}
                    display = {"display": target["display"]} if target.get("display") else {}
                    yield code, {"system": target_system, **version, "code": target["code"], **display}


def _name(resource: Resource) -> str:
    url = str(resource.get("url", ""))
    if not url:
        return f"ConceptMap/{resource['id']}"
    return f"{url}|{resource['version']}" if resource.get("version") else url


def translated(sent: list[Coding], context: "Context") -> list[Coding]:
    """What the source's ConceptMaps make of codings as sent; a local code that nothing maps is remembered.

    A code in a system that is known (one that a table or an integrator gave a URI) needs no map.
    """
    codes = [code for one in sent if (code := _keyed(one, context))]
    concepts = context.source.concepts.codings
    found = [coding for code in codes for coding in concepts.get(code, ())]
    context.mapped(code for code in codes if code in concepts)
    known = any(not _is_local(one, context) for one in sent)
    if codes and not known and not any(code in concepts for code in codes):
        remember(codes[0], context)
    return [dict(one) for number, one in enumerate(found) if one not in found[:number]]


def _is_local(coding: Coding, context: "Context") -> bool:
    own = context.source.local("code")
    system = coding.get("system", own)
    return system == own or system.startswith(f"{own}:")


def _keyed(coding: Coding, context: "Context") -> Code | None:
    system = coding.get("system", "")
    if system and system != context.source.local("code"):
        return Code(system, coding["code"])
    place = field_of(context)
    if place in UNBOUND:
        question = context.question
        return Code(context.source.local("answer", question), coding["code"]) if question else None
    return Code(context.source.local("field", place), coding["code"])


def of_table(parts: list[str], known: Table, context: "Context") -> tuple[Coding, ...]:
    """What the source's ConceptMaps make of a code that a table does not know; else it is remembered."""
    code = _in_table(parts, known, context)
    return () if code is None else _settled(code, context.source.concepts.codings.get(code), known, context)


def entry_of_table(parts: list[str], known: Table, context: "Context") -> Entry | None:
    """The same as an entry of the table: only a code that the table has as a target can be one."""
    code = _in_table(parts, known, context)
    if code is None:
        return None
    said = context.source.concepts.codings.get(code)
    targets = {(one.system, one.code): one for one in known.entries.values()}
    fitting = None if said is None else tuple(one for one in said if (one["system"], one["code"]) in targets)
    for coding in _settled(code, None if said and not fitting else fitting, known, context):
        target = targets[coding["system"], coding["code"]]
        return Entry(target.code, target.system, target.display, context.source.local("code"))
    return None


def _in_table(parts: list[str], known: Table, context: "Context") -> Code | None:
    sent = parts[0] or parts[3] or parts[1]
    return Code(context.source.local("table", known.name), sent) if sent else None


def _settled(
    code: Code, found: tuple[Coding, ...] | None, known: Table, context: "Context"
) -> tuple[Coding, ...]:
    if found is None:
        context.warn(f"a code that the table {known.name} does not know")
        remember(code, context)
        return ()
    context.mapped([code])
    return found


def remember(code: Code, context: "Context") -> None:
    """Note a code that waits for a map; what is no code (words, a person's number) is left out."""
    if _CODE.fullmatch(code.code) and not _NUMBER_OF_A_PERSON.search(code.code):
        context.unknown.setdefault(code, field_of(context))


def field_of(context: "Context") -> str:
    """The field that is being read, without the numbers of its segment and repetition: `OBX-3`."""
    return _POSITION.sub("", context.place)


def is_mapped(source: "Source", code: Code) -> bool:
    """Whether a code that once had no map has one today."""
    if code in source.concepts.codings:
        return True
    name = code.system.removeprefix(source.local("table") + ":")
    if name == code.system or name not in names():
        return False
    return table(name).find(source.tables.get(name, {}).get(code.code, code.code)) is not None
