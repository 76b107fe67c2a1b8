"""Concept: one code of a code system, with all that is said of it.

FHIR R4 codesystem.html 4.8.8 (status, not selectable) and 4.8.11 (properties).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Element = Mapping[str, Any]
_PROPERTIES = "http://hl7.org/fhir/concept-properties#"
_INACTIVE = frozenset({"retired", "inactive"})
STANDARD = ("parent", "child", "status", "inactive", "notSelectable", "subsumedBy")


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept; `designations` and `properties` are as in CodeSystem.concept."""

    code: str
    display: str | None = None
    definition: str | None = None
    designations: tuple[Element, ...] = ()
    properties: tuple[Element, ...] = ()
    inactive: bool = False
    abstract: bool = False

    def values(self, property: str) -> Iterator[Any]:
        """The values of one property, as JSON."""
        for each in self.properties:
            if each["code"] == property:
                yield value_of(each)

    def name(self, language: str | None = None) -> str | None:
        """The display in `language` where there is a designation in it, else the display."""
        found = None if language is None else in_language(self.designations, language)
        return found or self.display


def value_of(property: Element) -> Any:
    """The value[x] of a property as JSON; None where it has none."""
    return next((value for name, value in property.items() if name.startswith("value")), None)


def in_language(designations: Sequence[Element], language: str) -> str | None:
    """The designation in a language (BCP 47): the same tag first, then `zh` for `zh-CN` and the reverse."""
    wanted = language.lower()
    spoken = [(str(each.get("language", "")).lower(), str(each["value"])) for each in designations]
    for fits in (_same, _wider):
        for tag, value in spoken:
            if tag and fits(tag, wanted):
                return value
    return None


def _same(tag: str, wanted: str) -> bool:
    return tag == wanted


def _wider(tag: str, wanted: str) -> bool:
    return tag.partition("-")[0] == wanted.partition("-")[0]


def standard_names(declared: Sequence[Element]) -> dict[str, frozenset[str]]:
    """What a code system calls the properties that FHIR defines, by their standard names."""
    names = {name: {name} for name in STANDARD}
    for each in declared:
        uri = str(each.get("uri", ""))
        if uri.startswith(_PROPERTIES) and uri.removeprefix(_PROPERTIES) in names:
            names[uri.removeprefix(_PROPERTIES)].add(each["code"])
    return {name: frozenset(codes) for name, codes in names.items()}


def concept_of(element: Element, names: Mapping[str, frozenset[str]]) -> Concept:
    """A CodeSystem.concept, without its children."""
    properties = tuple(element.get("property", ()))
    inactive = abstract = False
    for each in properties:
        value = value_of(each)
        inactive |= each["code"] in names["inactive"] and value is True
        inactive |= each["code"] in names["status"] and value in _INACTIVE
        abstract |= each["code"] in names["notSelectable"] and value is True
    return Concept(
        element["code"],
        element.get("display"),
        element.get("definition"),
        tuple(element.get("designation", ())),
        properties,
        inactive,
        abstract,
    )
