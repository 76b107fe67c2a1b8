"""What a visit opened to a hospital ends when the visit is taken back (checklist 45, 49, 52 and 69)."""

import pytest

from adapters.v2_to_fhir.source import Source
from services.sources import register
from tests.functional.feed.test_feed import adt
from tests.support.feed import feeding
from tests.support.web import Web

HOSPITAL = "Organization/h1"


@pytest.mark.parametrize(
    ("event", "patient", "more", "left"),
    [
        ("A08", "P1", "", {"P1"}),
        ("A11", "P1", "", set()),
        ("A23", "P1", "", set()),
        ("A45", "P2", "MRG|P1^^^TEST1^PI||||V1", {"P2"}),
    ],
)
async def test_a_visit_that_is_taken_back_opens_nothing(
    web: Web, event: str, patient: str, more: str, left: set[str]
) -> None:
    await register(web.platform.database, Source("TEST1", HOSPITAL))
    before = _only_number(adt(id="P1"))
    after = _only_number(adt(event, "C2", id=patient, moment="20260301090000", more=more))
    async with feeding(web) as feed:
        await feed.send(before.encode(), after.encode())
        assert await feed.settled() == {"done": 2}
        client = await web.client()
        bundle = (await client.get("/Patient")).json()
        known = {
            f"Patient/{each['resource']['id']}": each["resource"]["identifier"][0]["value"]
            for each in bundle["entry"]
        }
        seen = await web.platform.relations.among(HOSPITAL, None, known)
        assert {known[each] for each in seen} == left


def _only_number(message: str) -> str:
    """Without the citizen number, which would make the two Patients one person."""
    return message.replace("~510104195803129013^^^^NI", "")
