"""Order of messages: each waits for every earlier one that shares an identifier; all others run at once.

Design, section 5; checklist line 35. A message is known by its id (ids sort by arrival) and its keys.
"""

from collections import deque
from collections.abc import Iterable


class Order:
    """The messages that wait or are being processed."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[str]] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._started: set[str] = set()
        self._considered: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def known(self) -> list[str]:
        """The ids that it holds."""
        return list(self._keys)

    @property
    def started(self) -> int:
        """How many of them may run or are running."""
        return len(self._started)

    def add(self, id: str, keys: Iterable[str]) -> None:
        """Queue a message behind those added before; one already known is left where it stands."""
        if id not in self._keys:
            self._keys[id] = tuple(keys)
            self._considered[id] = None
            for key in self._keys[id]:
                self._queues.setdefault(key, deque()).append(id)

    def ready(self) -> list[str]:
        """The messages that may start now, each given once."""
        ready = [id for id in self._considered if id not in self._started and self._first(id)]
        self._considered.clear()
        self._started.update(ready)
        return ready

    def done(self, id: str) -> None:
        """Forget a message; those behind it may start."""
        for key in self._keys.pop(id):
            self._queues[key].remove(id)
            if self._queues[key]:
                self._considered[self._queues[key][0]] = None
            else:
                del self._queues[key]
        self._started.discard(id)

    def _first(self, id: str) -> bool:
        return all(self._queues[key][0] == id for key in self._keys[id])
