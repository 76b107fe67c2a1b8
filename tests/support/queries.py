"""Two hospitals with their residents, who ask each other: for queries by HL7 v2."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.hl7v2.batch import split
from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.source import Source
from services.sources import Terms, register
from tests.support.feed import Feed, feeding
from tests.support.web import Web

PEOPLE = Path(__file__).parents[1] / "spec" / "queries" / "people.hl7"
P100 = "P100^^^HQ1^PI"
HERE = ("127.0.0.0/8", "::1/128")


def block(text: str) -> bytes:
    """A message in a file as it goes over the wire."""
    return text.strip("\n").replace("\n", "\r").encode() + b"\r"


def pix(
    number: str, wanted: str = "", *, source: str = "HQ1", header: str = "|P|2.5||||||UNICODE UTF-8"
) -> bytes:
    """A PIX Query."""
    return query("QBP^Q23^QBP_Q21", f"QPD|IHE PIX Query|T1|{number}|{wanted}", source=source, header=header)


def pdq(asked: str, rcp: str = "RCP|I", *more: str, source: str = "HQ1", tag: str = "T1") -> bytes:
    """A Patient Demographics Query."""
    return query("QBP^Q22^QBP_Q21", f"QPD|IHE PDQ Query|{tag}|{asked}", rcp, *more, source=source)


def query(kind: str, *segments: str, source: str = "HQ1", header: str = "|P|2.5||||||UNICODE UTF-8") -> bytes:
    """A query of `kind` (MSH-9); RCP is there where none is named."""
    named = any(each.startswith(("RCP", "QID")) for each in segments)
    msh = f"MSH|^~\\&|HIS|{source}|FURONG|REGION|20260301080000||{kind}|C1{header}"
    return block("\n".join([msh, *segments, *([] if named else ["RCP|I"])]))


def read(answer: bytes, charset: str = "utf-8") -> Message:
    """An answer."""
    return Message.parse(answer.decode(charset))


def told(answer: bytes) -> tuple[str, str]:
    """MSA-1 and QAK-2."""
    message = read(answer)
    return message.get("MSA-1").value, message.get("QAK-2").value


async def hospitals(web: Web, **terms: object) -> None:
    """Register the two; `terms` are those of the first, who asks."""
    database, usual = web.platform.database, {"networks": HERE}
    await register(database, Source("HQ1", "Organization/hq1"), terms=Terms(**(usual | terms)))  # type: ignore[arg-type]
    second = Source("HQ2", "Organization/hq2", authority="urn:oid:1.2.156.99.2")
    await register(database, second, terms=Terms(networks=HERE))


async def admit(feed: Feed) -> None:
    """Let both hospitals send their residents."""
    now = f"{datetime.now() - timedelta(hours=2):%Y%m%d%H%M%S}"
    text = PEOPLE.read_text("utf-8").replace("{NOW}", now)
    await feed.send(*split(block(text)).messages)
    assert set(await feed.settled()) == {"done"}


async def ask(feed: Feed, *blocks: bytes) -> Any:
    """The answer to a query; to several a list."""
    answers = await feed.send(*blocks)
    return answers[0] if len(blocks) == 1 else answers


@pytest.fixture
async def region(web: Web) -> AsyncIterator[Feed]:
    """The feed of two hospitals, with their residents."""
    await hospitals(web)
    async with feeding(web) as feed:
        await admit(feed)
        yield feed
