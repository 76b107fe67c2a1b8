"""Alarms over a real database, with the settings of a site that wants both ways."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from services.alarms.alarms import Alarms
from services.config import Settings
from tests.unit.auth.conftest import Clock, clock

__all__ = ["Clock", "clock"]
BOTH = {"alarm_webhook": "http://127.0.0.1:9/alarms", "alarm_mail_to": "one@x.example, two@x.example"}


@pytest.fixture
async def both(database: tuple[str, str]) -> AsyncIterator[Alarms]:
    uri, name = database
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri, tz_aware=True)
    async with client:
        alarms = Alarms(client[name], Settings.read(**BOTH))
        await alarms.ensure_indexes()
        yield alarms
