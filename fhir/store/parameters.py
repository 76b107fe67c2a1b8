"""SearchParameters of a site: the registry of this process follows those that are stored.

FHIR R4 search.html#custom. A definition is unknown until $reindex; while that runs, what is written is
indexed by it; when all old data are, it can be searched by. Withdrawn, it is unknown at once.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from fhir.outcome import Refusal
from fhir.resource import Resource, reference_of
from fhir.search import custom
from fhir.search.definition import Rows, adds, digest, refusal, rows
from fhir.store.document import read_all
from fhir.store.vault import Vault

logger = logging.getLogger("furong.store")
_STATE = "search-parameters"
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Definition:
    """An active definition of the site: what it adds, and the digest that stands for it."""

    reference: str
    url: str
    code: str
    rows: Rows
    digest: str

    def shares(self, other: "Definition") -> set[str]:
        """The types on which both would add a parameter of one code."""
        return self.rows.keys() & other.rows.keys() if self.code == other.code else set()


class SiteParameters:
    """What is stored as SearchParameter and adds something, and how far it is indexed.

    `jobs` holds the digests that are `ready` and those that are being indexed.
    """

    def __init__(self, database: AsyncDatabase[dict[str, Any]], vault: Vault) -> None:
        self._resources = database["resources"]
        self._jobs = database["jobs"]
        self._vault = vault
        self._stamp: Any = None
        self._definitions: list[Definition] = []
        self._known: set[str] = set()
        self._following: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()

    async def refresh(self) -> None:
        """Bring the registry of this process to what the store says."""
        state = await self._jobs.find_one({"_id": _STATE}) or {}
        found = self._resources.find({"type": "SearchParameter"}, {"version": True}).sort("_id", 1)
        versions = [(row["_id"], row["version"]) async for row in found]
        stamp = versions, state.get("ready", []), state.get("indexing", [])
        if stamp == self._stamp:
            return
        self._definitions = await self._read() if versions else []
        there = {each.digest for each in self._definitions}
        if not {*stamp[1], *stamp[2]} <= there:
            # Before this process stops to index by it: whoever brings it back has to reindex.
            gone = {"$nin": sorted(there)}
            await self._jobs.update_one({"_id": _STATE}, {"$pull": {"ready": gone, "indexing": gone}})
        self._register(set(stamp[1]) & there, set(stamp[2]) & there)
        self._stamp = stamp

    async def check(self, definition: Resource, beside: Iterable[Resource] = ()) -> None:
        """Refuse (422) a SearchParameter that can't be taken, or whose URL or code another active one has.

        `beside` are those that are written in the same transaction.
        """
        if not adds(definition):
            return
        own = _definition({"id": ""} | definition, rows(definition))
        await self.refresh()
        written = [added for each in beside if (added := _added(each)) is not None]
        replaced = {reference_of(each) for each in beside if "id" in each}
        for other in [*written, *(each for each in self._definitions if each.reference not in replaced)]:
            if other.reference == own.reference:
                continue
            if other.url == own.url and definition.get("id"):
                raise refusal("another active SearchParameter has that URL", "url")
            if other.url != own.url and (shared := other.shares(own)):
                raise refusal(f"{min(shared)} has a parameter of that code already", "code")

    async def _read(self) -> list[Definition]:
        """The active definitions; of two that came at once and exclude each other the older one."""
        filter = {"type": "SearchParameter", "deleted": False}
        stored = await self._resources.find(filter).sort([("updated", 1), ("_id", 1)]).to_list()
        resources = (each.resource() for each in await read_all(stored, self._vault) if not each.deleted)
        found: list[Definition] = []
        for each in map(_added, resources):
            if each and not any(other.url == each.url or other.shares(each) for other in found):
                found.append(each)
        return found

    def _register(self, ready: set[str], indexing: set[str]) -> None:
        wanted = [each for each in self._definitions if each.digest in ready | indexing]
        for url in self._known - {each.url for each in wanted}:
            custom.withdraw(url)
        self._known = {each.url for each in wanted}
        custom.extend((each.url, each.code, _marked(each.rows, each.digest not in ready)) for each in wanted)

    async def begin(self, types: Iterable[str]) -> list[str]:
        """From now on what is written is indexed by the definitions on `types` (none: all) that are new."""
        await self.refresh()
        named = set(types)
        new = [each.digest for each in self._definitions if not named or named >= each.rows.keys()]
        change = {"$addToSet": {"indexing": {"$each": new}}}
        await self._jobs.update_one({"_id": _STATE}, change, upsert=True)
        await self.refresh()
        return new

    async def finish(self, digests: list[str]) -> None:
        """All data are indexed by the definitions that `digests` stand for."""
        for each in digests:
            done = {"$addToSet": {"ready": each}, "$pull": {"indexing": each}}
            await self._jobs.update_one({"_id": _STATE, "indexing": each}, done)
        await self.refresh()

    def follow(self) -> None:
        """Refresh twice a second from now on."""
        self._following = asyncio.create_task(self._follow(), name="search parameters")

    async def _follow(self) -> None:
        while not await passed(self._closed, _PAUSE):
            try:
                await self.refresh()
            except PyMongoError as error:
                logger.warning("search parameters can't be read: %s", type(error).__name__)

    async def close(self) -> None:
        """Follow no longer; the registry is R4's own again."""
        self._closed.set()
        if self._following is not None:
            await self._following
        for url in self._known:
            custom.withdraw(url)


async def passed(event: asyncio.Event, seconds: float) -> bool:
    """Has `event` come before so many seconds were over? Nobody who talks to the database is cancelled."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _added(resource: Resource) -> Definition | None:
    try:
        return _definition({"id": ""} | resource, rows(resource)) if adds(resource) else None
    except Refusal:
        return None


def _definition(resource: Resource, added: Rows) -> Definition:
    url, code = resource["url"], resource["code"]
    return Definition(reference_of(resource), url, code, added, digest(resource, added))


def _marked(added: Rows, pending: bool) -> Rows:
    return {base: row | {"pending": pending} for base, row in added.items()}
