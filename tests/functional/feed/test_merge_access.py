"""A clinic that may see the patient who remains sees the results of the merged one alone (lines 50, 69)."""

import argparse
import asyncio
import random
from dataclasses import dataclass

import httpx
import pytest

from services.commands.inbox import add_arguments, run
from tests.support.feed import Feed
from tests.support.web import Web

TIME = "202603{:02}080000"


def block(source: str, kind: str, day: int, control: str, *segments: str) -> bytes:
    time = TIME.format(day)
    header = f"MSH|^~\\&|HIS|{source}|FURONG|CD|{time}||{kind}|{control}|P|2.5.1||||||UNICODE UTF-8"
    event = [f"EVN|{kind[4:7]}|{time}"] if kind.startswith("ADT") else []
    return ("\r".join((header, *event, *segments)) + "\r").encode()


def pid(number: str) -> str:
    return f"PID|1||{number}^^^HTEST1^MR||张三HTEST||19580312|1"


def visit(number: str) -> str:
    return f"PV1|1|I|3B^1^1||||||||||||||||{number}{'|' * 25}{TIME.format(1)}"


def result(number: str, filler: str, *more: str) -> bytes:
    segments = (f"OBR|1||{filler}|718-7^Hb^LN", f"OBX|1|NM|718-7^Hb^LN||{filler}|g/L|||||F")
    return block("HTEST1", "ORU^R01", 2, f"R{filler}", pid(number), *more, *segments)


@dataclass
class Clinic:
    """What the system of one organisation sees."""

    client: httpx.AsyncClient

    async def values(self, query: str) -> list[str]:
        bundle = (await self.client.get(f"/Observation?{query}")).json()
        return sorted(str(one["resource"]["valueQuantity"]["value"]) for one in bundle.get("entry", ()))

    async def patients(self) -> list[str]:
        bundle = (await self.client.get("/Patient")).json()
        return sorted(one["resource"]["identifier"][0]["value"] for one in bundle.get("entry", ()))


async def clinic(web: Web, source: str) -> Clinic:
    store = web.platform.store
    organization = f"Organization/{store.vault.identify(f'Organization|{source}')}"
    return Clinic(await web.client(organization=organization))


async def ids(feed: Feed) -> dict[str, str]:
    bundle = (await (await feed.web.client()).get("/Patient")).json()
    resources = [one["resource"] for one in bundle["entry"]]
    return {one["identifier"][0]["value"]: one["id"] for one in resources}


@pytest.fixture
async def known(feed: Feed) -> Feed:
    """S1 was admitted at HTEST1; of L1 and X1 there are results alone; Y1 was admitted at HTEST2."""
    await feed.send(
        block("HTEST1", "ADT^A01", 1, "C1", pid("S1"), visit("V1")),
        block("HTEST2", "ADT^A01", 1, "C2", pid("Y1"), visit("V1")),
        result("S1", "100"),
        result("L1", "101"),
        result("X1", "102"),
    )
    await feed.settled()
    return feed


async def unmerge(feed: Feed, control: str) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    words = ["unmerge", control, "--reason", "typing error", "--by", "HTEST clerk"]
    await run(parser.parse_args(words), feed.web.platform)


async def test_a_merge_opens_the_losers_results_and_no_others_until_it_is_taken_back(known: Feed) -> None:
    first, second = await clinic(known.web, "HTEST1"), await clinic(known.web, "HTEST2")
    number = await ids(known)
    assert await first.values("_count=50") == ["100"]
    assert await first.values(f"patient={number['L1']}") == []
    await known.send(block("HTEST1", "ADT^A40", 3, "M1", pid("S1"), "MRG|L1^^^HTEST1^MR"))
    await known.settled()
    for query in (f"patient={number['S1']}", f"patient={number['L1']}", "_count=50", "patient.active=true"):
        assert await first.values(query) == ["100", "101"]
    assert await first.values(f"patient={number['X1']}") == []
    assert await first.patients() == ["L1", "S1"]
    assert await second.values("_count=50") == []
    late = result("L1", "103")
    await known.send(late)
    await known.settled()
    assert await first.values(f"patient={number['S1']}") == ["100", "101", "103"]
    await unmerge(known, "M1")
    assert await first.values(f"patient={number['S1']}") == ["100"]
    assert await first.values(f"patient={number['L1']}") == []
    assert await first.patients() == ["S1"]


async def test_line_52_a_moved_visit_takes_its_results_out_of_sight(known: Feed) -> None:
    """They were never S1's: the clinic that treats S1 sees them no longer, whatever way it asks."""
    first, number = await clinic(known.web, "HTEST1"), await ids(known)
    await known.send(result("S1", "104", "PV1|1|I|||||||||||||||||V9"))
    await known.settled()
    assert await first.values(f"patient={number['S1']}") == ["100", "104"]
    await known.send(block("HTEST3", "ADT^A01", 1, "C9", pid("Z1"), visit("V8")))
    moved = block(
        "HTEST1", "ADT^A45", 3, "M2", pid("X1"), "MRG|S1^^^HTEST1^MR||||V9", "PV1|1|P|||||||||||||||||V9"
    )
    await known.send(moved)
    await known.settled()
    assert await first.values("_count=50") == ["100"]
    assert await first.values(f"patient={number['X1']}") == []
    everybody = Clinic(await known.web.client())
    assert await everybody.values(f"patient={number['X1']}") == ["102", "104"]
    assert await everybody.values(f"patient={number['S1']}") == ["100"]


async def test_merges_and_results_that_come_at_once_lose_nothing(feed: Feed) -> None:
    """Ten merged into one and ten pairs, over many connections, in no order."""
    blocks = [result(f"L{n}", f"{n}") for n in range(10)] + [result(f"P{n}", f"1{n}") for n in range(10)]
    blocks += [block("HTEST1", "ADT^A40", 3, f"M{n}", pid("S1"), f"MRG|L{n}^^^HTEST1^MR") for n in range(10)]
    blocks += [
        block("HTEST1", "ADT^A40", 3, f"N{n}", pid(f"Q{n}"), f"MRG|P{n}^^^HTEST1^MR") for n in range(10)
    ]
    blocks += [block("HTEST1", "ADT^A08", 4, f"A{n}", pid(f"L{n}")) for n in range(10)]
    random.Random(8).shuffle(blocks)
    await asyncio.gather(*(feed.send(*blocks[start::8]) for start in range(8)))
    assert await feed.settled() == {"done": len(blocks)}
    everybody, number = Clinic(await feed.web.client()), await ids(feed)
    assert await everybody.values(f"patient={number['S1']}&_count=50") == [str(n) for n in range(10)]
    for n in range(10):
        assert await everybody.values(f"patient={number[f'Q{n}']}") == [f"1{n}"]
    survivor = (await everybody.client.get(f"/Patient/{number['S1']}")).json()
    known = {(one.get("use"), one["value"]) for one in survivor["identifier"]}
    assert known == {(None, "S1"), *(("old", f"L{n}") for n in range(10))}
    assert len(survivor["link"]) == 10
