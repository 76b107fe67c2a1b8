"""The form that finds a person, and what is no choice."""

from services.portal.console.persons.find_views import find, find_page
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]


async def test_finding_nobody_and_choosing_nobody(desk: Desk) -> None:
    assert 'name="query"' in body(await desk.get(find_page))
    assert (await desk.post(find, {"query": " "})).headers["location"] == "/console/persons/find"
    reply = await desk.post(find, {"record": "a"})
    assert (reply.status_code, "正好选两份" in body(reply)) == (422, True)
    assert "王" not in (await desk.post(find, {"query": "王建国"})).headers["location"]
