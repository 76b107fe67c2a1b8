"""The platform under measurement: mongod, web, feed and worker as processes of their own, on free ports.

Each hangs on its lifeline (`services.lifeline`), and mongod on the guard: all end when this program ends,
whatever ended it.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from services.config import Settings
from services.database.embedded import EmbeddedMongo
from tests.performance.guard import DATABASE

MODULES = {"api": "services.web", "feed": "services.feed", "worker": "services.worker"}
BARE = "bare"
PATIENCE = 40.0
_CHECKOUT = Path(__file__).resolve().parents[2]


class Platform:
    """The running platform, as a context manager; its folder goes with it."""

    def __init__(self, parent: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="furong-bench-", dir=parent))
        self.mongo = EmbeddedMongo(self.folder / DATABASE)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._closing = contextlib.ExitStack()
        self.settings = Settings.read()

    def __enter__(self) -> Self:
        with self._closing as closing:
            self._start("guard", "tests.performance.guard", str(self.folder))
            closing.callback(self._stop, "guard")
            closing.callback(self.mongo.stop, force=True)
            uri = self.mongo.start()
            self.settings = self._configured(uri)
            for name, module in MODULES.items():
                self._start(name, "services.lifeline", module)
                closing.callback(self._stop, name)
            self._await_ready()
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._closing.close()

    @property
    def pids(self) -> dict[str, int]:
        """The process ids by name; this program is the client."""
        running = self.mongo.folder.running
        database = {"mongod": running.process.pid} if running else {}
        return {
            "client": os.getpid(),
            **{name: each.pid for name, each in self._processes.items() if name in {*MODULES, BARE}},
            **database,
        }

    def dead(self) -> list[str]:
        """The processes that have ended, with the end of their logs."""
        return [
            f"{name} ended ({each.returncode}): {self._log(name).read_text(errors='replace')[-600:]}"
            for name, each in self._processes.items()
            if each.poll() is not None
        ]

    @contextlib.contextmanager
    def bare(self) -> Iterator[int]:
        """A further web process, without authorisation and audit; gives its port."""
        (port,) = free_ports(1)
        self._start(BARE, "services.lifeline", "tests.performance.bare", FURONG_PORT=str(port))
        try:
            self._await(lambda: _ready(port))
            yield port
        finally:
            self._stop(BARE)

    def _configured(self, uri: str) -> Settings:
        port, mllp_port = free_ports(2)
        return Settings.read(
            data=self.folder / "data",
            mongodb_uri=uri,
            master_key=secrets.token_hex(32),
            port=port,
            mllp_port=mllp_port,
            base_url=f"http://127.0.0.1:{port}",
            # Counted as everywhere, and not reached: one client sends here what a region does.
            client_requests_per_minute=6_000_000,
            user_requests_per_minute=6_000_000,
            lookups_per_hour=10_000,
            number_lookups_per_hour=1_000_000,
        )

    def _start(self, name: str, *module: str, **settings: str) -> None:
        own = {"PYTHONPATH": str(_CHECKOUT), "PYTHONSAFEPATH": "1"}
        with self._log(name).open("wb") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *module],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                cwd=self.folder.parent,
                env={**os.environ, **self.settings.environment(), **own, **settings},
            )

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _await_ready(self) -> None:
        self._await(lambda: _ready(self.settings.port) and _listens(self.settings.mllp_port))

    def _await(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if dead := self.dead():
                raise SystemExit("\n".join(dead))
            if time.monotonic() > deadline:
                raise SystemExit(f"The platform was not ready within {PATIENCE:g} s.")
            time.sleep(0.1)

    def _stop(self, name: str) -> None:
        """Let go of its lifeline, which stops it in order; in the end by force."""
        process = self._processes.pop(name)
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    """Different free loopback ports."""
    with contextlib.ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
