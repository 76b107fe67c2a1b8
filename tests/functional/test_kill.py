"""kill -9 of everything under load: nothing acknowledged is missing, nothing is doubled."""

import asyncio
import os
import signal
import threading
import urllib.request
from collections import Counter

import pytest

from adapters.mllp.client import MllpError, connect
from services import joining
from services.config import Settings
from services.inbox import DONE, RECEIVED
from tests.functional.feed.test_feed import adt, code
from tests.support.serving import mongod, processes, ready, wait_until

MESSAGES = 240
PATIENTS = 12


def message(number: int) -> bytes:
    """A visit of its own for each message, of one of a few patients."""
    patient, moment = number % PATIENTS, f"202603{1 + number // 60:02}{8 + number % 12:02}{number % 60:02}00"
    fields = {"id": f"P{patient}", "visit": f"V{number}", "name": f"王^{'甲乙丙丁戊己庚辛壬癸子丑'[patient]}"}
    return adt("A01", f"K{number}", moment=moment, **fields).replace("510104195803129013", "").encode()


class Hospital(threading.Thread):
    """Sends every message until it is acknowledged; a broken connection means sending it again."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.acknowledged: set[str] = set()

    def run(self) -> None:
        asyncio.run(self._send_all())

    async def _send_all(self) -> None:
        waiting = {f"K{number}": message(number) for number in range(MESSAGES)}
        while waiting:
            try:
                async with await connect("127.0.0.1", self.port, seconds=5) as connection:
                    for control, block in list(waiting.items()):
                        if code(await connection.send(block)) == "AA":
                            self.acknowledged.add(control)
                            del waiting[control]
            except MllpError:
                await asyncio.sleep(0.05)


async def told(settings: Settings) -> tuple[Counter[str], Counter[str], list[int], int]:
    """Control ids of done messages, visits written, versions of the visits, how many messages wait."""
    async with joining.platform(settings) as platform:
        rows = await platform.database["inbox"].find().to_list()
        done = Counter(row["control_id"] for row in rows if row["state"] == DONE)
        written = Counter(
            version for row in rows for version in row.get("versions", ()) if "Encounter" in version
        )
        visits = platform.database["resources"].find({"type": "Encounter"})
        return (
            done,
            written,
            [row["version"] async for row in visits],
            sum(r["state"] == RECEIVED for r in rows),
        )


@pytest.fixture
def environment(environment):
    return environment | {"FURONG_UNREGISTERED_SOURCES": "accept"}


def test_nothing_acknowledged_is_missing_and_nothing_is_doubled(serve, data, environment, monkeypatch):
    for name, value in environment.items():
        if name.startswith("FURONG_"):
            monkeypatch.setenv(name, value)
    settings = Settings.read(data=data)
    with serve() as supervisor:
        hospital = Hospital(supervisor.mllp)
        hospital.start()
        for step, victim in enumerate(("services.worker", "services.feed", "mongod", "services.web"), 1):
            wait_until(lambda step=step: len(hospital.acknowledged) >= step * MESSAGES // 6)
            process = mongod(data) if victim == "mongod" else processes(supervisor)[victim]
            os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: len(hospital.acknowledged) >= MESSAGES * 5 // 6, seconds=90)
        wait_until(lambda: ready(supervisor.http))
        with urllib.request.urlopen(f"http://127.0.0.1:{supervisor.http}/metrics", timeout=10) as reply:
            assert b'furong_feed_messages_total{code="AA"}' in reply.read()
        port = supervisor.mllp
        supervisor.kill()
    with serve("--mllp-port", str(port)):
        hospital.join(timeout=90)
        assert len(hospital.acknowledged) == MESSAGES
        wait_until(lambda: asyncio.run(told(settings))[3] == 0, seconds=90)
        done, written, versions, _ = asyncio.run(told(settings))
    assert set(done) == hospital.acknowledged
    assert set(done.values()) == {1}
    assert set(written.values()) == {1}
    assert versions == [1] * MESSAGES
