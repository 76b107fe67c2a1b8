"""CWE, CE, CNE, CF, IS, ID, ST: coded values.

The guide's CWE[CodeableConcept], CWE[Coding], CWE[code]; hl7v2.md, rule 5. The original code is always kept
beside its translation. A `code` that had another code system keeps it in the alternate-codes extension.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from adapters.hl7v2.field import Element, Field, Repetition
from adapters.v2_to_fhir.concept_map import entry_of_table, of_table, translated
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import code_table, hd
from adapters.v2_to_fhir.table import Entry, Table, table

ALTERNATE = "http://hl7.org/fhir/StructureDefinition/alternate-codes"
_TEXT = "urn:furong:text"
COVERAGE_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class"
SECTIONS = "http://terminology.hl7.org/CodeSystem/v2-0074"

Coding = dict[str, str]


def codeable_concept(
    value: Element, context: Context, table: Table | None = None, system: str = ""
) -> dict[str, Any] | None:
    """A CodeableConcept: the translations first, then up to three codings as sent, and the text.

    `system` is that of a first code whose message names none.
    """
    parts = components(value)
    sent = codings(parts, context)
    entry = _find(parts, context, table) if table else None
    wordy = entry is not None and entry.keep == _TEXT
    if wordy:
        sent = []
    elif sent and "system" not in sent[0] and parts[0]:
        known = (entry.keep or (table.v2 if table else "")) if entry else system
        sent[0] = {"system": known or context.source.local("code")} | sent[0]
    others = _translations(entry, parts, sent, table, context)
    found = others + [one for one in sent if not any(_same(one, other) for other in others)]
    words = parts[8] or parts[1] or parts[4] or (parts[0] if wordy or not parts[0].isascii() else "")
    concept: dict[str, Any] = {"coding": found} if found else {}
    return concept | ({"text": words} if words else {}) or None


def _translations(
    entry: Entry | None, parts: list[str], sent: list[Coding], table: Table | None, context: Context
) -> list[Coding]:
    """Of the table, else of the source's ConceptMaps.

    What the message itself says is not said again: resources are known by the last coding, the one as sent.
    """
    if entry is not None:
        return _translated(entry)
    if table is not None:
        return [dict(one) for one in of_table(parts, table, context)]
    return [one for one in translated(sent, context) if not any(_same(one, other) for other in sent)]


def coding(value: Element, context: Context, table: Table | None = None) -> Coding | None:
    """One Coding: the translation, else the code as sent."""
    concept = codeable_concept(value, context, table)
    return concept["coding"][0] if concept and "coding" in concept else None


def code(value: Element, context: Context, table: Table, element: str = "") -> dict[str, Any] | None:
    """A `code` and, for a code of another system or with no translation, its alternate-codes extension.

    Gives `{element: code, _element: extension}` for the engine to merge; nothing when there is no translation
    and nowhere to keep the code.
    """
    parts = components(value)
    entry = _find(parts, context, table) or entry_of_table(parts, table, context)
    if entry is None:
        return None
    found: dict[str, Any] = {element: entry.code}
    if entry.keep:
        kept = {"text": parts[0] or parts[1]} if entry.keep == _TEXT else _kept(entry.keep, parts)
        found[f"_{element}"] = {"extension": [{"url": ALTERNATE, "valueCodeableConcept": kept}]}
    return found


def plain(value: Element, context: Context, table: Table) -> str | None:
    """The translated code alone."""
    parts = components(value)
    entry = _find(parts, context, table) or entry_of_table(parts, table, context)
    return entry.code if entry else None


def boolean(value: Element, context: Context, table: Table) -> bool | None:
    """A boolean of table 0136."""
    entry = context.find(table.name, value.value.strip())
    if entry is None:
        context.warn("neither Y nor N")
    return entry.code == "true" if entry else None


def communication(value: Element, context: Context) -> dict[str, Any] | None:
    """Patient.communication of a language."""
    language = codeable_concept(value, context)
    return {"language": language} if language else None


def plan_identifier(value: Element, context: Context) -> dict[str, Any] | None:
    """IN1-2: the plan's code as an Identifier."""
    sent = codings(components(value), context)
    if not sent:
        return None
    return {"system": sent[0].get("system") or context.source.local("plan"), "value": sent[0]["code"]}


