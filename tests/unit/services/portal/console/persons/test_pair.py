"""The two Patients of an address."""

import pytest

from auth.roles import Role
from fhir.outcome import Refusal
from fhir.store.possible_matches import State
from services.portal.console.persons.pair import address, named
from services.portal.console.persons.pair_views import decide, pair_page
from services.portal.console.persons.queue_views import queue_page
from tests.support.person import record
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform
from tests.unit.services.portal.console.persons.test_pair_views import (
    NUMBER,
    PAIR,
    REASON,
    WANG,
    pair,
    put,
    state,
)

__all__ = ["desk", "platform"]


def test_an_address_names_two_whichever_comes_first() -> None:
    assert (
        address("Patient/b", "Patient/a.1")
        == "/console/persons/a~2E1~20b"
        == address("Patient/a.1", "Patient/b")
    )
    assert named("a~2E1~20b") == ("Patient/a.1", "Patient/b")
    with pytest.raises(Refusal):
        named("find")


@pytest.mark.parametrize("id", ["a", "a~20a", "a~20nobody", "a~20b~20c", "~20", "..", "a~20~3Cb~3E"])
async def test_what_are_no_two_records_is_not_there(desk: Desk, id: str) -> None:
    await pair(desk)
    assert (await desk.get(pair_page, id=id)).status_code == 404
    assert (await desk.post(decide, REASON | {"act": "link"}, id=id)).status_code == 404


async def test_of_another_house_there_is_nothing(desk: Desk) -> None:
    here = {"name": "李秀英", "sex": "female", "birth": "1960-02-03"}
    await put(desk, record("a", **WANG, number=NUMBER), house="Organization/h1")
    await put(desk, record("b", **WANG), record("c", **here), house="Organization/h2")
    await desk.log_in(Role.STEWARD, "Organization/h1")
    assert "这里没有要核对的记录" in body(await desk.get(queue_page))
    assert (await desk.get(pair_page, id=PAIR)).status_code == 404
    form = REASON | {"act": "link", "confirmed": "1"}
    assert (await desk.post(decide, form, id=PAIR)).status_code == 404
    assert await state(desk) is State.OPEN
    tried = await desk.platform.archive.records(["Patient/b"], None, 5)
    assert all(each.reason == "not_found" for each in tried), "and a refused look is recorded"
    assert len(tried) == 2
