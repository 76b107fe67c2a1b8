"""A process that writes transactions until it is killed, and says which have been committed."""

import asyncio
import sys

from fhir.store import Store
from fhir.store.transaction import Transaction
from tests.support.mongo import MASTER_KEY
from tests.support.resources import observation, patient

TOGETHER = 6
"""Resources of one transaction, beside the Patient that they all change."""
PATIENTS = 3


async def _write(store: Store, number: int) -> None:
    subject = f"p{number % PATIENTS}"

    async def work(tx: Transaction) -> None:
        await tx.load([f"Patient/{subject}"])
        tx.put(patient(subject, name=[{"text": f"测试{number}"}]))
        for part in range(TOGETHER):
            tx.put(observation(f"t{number}-{part}", subject, valueString=str(number)))
        await tx.flush()
        if number:
            for part in range(TOGETHER):
                tx.delete(f"Observation/t{number - 1}-{part}")

    await store.resources.transact(work)
    print(number, flush=True)


async def _run(uri: str, name: str) -> None:
    store = await Store.open(uri, name, MASTER_KEY)
    for first in range(0, 100_000, 4):
        await asyncio.gather(*(_write(store, number) for number in range(first, first + 4)))


if __name__ == "__main__":
    asyncio.run(_run(*sys.argv[1:]))
