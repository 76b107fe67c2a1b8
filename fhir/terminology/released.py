"""CodeSystem of many concepts, which lie in the store and not in the resource.

FHIR R4 codesystem.html (content). Nothing loads it whole: a question about some codes is answered by a small
code system of these, what stands above them and what stands just below (`part`); a list by a query.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store.concepts import RELEASE, Concepts, Row, row_id
from fhir.terminology.code_system import CodeSystem
from fhir.terminology.concept import Concept, concept_of
from fhir.terminology.hierarchy import Hierarchy
from fhir.terminology.text_index import found_by

MOST_IN_MEMORY = 20_000
_MOST_CHILDREN = 1000
_CODES = frozenset({"code", "concept"})


def release_named(resource: Resource) -> str | None:
    """The release that a CodeSystem names as where its concepts are."""
    found = (each for each in resource.get("extension", ()) if each.get("url") == RELEASE)
    return next((str(each["valueString"]) for each in found if "valueString" in each), None)


class Released(CodeSystem):
    """A code system whose concepts are rows of one release."""

    def __init__(self, resource: Resource, concepts: Concepts) -> None:
        super().__init__(resource)
        self._resource = {name: value for name, value in resource.items() if name != "concept"}
        self._stored = concepts
        self.release = release_named(resource) or ""
        self.content = "complete"

    async def part(self, codes: Iterable[str], roots: Iterable[str] = ()) -> CodeSystem:
        """The code system of these codes alone, with what is above and just below each.

        A root that is no code itself but stands above some is there, as a concept that groups others.
        """
        wanted, groups = list(codes), list(roots)
        rows = await self._stored.find(self.release, [*wanted, *groups])
        rows |= await self._stored.find(self.release, {code for row in rows.values() for code in row.above})
        for code in dict.fromkeys(wanted):
            if code in rows:
                below = await self._stored.page(self.release, {"a": code}, limit=_MOST_CHILDREN)
                known = {*rows, *(row.code for row in below)}
                rows = {row.code: row for row in below if nearest(row, known) == code} | rows
        return self._small(rows, [code for code in groups if code not in rows and await self._groups(code)])

    async def _groups(self, code: str) -> bool:
        return await self._stored.any(self.release, {"a": code})

    def _small(self, rows: Mapping[str, Row], groups: Sequence[str]) -> CodeSystem:
        known = dict.fromkeys([*rows, *groups])
        listed = sorted(rows.values(), key=lambda row: row.order)
        small = CodeSystem(self._resource | {"concept": [row.element for row in listed]})
        small.concepts |= {code: Concept(code, abstract=True) for code in groups}
        pairs = [(above, row.code) for row in listed if (above := nearest(row, known)) is not None]
        small.hierarchy, small.content, small.reused = Hierarchy(pairs), "complete", self.reused
        return small

    async def below(self, code: str, most: int) -> list[str] | None:
        """The codes below a code; None where there are more than `most`."""
        rows = await self._stored.page(self.release, {"a": code}, limit=most + 1)
        return None if len(rows) > most else [row.code for row in rows]

    def filter(self, filters: Sequence[Resource], text: str | None = None) -> dict[str, Any] | None:
        """What selects the rows by filters of a value set and the text of $expand; None where no query can
        tell."""
        conditions = [found_by(text)] if text else []
        for each in filters:
            made = self._condition(each["property"], each["op"], each["value"])
            if made is None:
                return None
            conditions.append(made)
        return {"$and": conditions} if conditions else {}

    def _condition(self, property: str, op: str, value: str) -> dict[str, Any] | None:
        values = [each.strip() for each in value.split(",")] if op == "in" else [value]
        if property in _CODES:
            itself = {"_id": {"$in": [row_id(self.release, each) for each in values]}}
            below: dict[str, Any] = {"a": value}
            known = {"is-a": {"$or": [itself, below]}, "descendent-of": below, "=": itself, "in": itself}
            return known.get(op)
        if op in ("=", "in"):
            return {"t": {"$in": [property_word(property, each) for each in values]}}
        return None

    async def page(self, filter: dict[str, Any], offset: int, limit: int) -> list[Concept]:
        """The concepts of a page; all that match where `limit` is 0."""
        rows = await self._stored.page(self.release, filter, offset, limit)
        return [concept_of(row.element, self.names) for row in rows]

    async def count(self, filter: dict[str, Any]) -> int:
        """How many concepts there are."""
        return await self._stored.count(self.release, filter)

    async def alike(self, words: Sequence[str], limit: int) -> list[Concept]:
        """The concepts that share most words of the index with a text."""
        rows = await self._stored.alike(self.release, words, limit)
        return [concept_of(row.element, self.names) for row in rows]

    async def selected(self, filters: Sequence[Resource]) -> list[Concept]:
        """The concepts that the filters of a value set select; a Refusal where they are too many for one
        list, or no query tells."""
        filter = self.filter(filters)
        if filter is None:
            text = f"a filter of the value set is not supported for {self.url}, which is large"
            raise Refusal(Fault.UNPROCESSABLE, text)
        if await self.count(filter) > MOST_IN_MEMORY:
            text = f"the value set takes more than {MOST_IN_MEMORY} codes of {self.url}: narrow it"
            raise Refusal(Fault.TOO_COSTLY, text)
        return await self.page(filter, 0, 0)


def nearest(row: Row, known: Iterable[str]) -> str | None:
    """The nearest of the codes above that is there."""
    return next((code for code in row.above if code in known), None)


def property_word(property: str, value: str) -> str:
    """The word of the index for a property that has this value."""
    return f"={property}={value}"
