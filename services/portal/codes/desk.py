"""The desk of one steward: the codes within reach, how a source is read today, what a code may mean."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.v2_to_fhir.concept_map import is_mapped
from fhir.outcome import Fault, Refusal
from fhir.terminology.definitions import current
from services import mapping, unmapped_codes
from services.concept_maps import ConceptMaps
from services.inbox import Inbox
from services.portal.codes.presenters import Code, code
from services.portal.codes.suggestions import Suggesting, Suggestion
from services.portal.codes.texts import texts
from services.portal.codes.usage import Usage
from services.portal.console import reach
from services.portal.visit import Visit
from services.sources import Registration, taken
from services.unmapped_codes import Counts, Waiting

_MESSAGES = 3
"""So many of its last messages are read for the names of a code in a list."""


@dataclass
class Desk:
    """What the views need, looked up at most once for a page."""

    visit: Visit
    inbox: Inbox
    registrations: dict[str, Registration | None]

    @classmethod
    def of(cls, visit: Visit) -> "Desk":
        """The desk of a visit."""
        return cls(visit, Inbox(visit.platform.store), {})

    async def open_tasks(self, source: str) -> list[Waiting]:
        """The open Tasks of a source, or of all within reach."""
        store = self.visit.platform.store
        if source:
            await reach.check(self.visit, source)
            return await unmapped_codes.waiting(store, source)
        within = set(await reach.sources(self.visit))
        if self.visit.principal.organization is None:
            found = await unmapped_codes.waiting(store)
        else:
            lists = await asyncio.gather(*(unmapped_codes.waiting(store, each) for each in within))
            found = [task for listed in lists for task in listed]
        return [task for task in found if task.source in within]

    async def task(self, id: str) -> Waiting:
        """A Task; a Refusal (404) where it is none, or of a source out of reach."""
        found = await unmapped_codes.find(self.visit.platform.store, id)
        if found is None:
            raise Refusal(Fault.NOT_FOUND, "no such code")
        await reach.check(self.visit, found.source)
        return found

    async def registration(self, source: str) -> Registration | None:
        """How the messages of a source are read today."""
        if source not in self.registrations:
            platform = self.visit.platform
            known = await taken(platform.database, source, platform.store.vault.identify)
            concepts = ConceptMaps(platform.store)
            own = known and replace(known, source=await concepts.on(known.source))
            self.registrations[source] = own
        return self.registrations[source]

    async def is_mapped(self, task: Waiting) -> bool:
        """Has its code a map today, so that its messages are on their way?"""
        if mapping.mapped_to(task.resource) is None:
            return False
        known = await self.registration(task.source)
        return known is not None and is_mapped(known.source, task.code)

    async def parted(self, tasks: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Those that wait for a map, and those whose messages are being run again."""
        mapped = {task.id for task in tasks if await self.is_mapped(task)}
        return [task for task in tasks if task.id not in mapped], [t for t in tasks if t.id in mapped]

    async def counts(self, tasks: Sequence[Waiting]) -> dict[str, Counts]:
        """How many messages have each."""
        return await unmapped_codes.counts(self.inbox, [task.id for task in tasks])

    async def suggesting(self) -> Suggesting:
        """What suggestions are made from."""
        store = self.visit.platform.store
        return Suggesting(store, await current(store), await Usage.read(store))

    async def texts(self, task: Waiting, messages: int = _MESSAGES) -> list[str]:
        """What the source calls the code."""
        return await texts(self.inbox, await self.registration(task.source), task, messages)

    async def suggested(self, task: Waiting, suggesting: Suggesting, named: list[str]) -> list[Suggestion]:
        """What the code may mean."""
        known = await self.registration(task.source)
        return [] if known is None else await suggesting.of(task, known.source.urn, named)

    async def listed(self, tasks: Sequence[Waiting], counts: dict[str, Counts]) -> list[Code]:
        """Codes with their names and the likeliest target of each."""
        suggesting = await self.suggesting()

        async def one(task: Waiting) -> Code:
            named = await self.texts(task)
            found = await self.suggested(task, suggesting, named)
            return code(task, counts[task.id], named, found[0] if found else None)

        return [await one(task) for task in tasks]
