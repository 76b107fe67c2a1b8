"""Peer certificate: what the sender of a request has proved to own in the handshake of its own connection.

RFC 8446 4.4.2. It travels in the ASGI scope of the request; what a header says of one counts nowhere.
"""

from asyncio import BaseTransport
from collections.abc import Mapping, MutableMapping
from typing import Any

_EXTENSION = "furong.peer_certificate"


def note(scope: MutableMapping[str, Any], transport: BaseTransport) -> None:
    """Let the request know the certificate of its connection, if there is one."""
    certificate = transport.get_extra_info("peercert")
    if certificate:
        scope.setdefault("extensions", {})[_EXTENSION] = certificate


def proved(scope: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The certificate of a request's sender, as `ssl.SSLSocket.getpeercert` writes it."""
    certificate: Mapping[str, Any] | None = scope.get("extensions", {}).get(_EXTENSION)
    return certificate
