"""Another process with a store: `python -m tests.support.reindexing URI DATABASE run|CODE`.

`run` carries the reindexing job on, slowly; else it says when it knows the search parameter CODE of Patient.
"""

import asyncio
import sys
import time
from datetime import timedelta

from fhir.search.registry import parameters
from fhir.store import Store, reindex_job
from tests.support.mongo import MASTER_KEY


async def main(uri: str, name: str, what: str) -> None:
    store = await Store.open(uri, name, master_key=MASTER_KEY)
    print("open", flush=True)
    if what == "run":
        reindex_job._BATCH, reindex_job.LEASE = 5, timedelta(seconds=1)
        await _slowly(store)
    await _until(what, known=True)
    await _until(what, known=False)
    await store.close()


async def _until(code: str, *, known: bool) -> None:
    while (code in parameters("Patient")) is not known:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    print(time.time(), flush=True)


async def _slowly(store: Store) -> None:
    step = store.reindexing._step

    async def slow(job: reindex_job.Job) -> reindex_job.Job | None:
        await asyncio.sleep(0.2)
        return await step(job)

    store.reindexing._step = slow  # type: ignore[method-assign]
    await store.reindexing.run()
    print("done", flush=True)
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
