"""Hospitals under load: each message is sent until it is acknowledged, over whatever connection there is."""

import asyncio
import threading
from collections import Counter
from datetime import datetime, timedelta

from adapters.hl7v2.message import Message
from adapters.mllp.client import MllpError, connect

PATIENTS = 40
_NAMES = "甲乙丙丁戊己庚辛壬癸"
_TEN = 10
_FIRST = datetime(2026, 1, 1)


def admission(hospital: int, number: int) -> bytes:
    """A visit of its own for each message, of one of a few patients; all HTEST."""
    patient, code = number % PATIENTS, f"HTEST{hospital}"
    moment = f"{_FIRST + timedelta(minutes=number):%Y%m%d%H%M%S}"
    name = f"王^{_NAMES[patient % _TEN]}{_NAMES[patient // _TEN]}"
    return (
        f"MSH|^~\\&|HIS|{code}|FURONG|REGION|{moment}||ADT^A01|{control(hospital, number)}|P|2.4||||||UTF-8\r"
        f"EVN|A01|{moment}\r"
        f"PID|1||P{patient}^^^{code}^PI||{name}||19580312|M\r"
        f"PV1|1|I|3B^301^1||||||||||||||||V{number}|||||||||||||||||||||||||{moment}\r"
    ).encode()


def control(hospital: int, number: int) -> str:
    """MSH-10."""
    return f"H{hospital}-{number}"


class Hospitals(threading.Thread):
    """So many hospitals that send one message after the other until told to stop."""

    def __init__(self, port: int, count: int, pause: float) -> None:
        super().__init__(name="hospitals", daemon=True)
        self.port = port
        self.count = count
        self.pause = pause
        self.acknowledged: set[str] = set()
        self.answers: Counter[str] = Counter()
        self._stop_sending = threading.Event()

    def run(self) -> None:
        """Send."""
        asyncio.run(self._all())

    def finish(self, seconds: float) -> bool:
        """Begin no further message; whether all that were begun were acknowledged in time."""
        self._stop_sending.set()
        self.join(seconds)
        return not self.is_alive()

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(hospital) for hospital in range(self.count)))

    async def _one(self, hospital: int) -> None:
        number = 0
        while not self._stop_sending.is_set():
            try:
                async with await connect("127.0.0.1", self.port, seconds=10) as connection:
                    while not self._stop_sending.is_set():
                        reply = await connection.send(admission(hospital, number))
                        code = _code(reply)
                        self.answers[code] += 1
                        if code != "AA":
                            await asyncio.sleep(0.2)
                            continue
                        self.acknowledged.add(control(hospital, number))
                        number += 1
                        await asyncio.sleep(self.pause)
            except MllpError:
                self.answers["none"] += 1
                await asyncio.sleep(0.1)


def _code(reply: bytes) -> str:
    msa = Message.parse(reply.decode())["MSA"]
    return "" if msa is None else msa[1].value
