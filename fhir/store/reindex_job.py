"""Reindexing as a background job: whoever holds its lease carries it on from where it stands.

The document `reindex` in `jobs` is the job. All resources are walked by reference; then those that were
written since the beginning, by processes that had not heard of it yet; at last, where `past` asks for it,
what was superseded. A process that dies leaves the lease to run out, and any other goes on.

A job for other `rules` of what is sensitive is asked for by each process that starts with them, and done
once. It judges all by the rules of one process: another that has others and takes it over begins anew.
"""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from fhir.store.document import now
from fhir.store.parameters import SiteParameters, passed
from fhir.store.reindex import Reindexed
from fhir.store.repository import Repository
from fhir.store.upgrade import rules, rules_kept

logger = logging.getLogger("furong.store")
_JOB = "reindex"
_OPEN = ("requested", "running")
_NEW: dict[str, Any] = {
    "position": None, "recent": False, "superseded": False, "past": False, "again": False,
    "done": 0, "changed": 0, "refused": 0, "holder": None, "until": None, "finished": None,
    "rules": None, "then": None,
}  # fmt: skip
_ANEW = {name: _NEW[name] for name in ("position", "recent", "superseded", "done", "changed", "refused")}
"""Where a walk stands that begins."""
LEASE = timedelta(seconds=10)
GRACE = timedelta(seconds=2)
"""After it every process that is alive indexes by the new definitions."""
_BATCH = 500
_PAUSE = 0.5

Job = dict[str, Any]


