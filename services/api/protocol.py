"""HTTP itself: bytes that are no HTTP are answered with an OperationOutcome like any other mistake.

RFC 9112 2.2, FHIR R4 3.1.0.1.3 (http.html#Status-Codes). The server's own answer would be plain text.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fhir.outcome import Fault, Refusal
from fhir.resource import serialize
from services.api.reply import MEDIA_TYPE

_BODY = serialize(Refusal(Fault.MALFORMED, "the request is not HTTP").as_outcome())
_ANSWER = b"\r\n".join(
    (
        b"HTTP/1.1 400 Bad Request",
        b"content-type: " + MEDIA_TYPE.encode(),
        b"content-length: %d" % len(_BODY),
        b"connection: close",
        b"",
        _BODY,
    )
)


class Protocol(HttpToolsProtocol):
    """One connection of the web process."""

    def send_400_response(self, msg: str) -> None:
        """Answer what can't be read, and close."""
        self.transport.write(_ANSWER)
        self.transport.close()
