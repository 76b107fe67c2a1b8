"""ValueSet composition: which codes a value set holds.

FHIR R4 valueset.html 4.9.4 (compose). Within an include system, concepts, filters and value sets are joined
by AND, several includes by OR, and what an exclude selects is taken away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.canonical import Canonical, canonical
from fhir.terminology.code_system import CodeSystem
from fhir.terminology.concept import Concept
from fhir.terminology.definitions import Definitions, Known, check_definite, unknown
from fhir.terminology.property_filter import selected
from fhir.terminology.released import Released

MOST_CODES = 200_000
MOST_DEPTH = 32


class Member(NamedTuple):
    """A code in a value set."""

    system: str
    version: str | None
    concept: Concept


Members = dict[tuple[str, str], Member]


class Composed(NamedTuple):
    """What a value set comes to: its codes, the code systems they are of, and whether there may be more."""

    members: Members
    used: dict[Canonical, CodeSystem]
    unclosed: bool


@dataclass(frozen=True, slots=True)
class Versions:
    """Which versions of code systems are taken.

    `default` where none is named, `checked` where it must be that one, `forced` whatever is named; `excluded`
    leaves systems out, `date` takes the value sets as of then.
    """

    default: Mapping[str, str] = field(default_factory=dict)
    checked: Mapping[str, str] = field(default_factory=dict)
    forced: Mapping[str, str] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()
    date: str | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells these apart from others."""
        listed = (tuple(sorted(each.items())) for each in (self.default, self.checked, self.forced))
        return (*listed, tuple(sorted(self.excluded)), self.date)

    def of(self, system: str, named: str | None) -> str | None:
        """The version to be taken of `system`."""
        if system in self.forced:
            return self.forced[system]
        wanted = self.checked.get(system)
        if wanted is not None and named not in (None, wanted):
            raise Refusal(
                Fault.UNPROCESSABLE, f"the value set names another version of {system} than the one to check"
            )
        return named or wanted or self.default.get(system)


