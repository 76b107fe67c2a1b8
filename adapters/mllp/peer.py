"""Peer: who is at the other end of a connection.

The address, and under mutual TLS the certificate that the peer has proved to own.
"""

from asyncio import StreamWriter
from collections.abc import Mapping
from typing import Any, NamedTuple


class Peer(NamedTuple):
    """One sender."""

    host: str
    port: int
    certificate: Mapping[str, Any] | None = None


def peer_of(writer: StreamWriter) -> Peer:
    """The peer of a connection."""
    address = writer.get_extra_info("peername") or ("", 0)
    return Peer(str(address[0]), int(address[1]), writer.get_extra_info("peercert") or None)
