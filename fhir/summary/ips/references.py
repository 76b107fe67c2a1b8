"""Reference: within a document each one leads to an entry, or says that what it names is not there.

FHIR R4 references.html, documents.html. A reference to another source Patient of the person leads to the one
Patient of the document and keeps the identifier of the record that it came from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir.definitions.structures import resource_types
from fhir.resource import Resource, reference_of
from fhir.summary.coding import many
from fhir.summary.file import HealthFile

_URI = "urn:ietf:rfc:3986"


@dataclass(frozen=True, slots=True)
class Resolving:
    """What is in a document: the references of its entries, and for whom else its Patient stands."""

    base: str
    present: frozenset[str]
    patient: str
    others: Mapping[str, Resource]

    @classmethod
    def of(cls, base: str, file: HealthFile, resources: Iterable[Resource]) -> "Resolving":
        """Of a document about the first Patient of `file` with these resources."""
        first, *others = file.patients
        present = {reference_of(first), *map(reference_of, resources)}
        unseen: dict[str, Resource] = {each: {} for each in file.members if each != reference_of(first)}
        linked = unseen | {reference_of(each): each for each in others}
        return cls(base, frozenset(present), reference_of(first), linked)

    def within(self, resource: Resource) -> Resource:
        """A resource as it stands in the document; one that had to be changed names no version."""
        made: Resource = self._part(resource)
        if made is not resource and "versionId" in made.get("meta", {}):
            made["meta"] = {name: value for name, value in made["meta"].items() if name != "versionId"}
        return made

    def _part(self, part: Any) -> Any:
        """A part as it stands in the document: itself where nothing in it changes."""
        if isinstance(part, dict):
            return self._object(part)
        if not isinstance(part, list):
            return part
        made = [self._part(each) for each in part]
        return made if any(new is not old for new, old in zip(made, part, strict=True)) else part

    def _object(self, part: dict[str, Any]) -> dict[str, Any]:
        changed = {
            name: new
            for name, value in part.items()
            if isinstance(value, (dict, list)) and (new := self._part(value)) is not value
        }
        if isinstance(part.get("reference"), str):
            made = self._reference(part | changed, part["reference"])
            return part if made == part else made
        if "url" in part and str(part["url"]).startswith("Binary/"):
            changed["url"] = f"{self.base}/{part['url']}"
        return part | changed if changed else part

    def _reference(self, made: dict[str, Any], text: str) -> dict[str, Any]:
        if text.startswith("#"):
            return made
        local = text.removeprefix(f"{self.base}/").split("/_history/")[0]
        if local in self.others:
            known = next(iter(many(self.others[local].get("identifier"))), None)
            origin = {"identifier": self._part(known)} if known else {}
            return {"reference": self.patient} | origin | _without(made)
        if local in self.present:
            return made | {"reference": local}
        return _absent(_without(made), local)


def _without(made: dict[str, Any]) -> dict[str, Any]:
    """A Reference without what leads somewhere."""
    return {name: value for name, value in made.items() if name not in ("reference", "_reference")}


def _absent(made: dict[str, Any], text: str) -> dict[str, Any]:
    type = text.partition("/")[0]
    if type in resource_types:
        return {"type": type} | made
    return {"identifier": {"system": _URI, "value": text}} | made
