"""Every dead letter is counted, whoever's fault it is: checklist line 66 of the feed."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from services.worker.processor import Processor
from tests.functional.feed.test_feed import adt
from tests.support.feed import Feed


async def test_line_66_a_message_that_failed_on_our_side_is_counted(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(self: Processor, id: str) -> str:
        raise RuntimeError

    monkeypatch.setattr(Processor, "process", broken)
    name, labels = "furong_source_dead_letters_total", {"source": "COUNTED"}
    await feed.send(adt(facility="COUNTED").encode())
    assert await feed.settled() == {"dead": 1}
    for _ in range(1000):  # it is counted after it is put there
        if REGISTRY.get_sample_value(name, labels) is not None:
            break
        await asyncio.sleep(0.02)
    assert REGISTRY.get_sample_value(name, labels) == 1
