"""Cache: copies of what the database holds, for as long as the change stream can take them back.

Bounded in number and in age. A copy that was read while something was taken back is not kept, since it may
have been read before the change and arrive after the word of it. What this process is changing itself is in
doubt until the stream has surely told of it, and read from the database: a writer sees what he wrote.
"""

from collections.abc import Iterable
from time import monotonic
from typing import Generic, TypeVar

from fhir.store.changes import Changes

V = TypeVar("V")
_DOUBT = 5.0
"""Seconds for a write to be committed and told of."""


class Cache(Generic[V]):
    """At most `size` values by key, none older than `lifetime` seconds."""

    def __init__(self, changes: Changes, size: int, lifetime: float) -> None:
        self._changes = changes
        self._size = size
        self._lifetime = lifetime
        self._entries: dict[str, tuple[V, float]] = {}
        self._doubted: dict[str, float] = {}
        self._mark = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    @property
    def mark(self) -> int:
        """To be taken before the database is asked, and given to `put` with the answer."""
        return self._mark

    def get(self, key: str) -> V | None:
        """The copy, or None where there is none that may be used now."""
        entry = self._entries.get(key)
        if entry is None or not self._changes.followed or entry[1] < monotonic():
            return None
        return entry[0]

    def put(self, key: str, value: V, mark: int) -> None:
        """Keep a copy, unless it is in doubt or was taken back since `mark`; the oldest makes room."""
        if mark != self._mark or not self._changes.followed or self._in_doubt(key):
            return
        self._entries.pop(key, None)
        present = monotonic()
        self._make_room(present)
        self._entries[key] = value, present + self._lifetime

    def _make_room(self, present: float) -> None:
        """Drop the copies that are too old, and the oldest of too many (they stand in this order)."""
        while self._entries:
            oldest = next(iter(self._entries))
            if len(self._entries) < self._size and self._entries[oldest][1] >= present:
                return
            self._entries.pop(oldest)

    def forget(self, keys: Iterable[str]) -> None:
        """Take copies back, those too that are being read right now."""
        self._mark += 1
        for key in keys:
            self._entries.pop(key, None)

    def doubt(self, keys: Iterable[str]) -> None:
        """Take copies back and keep none for a while: this process is about to change what they are of."""
        until = monotonic() + _DOUBT
        self._believe()
        for key in keys:
            self._doubted.pop(key, None)
            self._doubted[key] = until
            self._entries.pop(key, None)
        self._mark += 1

    def _in_doubt(self, key: str) -> bool:
        self._believe()
        return key in self._doubted

    def _believe(self) -> None:
        """Drop the doubts that are over; they stand in the order of their ends."""
        present = monotonic()
        while self._doubted and next(iter(self._doubted.values())) < present:
            self._doubted.pop(next(iter(self._doubted)))

    def clear(self) -> None:
        """Take all of them back."""
        self._mark += 1
        self._entries.clear()
