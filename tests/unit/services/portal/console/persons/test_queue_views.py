"""The queue, page by page, and of a house alone."""

import pytest

from services.portal.console.persons.queue_views import MOST, queue_page
from tests.support.person import record
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform
from tests.unit.services.portal.console.persons.test_pair_views import put
from tests.unit.services.portal.test_visit import request

__all__ = ["desk", "platform"]


async def test_the_queue_goes_on_page_by_page(desk: Desk) -> None:
    born = [f"19{60 + at // 12}-{at % 12 + 1:02}-17" for at in range(MOST + 1)]
    await put(
        desk,
        *(record(f"x{at}", name="陈思雨", sex="female", birth=each) for at, each in enumerate(born)),
        *(record(f"y{at}", name="陈思雨", sex="female", birth=each) for at, each in enumerate(born)),
    )
    first = body(await desk.get(queue_page))
    assert first.count('<section class="card"') == MOST
    address = first.split('<a class="tap" href="/console/persons?')[1].split('"')[0].replace("&amp;", "&")
    asked = request(desk.platform, desk.session)
    asked.scope["query_string"] = address.encode()
    rest = body(await queue_page(asked))
    assert rest.count('<section class="card"') == 1
    assert "后面的记录" not in rest


@pytest.mark.parametrize("query", [b"state=all", b"after=a~b&weight=heavy"])
async def test_a_list_that_is_none_is_refused(desk: Desk, query: bytes) -> None:
    asked = request(desk.platform, desk.session)
    asked.scope["query_string"] = query
    assert (await queue_page(asked)).status_code == 400
