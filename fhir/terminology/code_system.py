"""CodeSystem: its concepts and their hierarchy, ready to be asked.

FHIR R4 codesystem.html. `content` says how much of the code system is here: from a fragment or examples it
can be told that a code exists, never that it does not.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fhir.resource import Resource
from fhir.terminology.concept import Concept, concept_of, standard_names
from fhir.terminology.hierarchy import Hierarchy
from fhir.terminology.table_name import names_of, plain

REUSED = "urn:furong:extension:reused-oid"
"""Says of a CodeSystem that real systems give its URL to another table too."""


class CodeSystem:
    """A code system whose concepts are listed."""

    def __init__(self, resource: Resource, supplements: Sequence[Resource] = ()) -> None:
        """From a valid CodeSystem and the supplements that add to it."""
        self.url: str = resource.get("url", "")
        self.version: str | None = resource.get("version")
        self.name: str = resource.get("name") or resource.get("title") or self.url
        self.language: str | None = resource.get("language")
        self.content: str = resource["content"]
        self.case_sensitive: bool = resource.get("caseSensitive", True)
        self.reused = is_reused(resource)
        self._called = frozenset(names_of(resource))
        self.names = standard_names(resource.get("property", ()))
        self.declared = {each["code"]: each for each in resource.get("property", ())}
        self.concepts: dict[str, Concept] = {}
        pairs = list(self._read(resource.get("concept", ()), None))
        means = resource.get("hierarchyMeaning", "is-a") == "is-a"
        self.hierarchy = Hierarchy([*(pairs if means else ()), *self._properties()])
        for each in supplements:
            self._supplement(each)
        self._folded = {} if self.case_sensitive else {code.casefold(): code for code in self.concepts}

    @property
    def enumerable(self) -> bool:
        """Are there concepts to list?"""
        return self.content != "not-present"

    @property
    def complete(self) -> bool:
        """Is every concept here?"""
        return self.content == "complete"

    async def part(self, codes: Iterable[str], roots: Iterable[str] = ()) -> "CodeSystem":
        """As much of it as a question about `codes` and the filters' `roots` needs."""
        return self

    def is_version(self, version: str) -> bool:
        """Is it this version, or called so?"""
        return self.version in (None, version) or plain(version) in self._called

    def find(self, code: str) -> Concept | None:
        """The concept of `code`, in whatever case where case means nothing."""
        found = self.concepts.get(code)
        if found is None and not self.case_sensitive:
            return self.concepts.get(self._folded.get(code.casefold(), ""))
        return found

    def listed(self) -> Collection[Concept]:
        """Every concept, in the order of the code system."""
        return self.concepts.values()

    def _read(self, elements: Sequence[Resource], parent: str | None) -> Iterator[tuple[str, str]]:
        for element in elements:
            concept = concept_of(element, self.names)
            self.concepts.setdefault(concept.code, concept)
            if parent is not None:
                yield parent, concept.code
            yield from self._read(element.get("concept", ()), concept.code)

    def _properties(self) -> Iterator[tuple[str, str]]:
        above = self.names["parent"] | self.names["subsumedBy"]
        for code, concept in self.concepts.items():
            for each in concept.properties:
                other = each.get("valueCode")
                if other is None:
                    continue
                if each["code"] in above:
                    yield other, code
                elif each["code"] in self.names["child"]:
                    yield code, other

    def _supplement(self, supplement: Resource) -> None:
        """Add the designations and properties of a supplement; it changes nothing else."""
        self.declared |= {each["code"]: each for each in supplement.get("property", ())}
        for element in _flat(supplement.get("concept", ())):
            known = self.concepts.get(element["code"])
            if known is not None:
                self.concepts[known.code] = replace(
                    known,
                    designations=(*known.designations, *element.get("designation", ())),
                    properties=(*known.properties, *element.get("property", ())),
                )


def is_reused(resource: Resource) -> bool:
    """Does the resource say that its URL is given to another table too?"""
    return any(each.get("url") == REUSED for each in resource.get("extension", ()))


def _flat(elements: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for element in elements:
        yield element
        yield from _flat(element.get("concept", ()))
