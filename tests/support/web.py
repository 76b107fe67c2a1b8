"""A running web process of the platform, within the test's own event loop: real sockets, real bytes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from auth.store import clients
from services.api.protocol import Protocol
from services.config import Settings
from services.platform import Platform, connect
from services.web import application
from tests.support.http_client import http_client
from tests.support.mongo import MASTER_KEY

READ = "system/*.rs"
WRITE = "system/*.cruds"


@dataclass
class Web:
    """The platform, its address, and HTTP clients with tokens."""

    platform: Platform
    address: str
    http: httpx.AsyncClient
    opened: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def fhir(self) -> str:
        """The FHIR base."""
        return f"{self.address}/fhir"

    async def client(self, scope: str = WRITE, organization: str | None = None) -> httpx.AsyncClient:
        """An HTTP client with a token, of an organisation or regional."""
        record, secret = await clients.register(
            self.platform.database,
            name="test system",
            scope=scope,
            organization=organization,
            regional=organization is None,
        )
        form = {"grant_type": "client_credentials", "scope": scope}
        reply = await self.http.post(f"{self.address}/oauth/token", data=form, auth=(record.id, secret or ""))
        assert reply.status_code == 200, reply.text
        token = reply.json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        client = http_client(base_url=self.fhir, headers=headers)
        self.opened.append(client)
        return client

    async def close(self) -> None:
        """Close the clients that were opened."""
        for client in self.opened:
            await client.aclose()

    async def put(self, *resources: dict[str, Any]) -> None:
        """Store resources directly."""

        async def work(tx: Any) -> None:
            for resource in resources:
                tx.put(resource)

        await self.platform.store.resources.transact(work)


def free_socket() -> socket.socket:
    """A listening socket on a free loopback port."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


@asynccontextmanager
async def served(
    uri: str, database: str, data: Path, *, host: str = "127.0.0.1", **options: Any
) -> AsyncIterator[Platform]:
    """The platform on `database`, while a web process serves it at its `settings.address`, at `host`."""
    listening = free_socket()
    port = listening.getsockname()[1]
    settings = Settings.read(
        mongodb_uri=uri, database=database, data=data, master_key=MASTER_KEY.hex(), port=port,
        base_url=f"http://{host}:{port}", **options,
    )  # fmt: skip
    async with connect(settings) as platform:
        server = uvicorn.Server(
            uvicorn.Config(application(platform), http=Protocol, log_config=None, lifespan="off")
        )
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield platform
        await _end(server, serving)


async def _end(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    """Answer what is asked and close, at once: by itself the server looks ten times a second if it should."""
    serving.cancel()
    await asyncio.wait([serving])
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


@pytest.fixture
async def web(database: tuple[str, str], tmp_path: Path) -> AsyncIterator[Web]:
    """The web process on a new database."""
    uri, name = database
    serving = served(uri, name, tmp_path / "data")
    async with serving as platform, http_client() as http:
        started = Web(platform, platform.settings.address, http)
        yield started
        await started.close()
