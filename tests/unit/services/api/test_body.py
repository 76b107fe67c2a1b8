import gzip
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from fhir.outcome import Fault
from services.api.body import FORM, form_parameters, query_parameters, read_body, read_resource
from services.api.negotiation import FHIR_JSON
from tests.support.refusal import refused

LIMIT = 100


def request(*chunks: bytes, type: str = FHIR_JSON, query: bytes = b"", encoding: str = "") -> Request:
    settings = SimpleNamespace(max_body_bytes=LIMIT)
    app = SimpleNamespace(state=SimpleNamespace(platform=SimpleNamespace(settings=settings)))
    left = list(chunks)

    async def receive() -> dict[str, Any]:
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    headers = [(b"content-type", type.encode())]
    headers += [(b"content-encoding", encoding.encode())] if encoding else []
    return Request({"type": "http", "headers": headers, "query_string": query, "app": app}, receive)


async def test_a_body_up_to_the_limit() -> None:
    assert await read_body(request(b"x" * 60, b"y" * 40)) == b"x" * 60 + b"y" * 40


async def test_a_body_above_it_is_refused_before_it_is_read_to_its_end() -> None:
    # As much again is let in, unseen. A fifth chunk would be an IndexError: it is never asked for.
    asked = request(b"x" * 60, b"y" * 41, b"z" * 60, b"z" * 41)
    await refused(read_body(asked), Fault.TOO_LARGE)


async def test_a_packed_body_counts_as_long_as_it_is_unpacked() -> None:
    """Checklist line 106."""
    encoded = {"encoding": "gzip"}
    packed = gzip.compress(b"x" * LIMIT)
    assert await read_body(request(packed[:10], packed[10:], **encoded)) == b"x" * LIMIT
    await refused(read_body(request(gzip.compress(b"x" * (LIMIT + 1)), **encoded)), Fault.TOO_LARGE)
    await refused(read_body(request(packed[:-9], **encoded)), Fault.MALFORMED)
    await refused(read_body(request(b"plain", **encoded)), Fault.MALFORMED)
    await refused(read_body(request(b"x", encoding="br")), Fault.MEDIA_TYPE)


async def test_a_resource() -> None:
    assert await read_resource(request(b'{"resourceType":"Patient"}')) == {"resourceType": "Patient"}
    await refused(read_resource(request(b"{}")), Fault.MALFORMED)
    await refused(read_resource(request(b"{}", type="text/plain")), Fault.MEDIA_TYPE)


def test_the_parameters_of_the_address_in_their_order() -> None:
    given = query_parameters(request(query=b"code=a&code=b+c&name=%E5%BC%A0&empty="))
    assert given == [("code", "a"), ("code", "b c"), ("name", "张"), ("empty", "")]


async def query(text: bytes) -> object:
    return query_parameters(request(query=text))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"name=%ff", Fault.PARAMETER),
        (b"&".join([b"a=b"] * 1001), Fault.ADDRESS_TOO_LONG),
        (b"a=" + b"b" * 65_536, Fault.ADDRESS_TOO_LONG),
    ],
)
async def test_queries_that_are_refused(text: bytes, fault: Fault) -> None:
    await refused(query(text), fault)


async def test_a_form() -> None:
    assert await form_parameters(request("name=张&a=b".encode(), type=FORM)) == [("name", "张"), ("a", "b")]
    await refused(form_parameters(request(b"\xff", type=FORM)), Fault.PARAMETER)
    await refused(form_parameters(request(b"a=b")), Fault.MEDIA_TYPE)
