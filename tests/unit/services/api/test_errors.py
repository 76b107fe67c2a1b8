import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from pymongo.errors import AutoReconnect
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fhir.outcome import Fault, Refusal
from services.api.errors import Answered, failed, refused, unrouted


def request(method: str = "GET") -> Request:
    return Request({"type": "http", "method": method, "path": "/fhir/x", "headers": [], "query_string": b""})


def told(reply: Response) -> dict[str, Any]:
    outcome = json.loads(bytes(reply.body))
    assert outcome["resourceType"] == "OperationOutcome"
    issue: dict[str, Any] = outcome["issue"][0]
    return issue


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.METHOD])
def test_each_fault_has_its_status_and_code(fault: Fault) -> None:
    """Checklist line 105."""
    reply = refused(request(), Refusal(fault, "why"))
    assert (reply.status_code, told(reply)["code"]) == (fault.status, fault.code)


def test_what_a_client_may_do_about_it() -> None:
    assert "Bearer" in refused(request(), Refusal(Fault.UNAUTHENTICATED, "x")).headers["www-authenticate"]
    assert refused(request(), Refusal(Fault.TOO_LARGE, "x")).headers["connection"] == "close"
    media = Refusal(Fault.MEDIA_TYPE, "x")
    assert "json-patch" in refused(request("PATCH"), media).headers["accept-patch"]
    assert "accept-patch" not in refused(request("POST"), media).headers


def test_no_such_address() -> None:
    assert told(unrouted(request(), HTTPException(404)))["code"] == "not-found"
    assert unrouted(request(), HTTPException(400)).status_code == 400


def test_our_fault_is_a_reference_and_nothing_of_the_inside() -> None:
    """Checklist line 105."""
    reply = failed(request(), ValueError("secret"))
    assert (reply.status_code, told(reply)["code"]) == (500, "exception")
    assert b"secret" not in reply.body
    assert failed(request(), AutoReconnect("host")).status_code == 503


async def test_a_failure_is_answered_unless_the_answer_has_begun() -> None:
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/begun":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("secret")

    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b""}
    await Answered(broken)(scope | {"path": "/"}, receive, send)
    assert sent[0]["status"] == 500
    with pytest.raises(ValueError, match="secret"):
        await Answered(broken)(scope | {"path": "/begun"}, receive, send)
