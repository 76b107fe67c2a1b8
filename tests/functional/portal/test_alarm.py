"""An opening in an emergency reaches the operator's own receiver, and so does one that nobody has reviewed.

From the doctor's page over the worker's watch to a signed request; issue of break-glass, security line 19.
"""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from auth import moment
from auth.audit.signing import signed
from services.alarms.alarm import Kind
from services.worker.watching import watching
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import HOSPITAL, STRANGER, STRANGERS_NAME, STRANGERS_NUMBER
from tests.functional.portal.test_emergency import FILE, REASON, aged, fill, step_up
from tests.support.receiver import Receiver


@pytest.fixture
def settings(receiver: Receiver) -> dict[str, Any]:
    """The site posts its alarms."""
    return {"alarm_webhook": receiver.address}


async def test_an_opening_and_its_missing_review_are_posted(
    site: Site, tab: Page, receiver: Receiver
) -> None:
    await log_in(tab, site, "doctor")
    await aged(site)
    await step_up(tab, site)
    await fill(tab)
    await tab.wait_for_url(at(FILE))
    async with watching(site.platform):
        (opened,) = await _emergencies(site, receiver, 1)
        assert opened["facts"]["house"] == HOSPITAL
    yesterday = moment.now() - timedelta(hours=24, minutes=1)
    await site.platform.database["emergencies"].update_many({}, {"$set": {"began": yesterday}})
    await site.platform.database["platform"].delete_one({"_id": "turn emergency reviews"})
    async with watching(site.platform):
        _, overdue = await _emergencies(site, receiver, 2)
    assert "within 24 hours" in overdue["text"]
    assert set(overdue["facts"]) == {"overdue"}


async def _emergencies(site: Site, receiver: Receiver, count: int) -> list[dict[str, Any]]:
    """Those that were posted, once there are so many; each signed, and silent about the person."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            await asyncio.sleep(0.1)
            found = [body for _, sent in receiver.got if (body := json.loads(sent))["kind"] == Kind.EMERGENCY]
    for signature, sent in receiver.got:
        time, mark = (part.partition("=")[2] for part in signature.split(","))
        assert signed(time.encode() + b"." + sent, mark, site.platform.anchoring.signer.public)
        for hidden in (STRANGER, STRANGERS_NAME, STRANGERS_NUMBER, REASON):
            assert hidden not in sent.decode()
    return found
