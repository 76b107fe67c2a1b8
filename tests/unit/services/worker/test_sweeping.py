import asyncio
from datetime import UTC, datetime

import pytest

from fhir.store import Store
from services.worker import sweeping as module
from services.worker.sweeping import sweeping


async def test_payloads_without_a_version_are_swept_while_the_worker_runs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PERIOD_SECONDS", 0.02)
    payloads = store.database["payloads"]
    async with sweeping(store):
        await payloads.insert_one({"_id": "old", "touched": datetime(2020, 1, 1, tzinfo=UTC)})
        await payloads.insert_one({"_id": "new", "touched": datetime.now(UTC)})
        async with asyncio.timeout(10):
            while await payloads.find_one({"_id": "old"}):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert await payloads.count_documents({}) == 1
    assert not any(task.get_name() == "sweeping" for task in asyncio.all_tasks())
