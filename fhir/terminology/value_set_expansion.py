"""Expansion: the codes of a value set as ValueSet.expansion.

FHIR R4 valueset.html 4.9.7 (expansion), valueset-operation-expand.html. Pages are cut from a flat list; a
nested expansion is sent whole.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, instant
from fhir.terminology.canonical import Canonical
from fhir.terminology.code_system import CodeSystem
from fhir.terminology.concept import Concept
from fhir.terminology.text_filter import text_filter
from fhir.terminology.value_set import Composed, Member

MOST_SENT = 10_000
_UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
_DEFINITION = frozenset({"compose", "contained", "text", "expansion", "extension", "useContext", "purpose"})
_LANGUAGES = "urn:ietf:bcp:47"

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an expansion is wanted; `nested` only where it was asked for."""

    filter: str | None = None
    offset: int | None = None
    count: int | None = None
    designations: bool = False
    designation: tuple[str, ...] = ()
    definition: bool = False
    active: bool = False
    selectable: bool = False
    nested: bool = False
    language: str | None = None

    @property
    def tree(self) -> bool:
        """Is it sent as a tree? Pages are cut from a flat list."""
        return self.nested and self.count is None and self.offset is None

    def takes(self) -> Callable[[Concept], bool]:
        """Which concepts are wanted."""
        spoken = text_filter(self.filter) if self.filter else None

        def takes(concept: Concept) -> bool:
            if (self.active and concept.inactive) or (self.selectable and concept.abstract):
                return False
            return spoken is None or spoken(concept)

        return takes


class Page(NamedTuple):
    """What of an expansion is sent: how many codes it has in all, and the entries."""

    total: int
    entries: Sequence[Element]
    used: Collection[Canonical]
    unclosed: bool = False


def expanded(
    value_set: Resource, composed: Composed, wanted: Wanted, parameters: Sequence[Element]
) -> Resource:
    """`value_set` with its expansion."""
    takes = wanted.takes()
    chosen = [member for member in composed.members.values() if takes(member.concept)]
    systems = {each.url: each for each in composed.used.values()}
    entries = _nested(chosen, systems, wanted) if wanted.tree else _page(chosen, wanted)
    page = Page(len(chosen), entries, composed.used, composed.unclosed)
    return shown(value_set, page, wanted, parameters)


def page_of(members: Sequence[Member], total: int, used: Canonical, wanted: Wanted) -> Page:
    """A page that a query has cut already."""
    if wanted.count is None and total - (wanted.offset or 0) > MOST_SENT:
        raise _too_many(total)
    return Page(total, [_contains(member, wanted) for member in members], [used])


def shown(value_set: Resource, page: Page, wanted: Wanted, parameters: Sequence[Element]) -> Resource:
    """`value_set` with the page as its expansion."""
    expansion: Element = {"extension": [{"url": _UNCLOSED, "valueBoolean": True}]} if page.unclosed else {}
    expansion |= {
        "identifier": f"urn:uuid:{uuid4()}",
        "timestamp": instant(datetime.now(UTC)),
        "total": page.total,
    }
    if not wanted.tree:
        expansion["offset"] = wanted.offset or 0
    stated = [
        *parameters,
        *({"name": "version", "valueUri": str(each)} for each in page.used if each.version),
    ]
    if stated:
        expansion["parameter"] = stated
    if page.entries:
        expansion["contains"] = page.entries
    dropped = frozenset() if wanted.definition else _DEFINITION
    return {name: value for name, value in value_set.items() if name not in dropped} | {
        "expansion": expansion
    }


def _page(chosen: Sequence[Member], wanted: Wanted) -> list[Element]:
    offset = wanted.offset or 0
    if wanted.count is None and len(chosen) - offset > MOST_SENT:
        raise _too_many(len(chosen))
    count = MOST_SENT if wanted.count is None else min(wanted.count, MOST_SENT)
    return [_contains(member, wanted) for member in chosen[offset : offset + count]]


def _nested(chosen: Sequence[Member], systems: Mapping[str, CodeSystem], wanted: Wanted) -> list[Element]:
    """Each code below the first of its parents that is in the value set too."""
    if len(chosen) > MOST_SENT:
        raise _too_many(len(chosen))
    entries = {(member.system, member.concept.code): _contains(member, wanted) for member in chosen}
    above = {key: _parent(key, entries, systems) for key in entries}
    roots = []
    for key, entry in entries.items():
        parent = above[key]
        if parent is None or _loops(key, above):
            roots.append(entry)
        else:
            entries[parent].setdefault("contains", []).append(entry)
    return roots


def _parent(
    key: tuple[str, str], entries: Mapping[tuple[str, str], Element], systems: Mapping[str, CodeSystem]
) -> tuple[str, str] | None:
    system, code = key
    if system not in systems:
        return None
    above = ((system, each) for each in systems[system].hierarchy.above(code))
    return next((each for each in above if each in entries), None)


def _loops(key: tuple[str, str], above: Mapping[tuple[str, str], tuple[str, str] | None]) -> bool:
    """Does the way up from `key` come back to it?"""
    seen: set[tuple[str, str]] = set()
    at: tuple[str, str] | None = key
    while at is not None and at not in seen:
        seen.add(at)
        at = above[at]
    return at is not None


def _contains(member: Member, wanted: Wanted) -> Element:
    concept = member.concept
    entry: Element = {"system": member.system}
    if concept.abstract:
        entry["abstract"] = True
    if concept.inactive:
        entry["inactive"] = True
    if member.version is not None:
        entry["version"] = member.version
    entry["code"] = concept.code
    if (display := concept.name(wanted.language)) is not None:
        entry["display"] = display
    if wanted.designations and (listed := _designations(concept, wanted.designation)):
        entry["designation"] = listed
    return entry


def _designations(concept: Concept, tokens: Iterable[str]) -> list[Mapping[str, Any]]:
    asked = [token.rpartition("|")[::2] for token in tokens]
    return [each for each in concept.designations if not asked or any(_is(each, *token) for token in asked)]


def _is(designation: Mapping[str, Any], system: str, code: str) -> bool:
    """Is it a designation in that language, or of that use?"""
    if system in ("", _LANGUAGES) and designation.get("language") == code:
        return True
    use = designation.get("use", {})
    return use.get("code") == code and system in ("", use.get("system"))


def _too_many(count: int) -> Refusal:
    return Refusal(
        Fault.TOO_COSTLY,
        f"the expansion has {count} codes, and at most {MOST_SENT} are sent at once: use count and offset",
    )
