"""How strictly a source is read is its own setting (checklist lines 26 and 62)."""

from typing import Any

import pytest

from adapters.v2_to_fhir.source import Source
from services.sources import Terms, register
from tests.functional.feed.test_feed import adt, answer, code, oru
from tests.support.feed import Feed

UNKNOWN_CODE = oru("C1").replace("|H|||F|||", "|H|||?|||")
BESIDES = adt(control="C2").replace("|19580312|M", "|19580312|M" + "|x" * 40)


async def registered(feed: Feed, **terms: Any) -> None:
    source = Source("TEST1", "Organization/t1", charset="UTF-8")
    await register(feed.web.platform.database, source, terms=Terms(**terms))


def errors(block: bytes) -> list[tuple[str, str]]:
    """Code and severity of each ERR."""
    return [(str(err[3][1].value), str(err[4].value)) for err in answer(block).all("ERR")]


@pytest.mark.parametrize(
    ("terms", "answered", "severity", "state"),
    [({}, "AA", "W", "done"), ({"strict": True}, "AE", "E", "refused")],
)
async def test_a_code_that_is_not_in_its_table(
    feed: Feed, terms: dict[str, Any], answered: str, severity: str, state: str
) -> None:
    await registered(feed, **terms)
    (reply,) = await feed.send(UNKNOWN_CODE.encode())
    assert (code(reply), errors(reply)) == (answered, [("103", severity)])
    await feed.settled()
    (row,) = await feed.rows()
    assert [(each["code"], each["severity"]) for each in row["findings"]] == [("103", severity)]
    assert row["state"] == state


@pytest.mark.parametrize(
    ("terms", "answered"),
    [({}, "AA"), ({"standard": True}, "AA"), ({"standard": True, "strict": True}, "AE")],
)
async def test_the_letter_of_the_standard_is_asked_for(
    feed: Feed, terms: dict[str, Any], answered: str
) -> None:
    await registered(feed, **terms)
    (reply,) = await feed.send(BESIDES.encode())
    assert code(reply) == answered
    (row,) = await feed.rows()
    found = {each["text"] for each in row["findings"]}
    assert ("beyond-the-standard" in found) is bool(terms)


async def test_the_row_counts_what_came_in_and_what_became_of_it(feed: Feed) -> None:
    await feed.send(oru("C1").encode())
    await feed.settled()
    (row,) = await feed.rows()
    assert row["counts"] == {"PID": [1, 1, 0], "OBR": [1, 1, 0], "ZXX": [1, 0, 1], "OBX": [1, 1, 0]}
    assert row["unmapped"] == ["ZXX[1]-1"]
