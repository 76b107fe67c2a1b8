import gzip
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.responses import Response

from services.api.gzip import Compressed

TEXT = b"x" * 5000


@pytest.mark.parametrize(
    ("path", "size", "packed"),
    [
        ("/fhir/Patient", 5000, True),
        ("/static/a.css", 5000, True),
        ("/fhir/x", 10, False),
        ("/login", 5000, False),
    ],
)
async def test_what_gains_by_it_is_packed(path: str, size: int, packed: bool) -> None:
    """Checklist line 106."""
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept-encoding", b"gzip")]}
    await Compressed(Response(TEXT[:size]))(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    assert ((b"content-encoding", b"gzip") in sent[0]["headers"]) is packed
    assert (gzip.decompress(body) if packed else body) == TEXT[:size]
