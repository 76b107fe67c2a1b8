"""Definitions: the CodeSystems, ValueSets and ConceptMaps known now, shipped and stored, by canonical URL.

FHIR R4 terminology-service.html. They are shared by all, so they are looked up with the platform's own
rights; who may call an operation is decided there. What is kept is dropped as soon as anything was written.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from fhir.definitions.terminology import TYPES, owner_of, shipped, shipped_as
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.query import parse
from fhir.store import EVERYONE, Store
from fhir.store.concepts import Concepts
from fhir.terminology.canonical import Canonical, canonical, newest
from fhir.terminology.code_system import CodeSystem, is_reused
from fhir.terminology.grammar import GRAMMARS, Grammar
from fhir.terminology.released import Released, release_named
from fhir.terminology.table_name import is_version

Known = CodeSystem | Grammar
_MOST = 200
_ROOM = 32 * 2**20
"""Bytes of JSON whose compiled form is kept."""
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", "|": "\\|", "$": "\\$"})


class Definitions:
    """What is known as long as nothing is written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[tuple[str, str], list[Resource]] = {}
        self._systems: dict[Canonical, Known | None] = {}
        self._size = 0
        self.expansions: dict[Any, Any] = {}
        """What value sets come to, kept by `fhir.terminology.value_set`."""

    async def versions(self, type: str, url: str) -> list[Resource]:
        """Every version of the resource with this canonical URL; stored ones last, as they go first."""
        key = (type, url)
        found = self._found.get(key)
        if found is None:
            stored = await self._stored(type, "url", url)
            found = self._found[key] = [each.resource() for each in shipped_as(type, url)] + stored
        return found

    async def _stored(self, type: str, parameter: str, value: str) -> list[Resource]:
        query = parse(type, [(parameter, value.translate(_ESCAPES))], strict=True)
        filter = query.filter(self._store.keyed, {})
        rows = await self._store.resources.search(filter, EVERYONE, limit=_MOST)
        for row in rows:
            self._make_room(len(row.body))
        return [row.resource() for row in rows]

    def _make_room(self, size: int) -> None:
        self._size += size
        if self._size > _ROOM:
            self._found.clear()
            self._systems.clear()
            self.expansions.clear()
            self._size = size

    async def find(self, type: str, wanted: Canonical, date: str | None = None) -> Resource | None:
        """The resource that a canonical reference means, as of `date` where one is given; None if unknown."""
        found = await self.versions(type, wanted.url)
        if wanted.version is not None:
            found = [each for each in found if is_version(each, wanted.version)]
        if date is not None:
            found = [each for each in found if str(each.get("date", ""))[: len(date)] <= date]
        return newest(found)

    async def require(self, type: str, wanted: Canonical, date: str | None = None) -> Resource:
        """The same, a Refusal (404) that names the URL where it is not known."""
        found = await self.find(type, wanted, date)
        if found is None:
            raise unknown(type, wanted)
        return found

    async def code_system(self, wanted: Canonical) -> Known | None:
        """The code system of a system URL; None where it is not known."""
        if wanted not in self._systems:
            self._systems[wanted] = await self._code_system(wanted)
        return self._systems[wanted]

    async def _code_system(self, wanted: Canonical) -> Known | None:
        found = await self.find("CodeSystem", wanted)
        if found is not None and found["content"] == "supplement":
            return None
        if found is None or found["content"] == "not-present":
            grammar = GRAMMARS.get(wanted.url)
            if grammar is not None or found is None:
                return grammar
        compiled = await self.compiled(found)
        compiled.reused |= any(map(is_reused, await self.versions("CodeSystem", wanted.url)))
        return compiled

    async def find_profile(self, wanted: Canonical) -> Resource | None:
        """The stored StructureDefinition that a canonical reference means."""
        found = await self._stored("StructureDefinition", "url", wanted.url)
        return newest(each for each in found if wanted.version in (None, each.get("version")))

    async def compiled(self, resource: Resource) -> CodeSystem:
        """A CodeSystem resource ready to be asked, with the supplements that are known."""
        url = resource.get("url")
        if release_named(resource) is not None:
            return Released(resource, Concepts(self._store.database))
        supplements = await self._stored("CodeSystem", "supplements", url) if url else []
        mine = [each for each in supplements if _supplements(each, url, resource.get("version"))]
        return CodeSystem(resource, mine)

    async def concept_maps(self) -> list[Resource]:
        """Every ConceptMap: of each URL the version that is meant without one."""
        rows = await self._all_maps()
        urls: dict[str, list[Resource]] = {}
        for each in rows:
            urls.setdefault(each.get("url") or each["id"], []).append(each)
        return [best for each in urls.values() if (best := newest(each)) is not None]

    async def _all_maps(self) -> list[Resource]:
        key = ("ConceptMap", "*")
        if key not in self._found:
            rows = await self._store.resources.search({"tokens": "ConceptMap"}, EVERYONE, limit=_MOST + 1)
            if len(rows) > _MOST:
                raise Refusal(Fault.TOO_COSTLY, "there are many concept maps here: name one by its url")
            own = [each.resource() for each in shipped("ConceptMap").values()]
            self._found[key] = own + [row.resource() for row in rows]
        return self._found[key]


def _supplements(supplement: Resource, url: str | None, version: str | None) -> bool:
    named = canonical(supplement.get("supplements", ""))
    usable = supplement["content"] == "supplement" and supplement.get("status") != "retired"
    return usable and named.url == url and named.version in (None, version)


_KEPT: "WeakKeyDictionary[Store, tuple[object, Definitions]]" = WeakKeyDictionary()


async def current(store: Store) -> Definitions:
    """What `store` knows now: one question to the database tells whether anything was written since."""
    state: Sequence[tuple[str, int]] = await store.resources.newest(sorted(TYPES))
    kept = _KEPT.get(store)
    if kept is None or kept[0] != state:
        kept = _KEPT[store] = state, Definitions(store)
    return kept[1]


def check_definite(system: Known, version: str | None) -> None:
    """Refuse to guess which table is meant where real systems give one URL to two."""
    if system.reused and version is None:
        raise Refusal(
            Fault.UNPROCESSABLE,
            f"{system.url} is given to more than one table: name the table as the version",
        )


def unknown(type: str, wanted: Canonical) -> Refusal:
    """404, naming what is not known and, where it is so, who owns its codes."""
    owner = owner_of(wanted.url)
    why = f": it lists codes of {owner}, which are not shipped; a site stores it under its own licence"
    subject = "codes of the CodeSystem" if type == "CodeSystem" and shipped_as(type, wanted.url) else type
    text = f"the {subject} {_shown(wanted)} is not known here{why if owner else ''}"
    return Refusal(Fault.NOT_FOUND, text)


def _shown(wanted: Canonical) -> str:
    """A canonical as it may stand in a message."""
    text = str(wanted)
    return text if len(text) <= 300 and text.isprintable() else "…"