class Reindexing:
    """The job, as any process can ask for it, look at it and carry it on."""

    def __init__(
        self, database: AsyncDatabase[dict[str, Any]], resources: Repository, parameters: SiteParameters
    ) -> None:
        self._database = database
        self._jobs = database["jobs"]
        self._rows = database["resources"]
        self._resources = resources
        self._parameters = parameters
        self._watching: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()

    async def request(
        self, types: Sequence[str] = (), *, past: bool = False, rules: str | None = None
    ) -> Job:
        """Index everything (of `types`) anew; where that is under way, everything once more after it.

        `past`: superseded versions are judged anew as well. `rules`: because these are not those by which all
        was judged; whoever asks for the same rules again is answered with the job that there is.
        """
        known = await self._jobs.find_one({"_id": _JOB, "rules": rules, "state": {"$in": [*_OPEN, "done"]}})
        if rules is not None and known is not None:
            await self._judged(known)
            return known
        open = {"_id": _JOB, "state": {"$in": list(_OPEN)}}
        once_more = {"again": True} | ({"past": True} if past else {}) | ({"then": rules} if rules else {})
        again = await self._jobs.find_one_and_update(open, {"$set": once_more}, return_document=True)
        if again is not None:
            return again
        begun = now()
        indexing = await self._parameters.begin(types)
        job = _NEW | {"state": "requested", "types": list(types), "since": begun, "indexing": indexing}
        job |= {"past": past, "total": await self._total(types), "rules": rules}
        closed = {"_id": _JOB, "state": {"$nin": list(_OPEN)}}
        try:
            done = await self._jobs.find_one_and_update(
                closed, {"$set": job}, upsert=True, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            return await self.request(types, past=past, rules=rules)
        assert done is not None
        return done

    async def _total(self, types: Sequence[str]) -> int:
        """How many resources there are; about, where they are all meant."""
        if not types:
            return await self._rows.estimated_document_count()
        return await self._rows.count_documents({"type": {"$in": list(types)}})

    async def status(self) -> Job | None:
        """How far it is; None where it was never asked for."""
        return await self._jobs.find_one({"_id": _JOB})

    async def run(self) -> bool:
        """Carry the job on to its end, if there is one that nobody works on; False where there is none."""
        holder, moment = str(uuid.uuid4()), now()
        free = {
            "_id": _JOB,
            "state": {"$in": list(_OPEN)},
            "$or": [{"until": None}, {"until": {"$lt": moment}}],
        }
        lease = {"$set": {"state": "running", "holder": holder, "until": moment + LEASE}}
        job = await self._jobs.find_one_and_update(free, lease, return_document=True)
        if job is None:
            await self._again()
            return False
        job = await self._by_own_rules(job)
        left = (job["since"] + GRACE - now()).total_seconds()
        closed = await passed(self._closed, max(left, 0))
        while job is not None and job["state"] == "running" and not closed:
            job, closed = await self._step(job), self._closed.is_set()
        if closed:
            await self._jobs.update_one({"_id": _JOB, "holder": holder}, {"$set": {"until": None}})
        return True

    async def _by_own_rules(self, job: Job) -> Job:
        """A walk because of other rules judges all by those of this process."""
        if job.get("rules") in (None, rules()):
            return job
        anew = {"$set": _ANEW | {"rules": rules()}}
        found = await self._jobs.find_one_and_update(
            {"_id": _JOB, "holder": job["holder"]}, anew, return_document=True
        )
        return job if found is None else found

    async def _step(self, job: Job) -> Job | None:
        """One batch; None where another has taken the lease meanwhile."""
        batch = await self._batch(job)
        # An estimated total is too small after a mongod was killed.
        so_far = job["done"] if job["recent"] else job["done"] + batch.read
        change: Job = {"position": batch.after, "until": now() + LEASE, "total": max(job["total"], so_far)}
        if batch.after is None:
            if not job["recent"]:
                change["recent"] = True
            elif job.get("past") and not job.get("superseded"):
                change["superseded"] = True
            else:
                return await self._finish(job, batch)
        return await self._note(job, change, batch)

    async def _batch(self, job: Job) -> Reindexed:
        if job.get("superseded"):
            return await self._resources.rejudge(after=job["position"], batch=_BATCH)
        since = job["since"] if job["recent"] else None
        return await self._resources.reindex(
            after=job["position"], batch=_BATCH, types=job["types"], since=since
        )

    async def _finish(self, job: Job, batch: Reindexed) -> Job | None:
        await self._parameters.finish(job["indexing"])
        done = await self._note(
            job,
            {"state": "done", "finished": now(), "until": None, "position": None, "total": job["done"]},
            batch,
        )
        if done is not None:
            await self._judged(done)
            await self._again()
        return done

    async def _judged(self, job: Job) -> None:
        """Once it is done everything has been judged by its rules."""
        if job["state"] == "done" and job.get("rules") is not None:
            await rules_kept(self._database, job["rules"])

    async def _again(self) -> None:
        """Begin anew where it was asked for meanwhile; whoever looks next does it if this process dies."""
        again = await self._jobs.find_one({"_id": _JOB, "state": "done", "again": True})
        if again is not None:
            await self.request(past=bool(again.get("past")), rules=again.get("then"))

    async def _note(self, job: Job, change: Job, batch: Reindexed) -> Job | None:
        counted = {"changed": batch.changed, "refused": len(batch.refused)}
        counted |= {} if job["recent"] else {"done": batch.read}
        return await self._jobs.find_one_and_update(
            {"_id": _JOB, "holder": job["holder"]},
            {"$set": change, "$inc": counted},
            return_document=ReturnDocument.AFTER,
        )

    def watch(self) -> None:
        """Carry on in this process whatever job there is, from now on."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(), name="reindexing")

    async def _watch(self) -> None:
        while not await passed(self._closed, _PAUSE):
            try:
                await self.run()
            except PyMongoError as error:
                logger.warning("reindexing pauses: %s", type(error).__name__)
            except Exception:
                logger.exception("reindexing failed")
                await self._jobs.update_one({"_id": _JOB}, {"$set": {"state": "failed"}})

    async def close(self) -> None:
        """Finish the batch that is under way and leave the job to whoever comes next."""
        self._closed.set()
        if self._watching is not None:
            await self._watching
