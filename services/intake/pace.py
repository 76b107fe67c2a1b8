"""Pace: how many messages a second one source may send (checklist 3).

Who sends faster is read more slowly: nothing is refused, unless very many wait already. Counted in each
process by itself.
"""

import asyncio
import time

_MOST_WAITING = 1_000


class Pace:
    """The paces of the sources of one process."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    async def turn(self, source: str, rate: float | None) -> bool:
        """Wait until the next message of `source` may come, in order; False where too many wait for that."""
        if rate is None:
            return True
        bucket = self._buckets.setdefault(source, _Bucket())
        if bucket.waiting >= _MOST_WAITING:
            return False
        bucket.waiting += 1
        try:
            async with bucket.turn:
                await bucket.take(rate)
        finally:
            bucket.waiting -= 1
        return True


class _Bucket:
    """A token bucket that holds what one second gives."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.waiting = 0
        self._tokens = 1.0
        self._filled = time.monotonic()

    async def take(self, rate: float) -> None:
        now = time.monotonic()
        self._tokens = min(max(1.0, rate), self._tokens + (now - self._filled) * rate)
        self._filled = now
        self._tokens -= 1
        if self._tokens < 0:
            await asyncio.sleep(-self._tokens / rate)
