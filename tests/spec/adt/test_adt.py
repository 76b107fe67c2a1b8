"""Each case: ADT messages through the feed, their acknowledgements, and the FHIR that a client then reads.

A case of `cases/` names the `rules` of the checklist that it shows, the messages that came `before`, the
`message` with its `answer` (TIME is MSH-7, ID our MSH-10), those that came `after`, and by FHIR query what
must be found: what is named must be so, what is null absent. `{S1}` is the id of the Patient, Encounter or
Account with this number, whose reference reads `Patient S1`. `dead` is why the message waits for a clerk.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.hl7v2.charset import decode
from fhir import consistency
from fhir.store import EVERYONE
from tests.spec.v2_to_fhir.projection import differences
from tests.support.feed import Feed

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}
EVENTS = {f"A{n:02}" for n in (*range(1, 19), *range(20, 32), *range(34, 52), 54, 55, *range(60, 63))}
NUMBERED = ("Patient", "Encounter", "Account", "Location")


def block(text: str) -> bytes:
    return text.strip().replace("\n", "\r").encode() + b"\r"


def masked(answer: bytes) -> str:
    fields = decode(answer, "UTF-8").text.strip().replace("\r", "\n").split("|", 10)
    return "|".join((*fields[:6], "TIME", *fields[7:9], "ID", fields[10]))


async def names(feed: Feed) -> dict[str, str]:
    """The reference of everything that is known by a number, by `Type number`."""
    found: dict[str, str] = {}
    store = feed.web.platform.store
    async for row in store.database["resources"].find({"type": {"$in": NUMBERED}, "deleted": False}):
        stored = await store.resources.read(row["type"], row["id"], EVERYONE)
        assert stored is not None
        numbers = [one["value"].rstrip("^") for one in stored.resource().get("identifier", ())]
        found |= {f"{row['type']} {number}": stored.reference for number in numbers[:1]}
    return found


def named(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: known.get(one, one) if name == "reference" else named(one, known)
            for name, one in value.items()
        }
    return [named(one, known) for one in value] if isinstance(value, list) else value


async def versions(feed: Feed) -> dict[str, int]:
    rows = feed.web.platform.store.database["resources"].find()
    return {row["_id"]: row["version"] async for row in rows}


async def send(feed: Feed, *texts: str) -> list[str]:
    """One after the other, each processed before the next comes."""
    answers = []
    for text in texts:
        answers += [masked(answer) for answer in await feed.send(block(text))]
        await feed.settled()
    return answers


async def check(feed: Feed, case: dict[str, Any]) -> None:
    known = await names(feed)
    ids = {name.partition(" ")[2]: reference.partition("/")[2] for name, reference in known.items()}
    words = {reference: name for name, reference in known.items()}
    client = await feed.web.client()
    for query, expected in case["expect"].items():
        bundle = (await client.get("/" + re.sub(r"\{(\w+)\}", lambda one: ids[one[1]], query))).json()
        found = [named(each["resource"], words) for each in bundle.get("entry", ())]
        wrong = [
            min((differences(one, other) for other in found), key=len, default=["is missing"])
            for one in expected
        ]
        assert (query, len(found), wrong) == (query, len(expected), [[]] * len(expected))


@pytest.mark.parametrize("name", CASES)
async def test_case(feed: Feed, name: str) -> None:
    case = CASES[name]
    await send(feed, *case.get("before", ()))
    assert await send(feed, case["message"]) == [case["answer"].strip()]
    (row,) = await feed.inbox.newest({}, 1)
    reason = {"dead": row.get("reason", {}).get("text"), "refused": row["findings"]}.get(row["state"])
    assert reason == case.get("dead", row["findings"] if row["state"] == "refused" else None)
    await send(feed, *case.get("after", ()))
    await check(feed, case)
    kept = await consistency.check(feed.web.platform.store)
    assert (kept.dangling, kept.drifted) == ([], [])
    before = await versions(feed)
    await feed.inbox.replay({"state": "done"})
    await feed.settled()
    assert await versions(feed) == before
    await check(feed, case)


def test_every_event_has_a_case() -> None:
    told = {re.search(r"ADT\^(A\d\d)", case["message"])[1] for case in CASES.values()}  # type: ignore[index]
    assert EVENTS - told == set()
