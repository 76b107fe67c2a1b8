"""The console's page of feeds over a full inbox: `python -m tests.performance.console`.

A mongod of its own is filled with the rows of many sources, half of them of the last day; then the page is
opened as a steward opens it, and the commands that the database got are counted.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from adapters.v2_to_fhir.source import Source
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from services import tallies
from services.database.embedded import EmbeddedMongo
from services.inbox import DEAD, DONE, RECEIVED, REFUSED, Arrival, Inbox, inbox_of
from services.platform import Platform
from services.portal import csrf
from services.sources import register
from tests.performance.messages import adt_a01
from tests.support.web import served

_DAY, _BATCH = 86_400, 5_000
_FINDING = {"code": "101", "severity": "W", "location": "PV1^1^2", "text": "field-missing"}


def rows(template: dict[str, Any], number: int, sources: int, now: datetime) -> Iterator[dict[str, Any]]:
    """So many rows: one in fifty refused, in two hundred a dead letter, in twenty with something unmapped."""
    chance = random.Random(1)
    for n in range(number):
        age = chance.uniform(1, _DAY) if n % 2 else chance.uniform(_DAY, 8 * _DAY)
        received = now - timedelta(seconds=age)
        state = RECEIVED if age < 2 else REFUSED if n % 50 == 0 else DEAD if n % 200 == 1 else DONE
        yield template | {
            "_id": f"{int(received.timestamp() * 1e9):020d}-{n:08x}",
            "received": received,
            "state": state,
            "key": f"k{n}",
            "digest": f"d{n}",
            "source": f"HTEST{n % sources:03}",
            "control_id": f"C{n}",
            "code": "AE" if state == REFUSED else "AA",
            "findings": [_FINDING] if n % 30 == 0 else [],
            "unmapped": ["ZPI[1]-2"] if n % 20 == 0 else [],
            "warnings": [],
            "told": received - timedelta(seconds=chance.uniform(0, 4000)),
            "processed": received + timedelta(seconds=0.1),
            "counts": {"PID": [1, 1, 0], "PV1": [1, 1, 0]},
            "versions": [f"Patient/{n:036}/_history/1", f"Encounter/{n:036}/_history/1"],
        }


async def fill(inbox: Inbox, number: int, sources: int) -> None:
    """Put the rows into the inbox."""
    now = datetime.now(UTC)
    template = await inbox.row(Arrival(adt_a01(1, 1), b"MSH|^~\\&\rMSA|AA\r", DONE, "p", event="ADT^A01"))
    batch: list[dict[str, Any]] = []
    for row in rows(template, number, sources, now):
        batch.append(row)
        if len(batch) == _BATCH:
            await inbox.collection.insert_many(batch, ordered=False)
            batch = []
    if batch:
        await inbox.collection.insert_many(batch, ordered=False)


async def session_of(platform: Platform) -> str:
    """The session of a steward."""
    await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="htest-steward", name="HTEST",
        roles=(Role.STEWARD,), password="HTEST lotus in the rain", totp_secret=None, patient=None,
    )  # fmt: skip
    account = await stored.by_login(platform.database, "htest-steward")
    assert account is not None
    return await sessions.start(platform.database, account)


async def commands(platform: Platform) -> int:
    """How many commands and queries the database has had so far."""
    told = (await platform.database.client.admin.command("serverStatus"))["opcounters"]
    return int(told["command"] + told["query"] + told["insert"] + told["update"] + told["getmore"])


async def opened(platform: Platform, session: str, times: int) -> dict[str, Any]:
    """Open the page some times, one after the other."""
    cookies = {csrf.SESSION_COOKIE: session}
    address, took = f"{platform.settings.address}/console/feeds", []
    async with httpx.AsyncClient(timeout=600, trust_env=False, cookies=cookies) as http:
        before = await commands(platform)
        for _ in range(times):
            start = time.perf_counter()
            reply = await http.get(address)
            took.append(1000 * (time.perf_counter() - start))
            assert reply.status_code == 200, reply.status_code
            assert reply.text.count("HTEST") >= 100
        asked = (await commands(platform) - before - 1) / times
    worst = sorted(took)[int(len(took) * 0.95) - 1] if times > 1 else took[0]
    figures = {"first_ms": took[0], "median_ms": statistics.median(took), "p95_ms": worst}
    size = {"commands": round(asked), "bytes": len(reply.content)}
    return {name: round(value) for name, value in figures.items()} | size


async def measure(number: int, sources: int, times: int) -> dict[str, Any]:
    """Fill, then open."""
    with tempfile.TemporaryDirectory(prefix="furong-console-") as folder:
        mongo = EmbeddedMongo(Path(folder) / "db")
        uri = mongo.start()
        try:
            async with served(uri, "console", Path(folder) / "data") as platform:
                for n in range(sources):
                    await register(platform.database, Source(f"HTEST{n:03}", "Organization/o"))
                inbox = await inbox_of(platform.store)
                await fill(inbox, number, sources)
                session = await session_of(platform)
                uncounted = await opened(platform, session, 1)
                codes = frozenset(f"HTEST{n:03}" for n in range(sources))
                start = time.perf_counter()
                await tallies.keep(inbox, codes, datetime.now(UTC))
                counting = {"counting_a_day_ms": round(1000 * (time.perf_counter() - start))}
                told = {"rows": number, "sources": sources, "before_any_hour_is_counted": uncounted}
                return told | counting | await opened(platform, session, times)
        finally:
            mongo.stop(force=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measure(given.rows, given.sources, given.times)), indent=2))
