"""Rehearsing: what the bytes of a message would change, for a page that must not know the worker.

hl7v2.md, checklist 38 and 63.
"""

from typing import Any

from adapters.hl7v2.charset import CharsetError
from adapters.hl7v2.message import MessageError
from fhir.store import EVERYONE
from services.inbox import Inbox
from services.platform import Platform, sources_of
from services.worker.processor import Processor
from services.worker.rehearsal import changes
from services.worker.unusable import Unusable


class Rehearsing:
    """Tries messages in transactions that are taken back."""

    def __init__(self, platform: Platform) -> None:
        self._store = platform.store
        self._sources = sources_of(platform)
        self._processor = Processor(platform.store, Inbox(platform.store), self._sources)

    async def __call__(self, source: str, raw: bytes, arrived: str = "") -> dict[str, Any]:
        """`changes` by `Type/id`, `unmapped` places and `warnings`; or the `reason` why it is no FHIR.

        Of what another house has recorded only the elements that would change are named, without a value.
        """
        await self._sources.refresh()
        try:
            registration = await self._processor.registration(source)
            if registration is None:
                raise Unusable("the source is not registered any more")
            conversion = self._processor.mapped(registration, raw, arrived)
            found = await changes(self._store, self._processor, registration, conversion)
            house = registration.source.organization
            found = {name: await self._told(name, lines, house) for name, lines in found.items()}
        except (CharsetError, MessageError):
            return {"reason": Unusable("the message can't be mapped").reason}
        except Unusable as unusable:
            return {"reason": unusable.reason}
        told = {"unmapped": [*conversion.unmapped], "warnings": [str(one) for one in conversion.warnings]}
        return {"changes": found} | told

    async def _told(self, reference: str, lines: list[str], house: str) -> list[str]:
        type, _, id = reference.partition("/")
        stored = await self._store.resources.read(type, id, EVERYONE)
        if stored is None or stored.recorder == house:
            return lines
        return [line.partition(" = ")[0] for line in lines]
