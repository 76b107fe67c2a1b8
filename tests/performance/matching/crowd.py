"""A crowd in the store: as many Patients of different people as a region has, put there without the API.

`python -m tests.performance.matching.crowd --persons N` fills a platform of its own, asks `$match` over HTTP
for people whose records are drawn anew, with errors of their own, then links the whole store at once.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice

from pymongo import UpdateOne

from fhir.matching.features import features
from fhir.resource import Resource
from fhir.store import Store
from fhir.store.document import Draft, documents
from fhir.store.indexes import INDEXES, ensure_indexes
from services.platform import connect
from tests.performance.connection import Reply, request
from tests.performance.figure import Tally, figure
from tests.performance.load import Session, repeat
from tests.performance.platform import Platform
from tests.performance.region import Region
from tests.support.population.person import Person, Population
from tests.support.population.record import Records

SEED = 17
_BATCH = 500
_ASKED = 2000
_SECONDS = 20.0
_CONNECTIONS = (1, 4)
_TENTH = 10


def drawn(persons: int) -> Iterator[tuple[Person, Resource]]:
    """Each person with a record of his, each tenth with two."""
    records = Records(SEED)
    for person in Population(SEED).people(persons):
        several = 2 if person.id % _TENTH == 0 else 1
        for at, record in enumerate(islice(records.of(person), several)):
            yield person, record | {"id": f"p{person.id}" + "-2" * at}


async def fill(store: Store, persons: int) -> list[Person]:
    """Store the Patients and the rows of their numbers; some of the people, to be asked for.

    The indexes are made at the end, at once: that is ten times faster than row by row.
    """
    asked: list[Person] = []
    rows = drawn(persons)
    step = max(persons // _ASKED, 1)
    await store.database["resources"].drop_indexes()
    while batch := list(islice(rows, _BATCH)):
        drafts = [Draft(patient, 1, {}, store.vault) for _, patient in batch]
        await store.database["resources"].insert_many(await documents(drafts, store.vault), ordered=False)
        numbers = {of.number: of.reference for _, patient in batch if (of := features(patient)).number}
        await store.database["persons"].bulk_write(
            [_numbered(store.keyed(f"person|{number}"), patient) for number, patient in numbers.items()],
            ordered=False,
        )
        asked += {person.id: person for person, _ in batch if person.id % step == 0}.values()
        if batch[-1][0].id % 50_000 < _BATCH:
            print(f"  {batch[-1][0].id + 1:,} persons", file=sys.stderr, flush=True)
    await ensure_indexes(store.database, INDEXES)
    return asked


def _numbered(number: str, patient: str) -> UpdateOne:
    row = {"$addToSet": {"members": patient}, "$setOnInsert": {"held": []}}
    return UpdateOne({"_id": number}, row, upsert=True)


async def measure(region: Region, asked: list[Person]) -> None:
    """Print the latencies of $match, and how many of the people were found."""
    records, found, tried = Records(SEED + 1), 0, 0
    draw = random.Random(SEED)

    def turn(session: Session) -> Callable[[], Awaitable[None]]:
        async def ask() -> None:
            nonlocal found, tried
            person = draw.choice(asked)
            patient = next(records.of(person))
            body = json.dumps({name: value for name, value in patient.items() if name != "id"}).encode()
            sent = request("POST", "/fhir/Patient/$match", region.token, body, "application/fhir+json")
            reply = await session.exchange(sent, _answered)
            tried += 1
            found += reply is not None and f'"id":"p{person.id}"'.encode() in reply.body

        return ask

    for connections in _CONNECTIONS:
        tally = Tally()
        sessions = [Session(region.port, tally) for _ in range(connections)]
        seconds = await repeat([turn(session) for session in sessions], _SECONDS)
        told = figure("$match", tally, seconds, connections=connections)
        times = f"p50 {told.p50:.1f}, p95 {told.p95:.1f}, p99 {told.p99:.1f} ms"
        print(f"$match, {connections} connections: {told.rate:.0f}/s, {times}; errors {dict(told.errors)}")
        for session in sessions:
            session.close()
    print(f"{found} of {tried} asked for were among the answers")


def _answered(reply: Reply) -> str | None:
    """422 is for a record that tells nothing by which anybody is found."""
    return None if reply.status in (200, 422) else f"status {reply.status}"


async def link(store: Store) -> None:
    """Link all that is stored, by all cores, and print how long it took."""
    began = time.perf_counter()
    linked = await store.linking_all.run(store.linking.model)
    taken = time.perf_counter() - began
    print(
        f"{linked.patients:,} Patients linked in the store in {taken:.0f} s: "
        f"{linked.links:,} links, {linked.possible:,} for a clerk"
    )


async def run(platform: Platform, persons: int) -> None:
    """Fill and measure."""
    region = Region(platform.settings)
    try:
        began = time.perf_counter()
        async with connect(platform.settings) as furong:
            asked = await fill(furong.store, persons)
        print(f"{persons:,} persons stored in {time.perf_counter() - began:.0f} s")
        await region.authorize()
        await measure(region, asked)
        async with connect(platform.settings) as furong:
            await link(furong.store)
    finally:
        await region.close()


def main() -> int:
    """Fill a platform of its own and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.matching.crowd", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with Platform() as platform:
        asyncio.run(run(platform, arguments.persons))
    return 0


if __name__ == "__main__":
    sys.exit(main())
