"""The resident's page of proxies."""

from datetime import UTC, datetime

import pytest
from starlette.datastructures import FormData

from services.platform import Platform
from services.portal.proxies.views import WrongProxy, last_moment, proxies_page
from tests.unit.services.portal.test_visit import platform, request, token

__all__ = ["platform", "token"]


async def test_nobody_looks_yet(platform: Platform, token: str) -> None:
    reply = await proxies_page(request(platform, token))
    assert reply.status_code == 200
    assert "没有人可以代您看" in bytes(reply.body).decode()


def test_the_last_day_is_over_at_midnight_in_chengdu() -> None:
    assert last_moment(FormData([("until", "")])) is None
    assert last_moment(FormData([("until", "2999-01-31")])) == datetime(2999, 1, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2020-01-01", "9999-12-31", "x"])
def test_what_is_no_last_day_is_said(text: str) -> None:
    with pytest.raises(WrongProxy):
        last_moment(FormData([("until", text)]))
