"""A platform on the test's own database."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.config import Settings
from services.platform import Platform, connect


@pytest.fixture
async def platform(database: tuple[str, str]) -> AsyncIterator[Platform]:
    uri, name = database
    options = {"mongodb_uri": SecretStr(uri), "database": name, "master_key": SecretStr("30" * 32)}
    async with connect(Settings.read(**options)) as platform:
        yield platform
