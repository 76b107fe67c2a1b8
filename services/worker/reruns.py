"""Reruns: messages whose codes had no map are processed again once they have one, by themselves.

hl7v2.md, checklist 55. What is known of it stands in the store (Tasks, and `codes` and `maps` of the inbox's
rows), so a worker that is killed goes on where it was. A message is run again once for each version of its
source's maps at most, and never more than a few hundred wait at once because of it.
"""

import logging
import time
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.v2_to_fhir.concept_map import is_mapped
from adapters.v2_to_fhir.map_version import map_version
from fhir.store import Store
from services import unmapped_codes
from services.inbox import DONE, RECEIVED, Inbox
from services.log import FIELDS
from services.periodic import periodic
from services.unmapped_codes import COMPLETED, Waiting
from services.worker.processor import Processor
from services.worker.unusable import Unusable

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 1.0
_WHOLE_SECONDS = 60.0
_AT_ONCE = 200
_IN_FLIGHT = timedelta(minutes=5)
"""A message that was read before a Task was completed has been written by then."""


class Reruns:
    """Looks at the codes that wait whenever a map was changed, and now and then."""

    def __init__(self, store: Store, inbox: Inbox, processor: Processor) -> None:
        self._store = store
        self._inbox = inbox
        self._processor = processor
        self._seen: Any = None
        self._whole = float("-inf")

    async def look(self) -> None:
        """Once; everything only where maps changed, something was left over, or a minute has passed."""
        maps = await self._processor.maps()
        if maps == self._seen and time.monotonic() - self._whole < _WHOLE_SECONDS:
            return
        left = False
        for task in await unmapped_codes.waiting(self._store, since=datetime.now(UTC) - _IN_FLIGHT):
            left |= await self._task(task)
        self._seen, self._whole = (None if left else maps), time.monotonic()

    async def _task(self, task: Waiting) -> bool:
        """Whether something of it is still to be done."""
        registration = await self._processor.registration(task.source)
        if registration is None:
            return False
        count = await unmapped_codes.messages(self._inbox, task.id)
        if not is_mapped(registration.source, task.code):
            await unmapped_codes.recount(self._store, task, count)
            return False
        if count:
            return await self._run_again(task, map_version(registration.source))
        if task.resource["status"] != COMPLETED:
            await unmapped_codes.complete(self._store, task.id)
            logger.info("a code has a map now", extra={FIELDS: {"task": task.id}})
        return False

    async def _run_again(self, task: Waiting, version: str) -> bool:
        room = _AT_ONCE - await self._inbox.collection.count_documents({"state": RECEIVED}, limit=_AT_ONCE)
        if room <= 0:
            return True
        inbox = self._inbox.collection
        older = {"codes": task.id, "state": DONE, "maps": {"$ne": version}, "held": {"$ne": version}}
        rows = await inbox.find(older).sort("_id", 1).limit(room).to_list()
        if not rows:
            return await inbox.find_one({"codes": task.id, "state": RECEIVED}) is not None
        same = [row["_id"] for row in rows if await self._stays(row)]
        others = [row["_id"] for row in rows if row["_id"] not in same]
        again = await self._inbox.replay({"_id": {"$in": same}, "state": DONE})
        await inbox.update_many({"_id": {"$in": others}, "state": DONE}, {"$set": {"held": version}})
        told = {"task": task.id, "messages": again, "held": len(others)}
        logger.info("messages are run again", extra={FIELDS: told})
        return True

    async def _stays(self, row: dict[str, Any]) -> bool:
        """Would the message write the resources that it wrote?

        Maps that change what a patient or a result is known by would file everything a second time: such a
        message is held for a person, and tells so.
        """
        try:
            _, conversion = await self._processor.convert(row)
        except Unusable:
            return False
        return set(row.get("made", ())) <= {each.reference for each in conversion.drafts}


def rerunning(reruns: Reruns) -> AbstractAsyncContextManager[None]:
    """Look every second, for as long as the block runs."""
    return periodic("reruns", reruns.look, _PERIOD_SECONDS)
