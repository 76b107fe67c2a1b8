"""Loading: the demonstration region into an empty database, through the MLLP listener.

Each step may be done again: a start that was killed goes on where it can, and one that was done does nothing.
"""

import asyncio
import sys
from collections.abc import Sequence

from tqdm import tqdm

from fhir.matching.citizen_number import SYSTEM
from fhir.resource import reference_of
from fhir.search import query
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from services import inbox, sources
from services.demo import break_glass, cast, desk, trust
from services.demo.claim import claim, fulfil
from services.demo.house import houses
from services.demo.messages import Message
from services.demo.region import Region, build
from services.demo.resources import registry
from services.demo.sending import send
from services.demo.source import source
from services.failure import Failure
from services.labelling import SYNTHETIC

PATIENCE = 120.0
_PAUSE = 0.2
_NEAR = ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Where the houses send from: this machine and what is around it. It also proves them, who ask queries."""


async def load(store: Store, host: str, port: int, *, progress: bool | None = None) -> bool:
    """Load the region; True when it had to be, False when all of it was there.

    `progress` shows bars on stderr; None shows them on a terminal only. Failure says why it can't be done.
    """
    made = await claim(store.database)
    if made.loaded:
        return False
    region = await asyncio.to_thread(build, made.seed, made.until)
    messages = await asyncio.to_thread(lambda: region.messages)
    members = await cast.draw(store, region)
    await _register(store)
    quiet = not (sys.stderr.isatty() if progress is None else progress)
    with tqdm(total=len(messages), desc="sending", unit=" messages", disable=quiet) as bar:
        await send(messages, host, port, bar.update)
    await _processed(store, messages, quiet)
    await _mourn(store)
    patients = await _patients(store, region)
    await cast.open_accounts(store, members, patients)
    await break_glass.show(store, patients)
    await desk.lay(store, patients)
    await trust.give(store, patients, region.character(trust.CHILD).birth)
    await fulfil(store.database)
    return True


async def _register(store: Store) -> None:
    """The houses and their doctors, and each house as a registered source."""

    async def write(transaction: Transaction) -> None:
        for resource in registry(store.vault.identify):
            transaction.put(resource)

    await store.resources.transact(write)
    for house in houses():
        await sources.register(
            store.database, source(house), label=SYNTHETIC, terms=sources.Terms(networks=_NEAR)
        )


async def _processed(store: Store, messages: Sequence[Message], quiet: bool) -> None:
    """Wait until none of the region's messages waits any more."""
    rows = store.database["inbox"]
    waiting = {"source": {"$in": [house.code for house in houses()]}, "state": inbox.RECEIVED}
    with tqdm(total=len(messages), desc="reading", unit=" messages", disable=quiet) as bar:
        left, patience = await rows.count_documents(waiting), PATIENCE
        while left:
            bar.update(len(messages) - left - bar.n)
            await asyncio.sleep(_PAUSE)
            now = await rows.count_documents(waiting)
            patience = PATIENCE if now < left else patience - _PAUSE
            if patience <= 0:
                raise Failure(
                    f"{now} messages of the demonstration wait, and none has been read for {PATIENCE:g} s."
                )
            left = now
        bar.update(len(messages) - bar.n)


async def _mourn(store: Store) -> None:
    """Say on stderr how many messages could not be read; the others are loaded all the same."""
    dead = {"source": {"$in": [house.code for house in houses()]}, "state": inbox.DEAD}
    count = await store.database["inbox"].count_documents(dead)
    if count:
        print(f"furong: {count} messages of the demonstration are among the dead letters.", file=sys.stderr)


async def _patients(store: Store, region: Region) -> dict[str, str]:
    """For each resident who matters by name a Patient that bears his or her citizen number."""
    found = {}
    for key in (*cast.residents(), trust.CHILD):
        number = region.character(key).number
        search = query.parse("Patient", [("identifier", f"{SYSTEM}|{number}")], strict=True)
        rows = await store.resources.search(search.filter(store.keyed, {}), EVERYONE, limit=1)
        if not rows:
            raise Failure(
                "A resident of the demonstration has no file: its messages are among the dead letters."
            )
        found[key] = reference_of(rows[0].resource())
    return found
