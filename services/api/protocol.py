"""HTTP itself: what can't be read as a request is answered with an OperationOutcome like any other mistake.

RFC 9112 2.2, RFC 9110 15.5.15 and RFC 6585 5; FHIR R4 3.1.0.1.3 (http.html#Status-Codes). The server's own
answer would be plain text, and it would read headers without end.
"""

import uuid
from collections.abc import MutableMapping
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fhir.outcome import Fault, Refusal
from fhir.resource import serialize
from services import peer_certificate
from services.api.reply import MEDIA_TYPE

LONGEST_ADDRESS = 65_535
"""The parser reads no longer one."""
LONGEST_HEAD = 200_000


def _answer(reason: str, refusal: Refusal) -> bytes:
    """With an id of its own: that of the client could not be read."""
    body = serialize(refusal.as_outcome())
    lines = (
        f"HTTP/1.1 {reason}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(body)}",
        f"x-request-id: {uuid.uuid4()}",
        "connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body


_NO_HTTP = ("400 Bad Request", Refusal(Fault.MALFORMED, "the request is not HTTP"))
_LONG_ADDRESS = (
    "414 URI Too Long",
    Refusal(Fault.ADDRESS_TOO_LONG, f"the address is longer than {LONGEST_ADDRESS} characters"),
)
_LONG_HEAD = (
    "431 Request Header Fields Too Large",
    Refusal(Fault.TOO_LARGE, f"the headers are longer than {LONGEST_HEAD} bytes"),
)


class Protocol(HttpToolsProtocol):
    """One connection of the web process."""

    _head: int | None = None
    """How many bytes of a request's head have come; None within a body."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head = 0
        peer_certificate.note(cast(MutableMapping[str, Any], self.scope), self.transport)

    def on_headers_complete(self) -> None:
        """Its head has been read."""
        self._head = None
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """More bytes have come."""
        super().data_received(data)
        if self._head is not None and not self.transport.is_closing():
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self._refuse(_LONG_HEAD)

    def send_400_response(self, msg: str) -> None:
        """Answer what can't be read."""
        self._refuse(_LONG_ADDRESS if len(self.url) > LONGEST_ADDRESS else _NO_HTTP)

    def _refuse(self, answer: tuple[str, Refusal]) -> None:
        self.transport.write(_answer(*answer))
        self.transport.close()
