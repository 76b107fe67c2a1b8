"""A replica set of three members on the loopback interface, as a region has, to lose its primary.

MongoDB manual, Replica Set Elections. Each member is a process of ours: it can be killed and started again.
"""

import contextlib
import os
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, PyMongoError

from services.database import binary
from services.database.port import free_port
from tests.support.serving import wait_until

NAME = "region"
_MEMBERS = range(3)
_ELECTION_MILLISECONDS = 2_000
_PATIENCE = 60
_BACK_SECONDS = 5
"""How long a primary that stepped down is no candidate."""


class ReplicaSet:
    """The set, as a context manager."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        self._folder = tempfile.TemporaryDirectory(
            prefix="furong-members-", dir=memory if os.access(memory, os.W_OK) else None
        )
        self._ports = [free_port() for _ in _MEMBERS]
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def uri(self) -> str:
        """The connection string of the whole set."""
        return f"mongodb://{','.join(map(self._address, _MEMBERS))}/?replicaSet={NAME}"

    def __enter__(self) -> Self:
        """Start all members and wait until they have a primary and two secondaries."""
        for member in _MEMBERS:
            self.start(member)
        for member in _MEMBERS:
            with self._direct(member, _PATIENCE) as client:
                client.admin.command("ping")
        members = [{"_id": member, "host": self._address(member)} for member in _MEMBERS]
        settings = {"electionTimeoutMillis": _ELECTION_MILLISECONDS}
        with self._direct(0, _PATIENCE) as client:
            client.admin.command("replSetInitiate", {"_id": NAME, "members": members, "settings": settings})
        self.whole()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all members and remove what they wrote."""
        for member in list(self._running):
            self._end(member)
        self._folder.cleanup()

    def start(self, member: int) -> None:
        """Start a member, for the first time or after it was killed."""
        data = Path(self._folder.name, str(member))
        data.mkdir(exist_ok=True)
        options = {
            "dbpath": data,
            "port": self._ports[member],
            "bind_ip": "127.0.0.1",
            "replSet": NAME,
            "wiredTigerCacheSizeGB": 0.25,
            "oplogSize": 200,
            "logpath": data / "log",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        program = binary.find().path
        self._running[member] = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)

    def primary(self) -> int | None:
        """Which member is the primary now; None while there is none."""
        return next((member for member in self._running if self._is(member, "isWritablePrimary")), None)

    def step_down(self) -> None:
        """The primary becomes a secondary, as for maintenance, and another one is chosen."""
        before = self._primary()
        with self._direct(before) as client, contextlib.suppress(AutoReconnect):
            client.admin.command("replSetStepDown", _BACK_SECONDS, secondaryCatchUpPeriodSecs=_BACK_SECONDS)
        wait_until(lambda: self.primary() not in (None, before), seconds=_PATIENCE)

    def kill_primary(self) -> int:
        """kill -9 of the primary; returns which it was, once there is another one."""
        killed = self._primary()
        self._end(killed)
        wait_until(lambda: self.primary() is not None, seconds=_PATIENCE)
        return killed

    def whole(self) -> None:
        """Wait until all members answer, one of them as the primary."""
        wait_until(self._whole, seconds=_PATIENCE)

    def _whole(self) -> bool:
        roles = ("isWritablePrimary", "secondary")
        told = [any(self._is(member, role) for role in roles) for member in _MEMBERS]
        return all(told) and self.primary() is not None

    def _primary(self) -> int:
        deadline = time.monotonic() + _PATIENCE
        while (found := self.primary()) is None:
            assert time.monotonic() < deadline, "the set chose no primary"
            time.sleep(0.05)
        return found

    def _is(self, member: int, role: str) -> bool:
        try:
            with self._direct(member) as client:
                return bool(client.admin.command("hello").get(role))
        except PyMongoError:
            return False

    def _end(self, member: int) -> None:
        process = self._running.pop(member)
        process.kill()
        process.wait()

    def _address(self, member: int) -> str:
        return f"127.0.0.1:{self._ports[member]}"

    def _direct(self, member: int, patience: float = 2) -> MongoClient[dict[str, Any]]:
        milliseconds = int(patience * 1000)
        return MongoClient(
            self._address(member), directConnection=True, serverSelectionTimeoutMS=milliseconds
        )
