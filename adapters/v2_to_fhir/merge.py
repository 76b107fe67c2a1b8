"""Merge: a draft into the stored resource.

hl7v2.md, checklist 36, 41, 42 and 46. The time of every element is remembered beside the resource: newer
sets, older only fills gaps, `""` deletes, empty leaves. Merging the same draft again changes nothing, and
the order in which messages arrive does not matter.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.v2_to_fhir import encounter
from adapters.v2_to_fhir.deletion import cut, since
from adapters.v2_to_fhir.draft import FIRST_HAND, SHELL, Draft
from adapters.v2_to_fhir.element import delete, get, key, put, unset_choice
from adapters.v2_to_fhir.parts import Parts, joined, of_source, split
from fhir.resource import Resource

Memory = dict[str, Any]

_OF_ELEMENTS = ("times", "lists", "cuts")
VALUE = ("value[x]", "component", "dataAbsentReason", "interpretation", "referenceRange")
"""Elements of an Observation that change together."""
GROWING = {"DiagnosticReport": frozenset(("result", "specimen", "basedOn", "presentedForm"))}
"""Lists to which a message adds: a correction that repeats one result of ten does not drop the other nine."""
EACH_SOURCE = frozenset(("identifier", "telecom", "address"))
"""Lists of a Patient of which every source that keeps him has its own parts (checklist 42)."""
EARLIEST = frozenset(("recordedDate",))
"""Defaults that are the time of the first message to tell of it, in whatever order messages arrive."""
_UNVERIFIED = frozenset(("registered", "partial", "preliminary"))
_STATED = frozenset(("Observation", "DiagnosticReport"))
_DERIVED = ("unknown", "registered", "preliminary", "final", "amended", "corrected", "cancelled")
"""What the state of a report says of a result without one, or the other way round: the furthest counts."""
_VERIFIED = frozenset(("final", "corrected", "amended"))


def merge(existing: Resource | None, memory: Mapping[str, Any], draft: Draft) -> tuple[Resource, Memory]:
    """The resource with `draft` in it, and what to remember beside it; the arguments stay as they are."""
    resource: Resource = dict(existing) if existing else {"resourceType": draft.type, "id": draft.id}
    kept: Memory = dict(memory)
    if existing and _refused(existing, draft):
        _grow(resource, draft)
        return resource, kept
    for name in _OF_ELEMENTS:
        kept[name] = dict(kept.get(name, {}))
    work = _Merge(resource, kept, draft)
    work.elements()
    if draft.event is not None:
        kept["events"] = encounter.remember(kept.get("events", ()), draft.event)
        fold(resource, kept["events"])
    work.defaults()
    for name in ("lists", "cuts"):
        if not kept[name]:
            del kept[name]
    return resource, kept


def _refused(existing: Resource, draft: Draft) -> bool:
    """A preliminary result after a verified one is late, whatever its time says."""
    if draft.type not in _STATED:
        return False
    now, then = draft.elements.get("status", ""), existing.get("status", "")
    return now in _UNVERIFIED and then in _VERIFIED


def _grow(resource: Resource, draft: Draft) -> None:
    """What is refused may still tell of further results."""
    for element in GROWING.get(draft.type, ()):
        held, items = resource.get(element, []), draft.elements.get(element, [])
        whole = held + [item for item in items if item not in held]
        if whole:
            resource[element] = whole


class _Merge:
    """One merge at work on its own copies."""

    def __init__(self, resource: Resource, kept: Memory, draft: Draft) -> None:
        self.resource = resource
        self.times, self.lists, self.cuts = (kept[name] for name in _OF_ELEMENTS)
        self.draft = draft
        self.stamp = stamp(draft)

    def elements(self) -> None:
        """Set, fill and delete what the draft says."""
        self._clear_value()
        _grow(self.resource, self.draft)
        growing = GROWING.get(self.draft.type, ())
        for element, value in self.draft.elements.items():
            if element in growing:
                continue
            if element in self.draft.lists:
                self._list(element, value)
            elif self._newer(element):
                self._set(element, value)
        for element in self.draft.nulls:
            if self._newer(element):
                self.times[key(element)] = self.stamp
                self._null(element)
        for element, field, deletion in self.draft.cuts:
            self._cut(element, field, deletion)

    def _null(self, element: str) -> None:
        """Delete an element; one that the resource needs goes back to its default, in its place."""
        if element in self.draft.defaults and element in self.resource:
            self.resource[element] = self.draft.defaults[element]
        else:
            delete(self.resource, element)

    def _newer(self, element: str) -> bool:
        if self.draft.standing == SHELL:
            return all(key(name) != key(element) for name in self.resource)
        return self.stamp >= str(self.times.get(key(element), ""))

    def _set(self, element: str, value: Any) -> None:
        if element.startswith("_"):
            return
        if element == "status" and self._corrected(value):
            value = self.resource["status"]
        self.times[key(element)] = self.stamp
        unset_choice(self.resource, element)
        put(self.resource, element, value)
        beside = self.draft.elements.get(f"_{element}")
        if beside is not None:
            self.resource[f"_{element}"] = beside
        else:
            self.resource.pop(f"_{element}", None)

    def _corrected(self, status: Any) -> bool:
        """A final result sent again after a correction is still a corrected one."""
        stated = self.draft.type in _STATED and status == "final"
        return stated and self.resource.get("status") in ("corrected", "amended")

    def _clear_value(self) -> None:
        """A newer value takes its flags and range along; those of the old value go."""
        said = {key(element) for element in self.draft.elements}
        valued = said & {"value[x]", "component", "dataAbsentReason"}
        if self.draft.type != "Observation" or not valued or self.stamp < _latest(self.times, VALUE):
            return
        for element in VALUE:
            if element not in said:
                delete(self.resource, element)
                self.times[key(element)] = self.stamp

    def _list(self, element: str, items: list[Any]) -> None:
        """A list made of several v2 fields: each field replaces its own part, others' parts stay."""
        parts, rest = split(get(self.resource, element) or [], self.lists.get(key(element), ()))
        start, source = 0, self.draft.source if element in EACH_SOURCE else ""
        for field, count in self.draft.lists[element].items():
            new, start = items[start : start + count], start + count
            mine = of_source(field, source)
            others = [each for each in parts if each != mine and each.partition(" ")[0] == field]
            gives_way = [each for each in others if _yields(each, parts[each][0])]
            rivals = others if self.draft.standing != FIRST_HAND else [field]
            if all(self.stamp >= parts.get(each, ("", []))[0] for each in (mine, *rivals)):
                parts[mine] = (self.stamp, cut(new, since(self.cuts.get(element, ()), mine, self.stamp)))
                for each in gives_way:
                    del parts[each]
        self._join(element, parts, rest)

    def _cut(self, element: str, field: str, deletion: dict[str, Any]) -> None:
        """Delete components of what a field gave; remembered, as what it gave before may still come."""
        part = of_source(field, self.draft.source if element in EACH_SOURCE else "")
        row, rows = [part, self.stamp, deletion], self.cuts.get(element, [])
        parts, rest = split(get(self.resource, element) or [], self.lists.get(key(element), ()))
        time, items = parts.get(part, ("", []))
        if self.draft.standing == SHELL or row in rows or self.stamp < time:
            return
        self.cuts[element] = [*(one for one in rows if one[0] != part or one[1] > time), row]
        parts[part] = (time, cut(items, [deletion]))
        if items:
            self._join(element, parts, rest)

    def _join(self, element: str, parts: Parts, rest: list[Any]) -> None:
        whole, counts = joined(parts, rest)
        self.lists[key(element)] = counts
        if whole:
            put(self.resource, element, whole)
        else:
            delete(self.resource, element)

    def defaults(self) -> None:
        """What the resource needs and nobody has said."""
        for element, value in self.draft.defaults.items():
            choice = key(element)
            held = any(key(name) == choice for name in self.resource)
            if not held or (choice not in self.times and self._better(element, value)):
                self.resource[element] = value

    def _better(self, element: str, value: Any) -> bool:
        """Does a default stand rather than the one that is held?"""
        held = self.resource[element]
        if element in EARLIEST:
            return bool(value < held)
        if element == "status" and self.draft.type in _STATED:
            return value in _DERIVED and held in _DERIVED[: _DERIVED.index(value)]
        return element == "content" and _media_type(value) > _media_type(held)


def _media_type(content: list[dict[str, Any]]) -> str:
    """That of a document whose content is not known; nothing where that is not known either."""
    return str(content[0]["attachment"].get("contentType", ""))


def _yields(origin: str, time: str) -> bool:
    """Does a part give way to what another source says? What a source says of its own patients does not."""
    return " " not in origin or not time.startswith(f"{FIRST_HAND} ")


def stamp(draft: Draft) -> str:
    """How a draft compares: first-hand before second-hand before shells, then by `Draft.told`."""
    if draft.standing == SHELL:
        return "0"
    return f"{draft.standing} {draft.told}"


def _latest(times: Memory, elements: Iterable[str]) -> str:
    return max((times.get(element, "") for element in elements), default="")


def fold(resource: Resource, events: Iterable[dict[str, Any]]) -> None:
    """Put the state of the visit that the events tell into the Encounter."""
    state = encounter.fold(events)
    resource["status"] = state.status
    period = encounter.period(state.start, state.end)
    for element, value in (
        ("period", period),
        ("location", state.locations),
        ("classHistory", state.classes),
    ):
        if value:
            resource[element] = value
        else:
            resource.pop(element, None)
