"""The resident's pages of rules, before there is one."""

from services.platform import Platform
from services.portal.consents.views import pages
from tests.unit.services.portal.test_visit import platform, request, token

__all__ = ["platform", "token"]


async def test_there_are_no_rules_yet(platform: Platform, token: str) -> None:
    reply = await pages.listed(request(platform, token))
    assert reply.status_code == 200
    assert "还没有规则" in bytes(reply.body).decode()


async def test_an_unknown_rule_is_not_found(platform: Platform, token: str) -> None:
    for id in ("unknown", "no id at all"):
        assert (await pages.one(request(platform, token), id)).status_code == 404


async def test_a_stranger_goes_to_the_log_in(platform: Platform) -> None:
    reply = await pages.listed(request(platform, ""))
    assert reply.headers["location"].startswith("/login")
