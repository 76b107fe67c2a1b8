"""A platform on the test's own database."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from fhir.resource import Resource
from fhir.store import Store
from fhir.store.transaction import Transaction
from services.config import Settings
from services.platform import Platform, connect


@pytest.fixture
async def platform(database: tuple[str, str]) -> AsyncIterator[Platform]:
    uri, name = database
    options = {"mongodb_uri": SecretStr(uri), "database": name, "master_key": SecretStr("30" * 32)}
    async with connect(Settings.read(**options)) as platform:
        yield platform


async def put(store: Store, *resources: Resource) -> None:
    """Store `resources`."""

    async def write(tx: Transaction) -> None:
        for resource in resources:
            tx.put(resource)

    await store.resources.transact(write)
