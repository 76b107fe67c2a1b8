"""Request bodies, read up to the limit and no further.

RFC 9110 8.4 (Content-Encoding) and 15.5.14. A packed body counts as long as it is unpacked.
"""

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, parse
from services.api.negotiation import check_content_type, check_fhir, media_type

FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 1000
_LONGEST_QUERY = 65_536
_PATIENCE = 4
"""Bodies so many times too large are still read to their end, so that the client hears why."""
_IDLE_DRAIN, _LONGEST_DRAIN = 0.5, 10.0
"""Seconds without a byte, and in all, that are waited for the end of such a body."""
_GZIP = zlib.MAX_WBITS | 16


async def read_body(request: Request) -> bytes:
    """All bytes of the body, unpacked; a Refusal (413) as soon as there are too many."""
    limit = request.app.state.platform.settings.max_body_bytes
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > limit:
        if "expect" not in request.headers:  # else it waits for us before it sends
            await _drain(request.stream(), _PATIENCE * limit)
        raise _too_large(limit)
    unpack = _unpacking(request)
    body, stream = bytearray(), request.stream()
    async for chunk in stream:
        body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        if len(body) > limit or (unpack and unpack.unconsumed_tail):
            await _drain(stream, limit)
            raise _too_large(limit)
    if unpack and body and not unpack.eof:
        raise Refusal(Fault.MALFORMED, "the gzip of the body ends too early")
    return bytes(body)


async def _drain(stream: AsyncIterator[bytes], most: int) -> None:
    """Let a client that is still sending finish, within bounds: else it would not read the answer."""
    clock = asyncio.get_running_loop().time
    end = clock() + _LONGEST_DRAIN
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(_IDLE_DRAIN) as patience:
            async for chunk in stream:
                most -= len(chunk)
                if most < 0:
                    return
                patience.reschedule(min(end, clock() + _IDLE_DRAIN))


def _too_large(limit: int) -> Refusal:
    return Refusal(Fault.TOO_LARGE, f"the body is larger than {limit} bytes")


class _Gzip:
    """zlib's decompressor, whose errors are the caller's fault."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP)

    @property
    def unconsumed_tail(self) -> bytes:
        return self._zlib.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    def decompress(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._zlib.decompress(chunk, max(most, 1))
        except zlib.error:
            raise Refusal(Fault.MALFORMED, "the body is not the gzip that Content-Encoding says") from None


def _unpacking(request: Request) -> _Gzip | None:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return _Gzip()
    raise Refusal(Fault.MEDIA_TYPE, "send the body as it is or as gzip", expression="http.Content-Encoding")


async def read_resource(request: Request) -> Resource:
    """The resource in the body."""
    check_fhir(request)
    return parse(await read_body(request))


async def read_optional_resource(request: Request) -> Resource | None:
    """The resource in the body; None where there is no body."""
    body = await read_body(request)
    if not body:
        return None
    check_fhir(request)
    return parse(body)


def query_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of the URL, in their order."""
    return _pairs(query_text(request), Fault.ADDRESS_TOO_LONG)


def query_text(request: Request) -> str:
    """The part of the URL after `?`, as it came; a Refusal (414) where it is too long."""
    text = str(request.scope["query_string"].decode("latin-1"))
    if len(text) > _LONGEST_QUERY:
        raise _too_long(Fault.ADDRESS_TOO_LONG)
    return text


def is_form(request: Request) -> bool:
    """Is the body a form (_search)?"""
    return media_type(request.headers.get("content-type", "")).name == FORM


async def form_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of a form body (_search)."""
    check_content_type(request, FORM)
    body = await read_body(request)
    try:
        return _pairs(body.decode("utf-8"), Fault.TOO_LARGE)
    except UnicodeDecodeError:
        raise Refusal(Fault.PARAMETER, "the form is not UTF-8") from None


def _pairs(text: str, fault: Fault) -> list[tuple[str, str]]:
    if len(text) > _LONGEST_QUERY:
        raise _too_long(fault)
    if text.count("&") >= _MOST_PARAMETERS:
        raise Refusal(fault, f"the query has more than {_MOST_PARAMETERS} parameters")
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except ValueError:
        raise Refusal(Fault.PARAMETER, "the query is not UTF-8") from None


def _too_long(fault: Fault) -> Refusal:
    return Refusal(fault, f"the query is longer than {_LONGEST_QUERY} characters")
