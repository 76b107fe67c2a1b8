import asyncio

from services.platform import Platform
from services.worker.watching import watching
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]
TASKS = {"rooting", "sweep detection", "feed alarms", "synthetic access", "delivering"}


async def test_everything_runs_within_the_block_and_nothing_after_it(platform: Platform) -> None:
    def running() -> set[str]:
        return {task.get_name() for task in asyncio.all_tasks()} & TASKS

    async with watching(platform):
        assert running() == TASKS
    assert running() == set()
