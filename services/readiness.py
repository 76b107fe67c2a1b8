"""Readiness: whether this platform's ports are free before it starts, and answer after."""

import asyncio
import socket
import ssl
import urllib.error
import urllib.request

from services.config import Settings
from services.database.port import listens
from services.failure import Failure

_PAUSE = 0.1


def demand_free_ports(settings: Settings) -> None:
    """A Failure when another program listens where this platform wants to."""
    for port, option in ((settings.port, "--port"), (settings.mllp_port, "--mllp-port")):
        reason = _taken(settings.host, port)
        if reason:
            raise Failure(f"Cannot listen on {settings.host}:{port} ({reason}); {option} chooses another.")


def _taken(host: str, port: int) -> str | None:
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return None


def local(settings: Settings) -> str:
    """The address at which this machine reaches its own platform."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104


async def await_ready(settings: Settings) -> None:
    """Return when the API says that it can serve and the feed listens."""
    while not await asyncio.to_thread(_ready, settings):  # noqa: ASYNC110 - another process is asked
        await asyncio.sleep(_PAUSE)


def _ready(settings: Settings) -> bool:
    return _serves(settings) and listens(settings.mllp_port, local(settings))


def _serves(settings: Settings) -> bool:
    host = local(settings)
    scheme = "https" if settings.tls_certificate else "http"
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/readyz"
    # The certificate is made for the name that others use, not for the loopback address.
    context = ssl._create_unverified_context() if settings.tls_certificate else None  # noqa: S323
    try:
        with urllib.request.urlopen(url, timeout=5, context=context) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
