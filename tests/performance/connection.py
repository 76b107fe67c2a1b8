"""A keep-alive HTTP/1.1 client that costs little, since it shares the cores with what it measures.

RFC 9112. It knows replies with Content-Length, 204 and 304; it asks for no compression, follows nothing.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass

LIMIT = 64 * 1024 * 1024
PATIENCE = 60.0


class ProtocolError(ConnectionError):
    """The server's reply is none that this client knows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, with its header as it came, in lower case."""

    status: int
    header: bytes
    body: bytes


def request(
    method: str,
    target: str,
    token: str = "",
    body: bytes | None = None,
    media_type: str = "",
    prefer: str = "",
    cookie: str = "",
) -> bytes:
    """The bytes of a request to localhost."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if prefer:
        lines.append(f"Prefer: {prefer}")
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if body is not None:
        lines += [f"Content-Type: {media_type or 'application/fhir+json'}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def length(status: int, header: bytes) -> int:
    """How many bytes of body follow a header in lower case."""
    if status in (204, 304):
        return 0
    _, found, rest = header.partition(b"\r\ncontent-length:")
    if not found:
        raise ProtocolError("a reply without Content-Length")
    return int(rest.partition(b"\r\n")[0])


class Connection:
    """One connection to a port of this machine; opened when it is needed, again after a failure."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[StreamReader, StreamWriter] | None = None

    async def exchange(self, data: bytes) -> Reply:
        """The reply to a request; OSError or TimeoutError where none came."""
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = self._open_still() or await self._open()
                writer.write(data)
                return await _read(reader)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.close()
            raise ConnectionError(type(error).__name__) from error

    def _open_still(self) -> tuple[StreamReader, StreamWriter] | None:
        """The connection, unless the server has closed it meanwhile (it does when nothing is asked)."""
        if self._streams and self._streams[0].at_eof():
            self.close()
        return self._streams

    async def _open(self) -> tuple[StreamReader, StreamWriter]:
        self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=LIMIT)
        return self._streams

    def close(self) -> None:
        """Close the connection; the next exchange opens a new one."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def _read(reader: StreamReader) -> Reply:
    header = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(header[9:12])
    size = length(status, header)
    return Reply(status, header, await reader.readexactly(size) if size else b"")
