"""Numbers: which resource a business number means, in the directory as it is and in the file as it will be.

FHIR R4 references.html#logical. What has a number of the line is what the line is about; a new one gets the
id that follows from its number, which is the one that a hospital's feed would give it.
"""

from collections.abc import Iterable, Mapping, Sequence

from fhir.access import Action
from fhir.csv_file import Fault
from fhir.identity import business_name
from fhir.interactions.context import Context
from fhir.resource import Resource
from fhir.search.index import index
from fhir.store import Stored
from services.directory.entry import Entry, Number

_AT_ONCE = 500
Posts = Mapping[tuple[str, str], Sequence[str]]
"""By practitioner and organisation."""


class Numbers:
    """The numbers of one file."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._of_file: dict[Number, str] = {}
        self._lines: dict[str, int] = {}
        self._excused: set[Number] = set()

    async def learn(self, entries: Sequence[Entry]) -> tuple[dict[int, str], list[Fault]]:
        """What each line is about, unless it is a post without a number; and what is wrong in the others."""
        stored = await self._stored(number for each in entries for number in each.means)
        found: dict[int, str] = {}
        faults: list[Fault] = []
        for each in entries:
            about = self._about(each, stored)
            fault = self.claim(each.line, about[0]) if len(about) == 1 else _several(each.line, about)
            if fault is not None and about:
                faults.append(fault)
            elif about:
                found[each.line] = about[0]
                self._of_file.update(dict.fromkeys(each.means, about[0]))
        return found, faults

    def claim(self, line: int, reference: str) -> Fault | None:
        """A fault where an earlier line is about the same."""
        first = self._lines.setdefault(reference, line)
        text = f"number: is about the same {_type(reference)} as line {first}"
        return None if first == line else Fault(line, text)

    def excuse(self, numbers: Iterable[Number]) -> None:
        """A line of the file has these, but can't be read."""
        self._excused.update(numbers)

    def told(self, number: Number) -> bool:
        """Is it worth telling that nobody knows this number?"""
        return number not in self._excused

    async def named(self, entries: Sequence[Entry]) -> Mapping[Number, str]:
        """The resources that entries name in their cells; without those that nobody knows, or several."""
        wanted = {number for each in entries for number in each.names.values()}
        stored = await self._stored(wanted - self._of_file.keys())
        known = {number: found.pop() for number, found in stored.items() if len(found) == 1}
        return known | {number: self._of_file[number] for number in wanted if number in self._of_file}

    async def posts(self, practitioners: Iterable[str]) -> Posts:
        """The PractitionerRoles of some practitioners."""
        tokens = sorted({f"PractitionerRole.practitioner|{each}" for each in practitioners})
        found: dict[tuple[str, str], list[str]] = {}
        for each in await self._search("PractitionerRole", {"tokens": {"$in": tokens}}) if tokens else ():
            role = each.resource()
            pair = _reference(role, "practitioner"), _reference(role, "organization")
            found.setdefault(pair, []).append(each.reference)
        return found

    def new_post(self, practitioner: str, organization: str) -> str:
        """The id of a post that has no number: a practitioner has one such at a house."""
        return self._new("PractitionerRole", practitioner, organization)

    async def resources(self, references: Iterable[str]) -> dict[str, Stored]:
        """Those of `references` that are there."""
        by_type: dict[str, list[str]] = {}
        for each in references:
            by_type.setdefault(each.partition("/")[0], []).append(each)
        found = [await self._search(type, {"_id": {"$in": named}}) for type, named in by_type.items()]
        return {one.reference: one for rows in found for one in rows}

    def _about(self, entry: Entry, stored: Mapping[Number, set[str]]) -> list[str]:
        found = {reference for number in entry.means for reference in stored.get(number, ())}
        found |= {self._of_file[number] for number in entry.means if number in self._of_file}
        found |= {entry.speaks_for} if entry.speaks_for else set()
        if found or not entry.means:
            return sorted(found)
        return [self._new(*entry.means[0])]

    def _new(self, type: str, *key: str) -> str:
        return f"{type}/{self._context.store.vault.identify(business_name(type, *key))}"

    async def _stored(self, numbers: Iterable[Number]) -> dict[Number, set[str]]:
        """The resources that have a number."""
        by_type: dict[str, set[Number]] = {}
        for each in numbers:
            by_type.setdefault(each[0], set()).add(each)
        found: dict[Number, set[str]] = {}
        for type, wanted in by_type.items():
            tokens = sorted({token for number in wanted for token in self._tokens(number)})
            for start in range(0, len(tokens), _AT_ONCE):
                for one in await self._search(type, {"tokens": {"$in": tokens[start : start + _AT_ONCE]}}):
                    for number in wanted.intersection(_numbers(one.resource())):
                        found.setdefault(number, set()).add(one.reference)
        return found

    def _tokens(self, number: Number) -> list[str]:
        type, system, value = number
        asked = {"resourceType": type, "id": "-", "identifier": [{"system": system, "value": value}]}
        start = f"{type}.identifier|{system}|"
        return [each for each in index(asked, self._context.store.keyed).tokens if each.startswith(start)]

    async def _search(self, type: str, filter: dict[str, object]) -> list[Stored]:
        constraint = await self._context.permit(type, Action.SEARCH)
        return await self._context.store.resources.search(filter, constraint, limit=0)


def _several(line: int, found: Sequence[str]) -> Fault:
    return Fault(line, f"number: the numbers of this line are those of several: {', '.join(found)}")


def _type(reference: str) -> str:
    return reference.partition("/")[0]


def _numbers(resource: Resource) -> Iterable[Number]:
    for each in resource.get("identifier") or ():
        if each.get("system") and each.get("value"):
            yield resource["resourceType"], each["system"], each["value"]


def _reference(resource: Resource, element: str) -> str:
    return str((resource.get(element) or {}).get("reference") or "")
