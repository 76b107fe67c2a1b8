"""Lease: which worker works on the inbox. The others wait until it is given back or runs out.

It runs out by the clock of the database: the clocks of the machines may differ, or jump.
"""

import asyncio
import os
import socket
import time
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

_SECONDS = 6.0
_RENEW_SECONDS = 2.0
_TRY_SECONDS = 0.5


class Lease:
    """The lease of this process, in the collection `platform`."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._collection = database["platform"]
        self._holder = {"host": socket.gethostname(), "pid": os.getpid(), "nonce": os.urandom(8).hex()}
        self._renewed = float("-inf")

    @property
    def held(self) -> bool:
        """Is it held, as far as was last renewed?"""
        return time.monotonic() - self._renewed < _SECONDS - _RENEW_SECONDS

    async def hold(self, stop: asyncio.Event) -> None:
        """Return at once while the lease is held; else wait for it, or until `stop`."""
        while time.monotonic() - self._renewed > _RENEW_SECONDS and not stop.is_set():
            if await self._take():
                self._renewed = time.monotonic()
            else:
                await asyncio.sleep(_TRY_SECONDS)

    async def _take(self) -> bool:
        until = {"$add": ["$$NOW", int(_SECONDS * 1000)]}
        change = [{"$set": {"holder": {"$literal": self._holder}, "until": until}}]
        try:
            held = await self._collection.find_one({"_id": "worker"})
            if held is None:
                held = {"_id": "worker", "holder": self._holder}
                await self._collection.insert_one(held)
            free = [{"holder": self._holder}, {"$expr": {"$lt": ["$until", "$$NOW"]}}]
            if self._dead(held["holder"]):
                free.append({"holder": held["holder"]})
            taken = await self._collection.update_one({"_id": "worker", "$or": free}, change)
        except PyMongoError:
            return False
        return taken.matched_count == 1

    def _dead(self, holder: dict[str, Any]) -> bool:
        """Was the holder a process of this machine that is no more?"""
        if holder["host"] != self._holder["host"]:
            return False
        if holder["pid"] == self._holder["pid"]:
            return bool(holder["nonce"] != self._holder["nonce"])
        try:
            os.kill(holder["pid"], 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False