def plan_class(value: Element, context: Context) -> dict[str, Any] | None:
    """IN1-2: the plan's code with its name."""
    code, words = value[1].value.strip(), text(value, context)  # type: ignore[index]
    kind = {"coding": [{"system": COVERAGE_CLASS, "code": "plan"}]}
    return {"type": kind, "value": code or words} | ({"name": words} if words != code else {})


def section(value: Element, context: Context) -> dict[str, Any] | None:
    """OBR-24: the diagnostic section keeps its code of table 0074."""
    sent = value.value.strip()
    return {"coding": [{"system": SECTIONS, "code": sent}]} if sent else None


def text(value: Element, context: Context) -> str | None:
    """The words of a coded value: CWE.9, else CWE.2, else the code."""
    parts = components(value)
    return parts[8] or parts[1] or parts[0] or None


def annotation(value: Element, context: Context) -> dict[str, str] | None:
    """An Annotation of the words of a coded value."""
    words = text(value, context)
    return {"text": words} if words else None


def _kept(system: str, parts: list[str]) -> dict[str, Any]:
    code, words = (parts[0], parts[1]) if parts[0] else (parts[3], parts[4])
    return {"coding": [{"system": system, "code": code} | ({"display": words} if words else {})]}


def components(value: Element) -> list[str]:
    """The nine components as text; a plain string is a code alone."""
    repetition = value.first if isinstance(value, Field) else value
    if isinstance(repetition, Repetition):
        found = [component.value.strip() for component in repetition.components]
    else:
        mark = value.delimiters.subcomponent
        found = (
            [str(Element(part, value.delimiters)).strip() for part in value.raw.split(mark)] if value else []
        )
    return found + [""] * (9 - len(found))


def codings(parts: list[str], context: Context) -> list[Coding]:
    """The codings as sent: components 1-3, 4-6 and 10-12; a part without a code is none."""
    found = []
    for start in (0, 3, 9):
        if len(parts) >= start + 3 and parts[start]:
            coding = {}
            version = _version(parts, start)
            system = system_of(parts[start + 2], context, " ".join(parts[start].split()), version)
            if system:
                coding["system"] = system
            coding["code"] = " ".join(parts[start].split())
            if parts[start + 1]:
                coding["display"] = parts[start + 1]
            found.append(code_table.definite(coding, parts[start + 2], version, context))
    return found


def _version(parts: list[str], start: int) -> str:
    """CWE.7, CWE.8 and CWE.13: the version of the code system of each coding."""
    at = {0: 6, 3: 7, 9: 12}[start]
    return parts[at] if at < len(parts) else ""


def _same(one: Coding, other: Coding) -> bool:
    return (one.get("system"), one["code"]) == (other.get("system"), other["code"])


def _find(parts: list[str], context: Context, table: Table) -> Entry | None:
    """The translation: of the source's own table first, then of the shipped one; the words as a last try.

    A code of the source's own is kept as such beside its translation.
    """
    own = context.source.tables.get(table.name, {})
    for sent in (parts[0], parts[3] if parts[3] else "", parts[1]):
        entry = table.find(own.get(sent, sent)) if sent else None
        if entry and sent in own:
            own_system = system_of(parts[2], context) or context.source.local("code")
            return replace(entry, keep=own_system if parts[0] or parts[3] else _TEXT)
        if entry:
            return entry
    return None


def _translated(entry: Entry | None) -> list[Coding]:
    if entry is None:
        return []
    found = {"system": entry.system} if entry.system else {}
    return [found | {"code": entry.code} | ({"display": entry.display} if entry.display else {})]


def system_of(name: str, context: Context, code: str = "", version: str = "") -> str:
    """The URI of a code system as CWE.3 names it; an unknown name is the source's own, and so is an OID that
    two tables share where nothing says which of them is meant."""
    if not name:
        return ""
    known = code_table.system(name, version, _system(name))
    usual, overlay = known or context.source.local("code", name), context.source.overlay
    found = context.source.systems.get(name, "").partition("|")[0] or usual
    if code and overlay is not None and name in overlay.systems:
        context.as_sent.setdefault((found, code), usual)
    return found


@lru_cache(maxsize=4096)
def _system(name: str) -> str:
    entry = table("CodeSystem").find(name)
    if entry:
        return entry.code
    if name.upper().startswith("HL7") and name[3:].isdigit() and len(name) == 7:
        return f"http://terminology.hl7.org/CodeSystem/v2-{name[3:]}"
    return hd.universal_uri(name, "")