class Composition:
    """One value set being composed; `used` are the code systems that were asked."""

    def __init__(self, known: Definitions, versions: Versions = Versions()) -> None:
        self._known = known
        self._versions = versions
        self._open: list[Canonical] = []
        self.used: dict[Canonical, CodeSystem] = {}
        self.unclosed = False

    async def members(self, value_set: Resource) -> Members:
        """Every code of `value_set`, in order."""
        compose = value_set.get("compose")
        if compose is None:
            return await self._expanded(value_set)
        local = _contained(value_set)
        found: Members = {}
        for include in compose["include"]:
            for key, member in (await self._part(include, local)).items():
                found.setdefault(key, member)
            self._check(len(found))
        for exclude in compose.get("exclude", ()):
            for key in await self._part(exclude, local):
                found.pop(key, None)
        if compose.get("inactive") is False:
            return {key: each for key, each in found.items() if not each.concept.inactive}
        return found

    async def holds(self, value_set: Resource, system: str, code: str) -> Member | None:
        """The one code in `value_set`, which need not be one that can be listed."""
        compose = value_set.get("compose")
        if compose is None:
            return (await self._expanded(value_set)).get((system, code))
        local = _contained(value_set)
        found = await self._first(compose["include"], local, system, code)
        if found is None or await self._first(compose.get("exclude", ()), local, system, code):
            return None
        return None if compose.get("inactive") is False and found.concept.inactive else found

    async def _first(
        self, parts: Sequence[Resource], local: Mapping[str, CodeSystem], system: str, code: str
    ) -> Member | None:
        for part in parts:
            if part.get("system", system) == system:
                found = await self._holds(part, local, system, code)
                if found is not None:
                    return found
        return None

    async def _holds(
        self, part: Resource, local: Mapping[str, CodeSystem], system: str, code: str
    ) -> Member | None:
        found: Member | None = None
        if "system" in part:
            found = await self._in_system(part, local, code)
            if found is None:
                return None
        for url in part.get("valueSet", ()):
            imported = await self._import(url)
            within = await self.holds(imported, system, code)
            self._open.pop()
            if within is None:
                return None
            found = found or within
        return found

    async def _in_system(self, part: Resource, local: Mapping[str, CodeSystem], code: str) -> Member | None:
        version = self._versions.of(part["system"], part.get("version"))
        system = await self._find(part["system"], version, local)
        if "filter" in part and not isinstance(system, Released):
            return (await self._system(part, local)).get((part["system"], code))
        if system is not None:
            system = await system.part([code], [str(each["value"]) for each in part.get("filter", ())])
        if system is not None and any(code not in selected(system, each) for each in part.get("filter", ())):
            return None
        concept = system.find(code) if system else None
        if "concept" in part:
            listed = _named(part["concept"], code, system)
            return Member(part["system"], version, _as_listed(listed, concept)) if listed else None
        if system is None or not system.enumerable:
            raise unknown("CodeSystem", Canonical(part["system"], version))
        return Member(part["system"], version, concept) if concept else None

    async def _part(self, part: Resource, local: Mapping[str, CodeSystem]) -> Members:
        """The codes of one include or exclude."""
        found = await self._system(part, local) if "system" in part else None
        for url in part.get("valueSet", ()):
            imported = await self._imported(url)
            found = imported if found is None else {key: found[key] for key in found if key in imported}
        return found or {}

    async def _system(self, part: Resource, local: Mapping[str, CodeSystem]) -> Members:
        url = part["system"]
        version = self._versions.of(url, part.get("version"))
        if url in self._versions.excluded or f"{url}|{version}" in self._versions.excluded:
            return {}
        system = await self._find(url, version, local)
        if isinstance(system, Released):
            return await self._released(part, system, version)
        if "concept" in part:
            listed = (
                _as_listed(each, system.find(each["code"]) if system else None) for each in part["concept"]
            )
            return {(url, each.code): Member(url, version, each) for each in listed}
        if system is None or not system.enumerable:
            raise unknown("CodeSystem", Canonical(url, version))
        self.unclosed |= not system.complete
        concepts = {each.code: each for each in system.listed()} if "filter" not in part else None
        for each in part.get("filter", ()):
            chosen = selected(system, each)
            concepts = chosen if concepts is None else {c: concepts[c] for c in concepts if c in chosen}
        found = concepts or {}
        self._check(len(found))
        return {(url, code): Member(url, version, concept) for code, concept in found.items()}

    async def _released(self, part: Resource, system: Released, version: str | None) -> Members:
        """The same of a code system whose concepts lie in the store."""
        if "concept" in part:
            small = await system.part([each["code"] for each in part["concept"]])
            found = [_as_listed(each, small.find(each["code"])) for each in part["concept"]]
        else:
            found = await system.selected(part.get("filter", ()))
        return {(system.url, each.code): Member(system.url, version, each) for each in found}

    async def _find(self, url: str, version: str | None, local: Mapping[str, CodeSystem]) -> Known | None:
        if url in local:
            return local[url]
        found = await self._known.code_system(Canonical(url, version))
        if isinstance(found, CodeSystem):
            check_definite(found, version)
            self.used[Canonical(url, found.version)] = found
        return found

    async def _imported(self, url: str) -> Members:
        imported = await self._import(url)
        found = await self.members(imported)
        self._open.pop()
        return found

    async def _import(self, url: str) -> Resource:
        """The value set `url`, noted as being open; a Refusal where it is open already."""
        wanted = canonical(url)
        if wanted in self._open:
            raise Refusal(Fault.UNPROCESSABLE, f"the value set {wanted} includes itself")
        if len(self._open) >= MOST_DEPTH:
            raise Refusal(Fault.TOO_COSTLY, f"value sets include each other more than {MOST_DEPTH} deep")
        found = await self._known.require("ValueSet", wanted, self._versions.date)
        self._open.append(wanted)
        return found

    async def _expanded(self, value_set: Resource) -> Members:
        """The codes of a value set that has nothing but an expansion."""
        found: Members = {}
        waiting = list(value_set.get("expansion", {}).get("contains", ()))
        while waiting:
            each = waiting.pop(0)
            waiting = [*each.get("contains", ()), *waiting]
            if "code" in each and "system" in each:
                concept = _as_listed(each, None)
                concept = replace(
                    concept, inactive=each.get("inactive", False), abstract=each.get("abstract", False)
                )
                found[each["system"], each["code"]] = Member(each["system"], each.get("version"), concept)
        return found

    def _check(self, count: int) -> None:
        if count > MOST_CODES:
            raise Refusal(Fault.TOO_COSTLY, f"the value set has more than {MOST_CODES} codes")


async def compose(
    known: Definitions, value_set: Resource, versions: Versions, name: tuple[str | None, ...] | None = None
) -> Composed:
    """The codes of `value_set`, kept under its `name` where it has one."""
    key = (name, versions.key)
    kept: Composed | None = known.expansions.get(key) if name else None
    if kept is None:
        composition = Composition(known, versions)
        members = await composition.members(value_set)
        kept = Composed(members, composition.used, composition.unclosed)
        if name:
            known.expansions[key] = kept
    return kept


def _contained(value_set: Resource) -> dict[str, CodeSystem]:
    """The code systems that a value set carries within itself, by the references to them."""
    systems = [each for each in value_set.get("contained", ()) if each["resourceType"] == "CodeSystem"]
    return {f"#{each['id']}": CodeSystem(each) for each in systems if "id" in each}


def _named(listed: Sequence[Resource], code: str, system: Known | None) -> Resource | None:
    """The concept of an include that lists `code`."""
    folds = system is not None and not system.case_sensitive
    for each in listed:
        if each["code"] == code or (folds and each["code"].casefold() == code.casefold()):
            return each
    return None


def _as_listed(listed: Resource, concept: Concept | None) -> Concept:
    """The concept with the display and designations that the value set gives it."""
    concept = concept or Concept(listed["code"])
    display = listed.get("display") or concept.display
    designations = (*listed.get("designation", ()), *concept.designations)
    return replace(concept, code=listed["code"], display=display, designations=designations)
