"""The web process as a process of its own: another interpreter, another event loop, the same database."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.support.http_client import http_client
from tests.support.mongo import MASTER_KEY
from tests.support.web import free_socket

_CHECKOUT = Path(__file__).parents[2]


@asynccontextmanager
async def web_process(*place: str | Path, **options: Any) -> AsyncIterator[str]:
    """The address of a new `services.web`, as `web_child` starts it."""
    async with web_child(*place, **options) as (address, _):
        yield address


@asynccontextmanager
async def web_child(
    uri: str,
    database: str,
    data: Path,
    *,
    certificate: Path | None = None,
    client_ca: Path | None = None,
    log: Path | None = None,
    **more: str,
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A new `services.web` on `database` and its address; HTTPS where it has a certificate.

    `more` are further variables of its environment; its log goes to `log`.
    """
    with free_socket() as free:
        port = free.getsockname()[1]
    address = f"https://localhost:{port}" if certificate else f"http://127.0.0.1:{port}"
    settings = {
        "FURONG_MONGODB_URI": uri,
        "FURONG_DATABASE": database,
        "FURONG_DATA": str(data),
        "FURONG_MASTER_KEY": MASTER_KEY.hex(),
        "FURONG_PORT": str(port),
        "FURONG_BASE_URL": address,
    }
    tls = {"TLS_CERTIFICATE": certificate, "TLS_KEY": certificate, "TLS_CLIENT_CA": client_ca}
    settings |= {f"FURONG_{name}": str(path) for name, path in tls.items() if path}
    settings |= more
    with Path(log or os.devnull).open("wb") as told:  # noqa: ASYNC230 - opened once
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.web", cwd=_CHECKOUT, env=os.environ | settings,
            stdout=asyncio.subprocess.DEVNULL, stderr=told,
        )  # fmt: skip
    try:
        await _ready(process, address)
        yield address, process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _ready(process: asyncio.subprocess.Process, address: str) -> None:
    async with http_client() as http:
        for _ in range(600):
            assert process.returncode is None, "the web process has ended"
            try:
                if (await http.get(f"{address}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("the web process does not answer")
