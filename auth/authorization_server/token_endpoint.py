"""Token endpoint: the checks around Authlib's, in the order in which they are made.

RFC 6749 sections 3.2 and 5. Whatever a caller sends, the answer is the JSON of RFC 6749, never a
fault of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from auth.authorization_server.form import parse_form
from auth.authorization_server.issuing import METHODS
from auth.authorization_server.request import TokenRequest
from auth.principal import Principal

if TYPE_CHECKING:
    from auth.authorization_server.client import Client
    from auth.authorization_server.server import AuthorizationServer

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, JSON body, headers; `client` and `name` where the caller has proved who it is.

    `person` is on whose behalf (an account's id), `alarm` what a security officer should look at.
    """

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=lambda: dict(NO_STORE))
    client: str | None = None
    name: str = ""
    person: Principal | None = None
    alarm: str | None = None


def token_reply(
    server: "AuthorizationServer",
    method: str,
    content_type: str,
    authorization: list[str],
    query: str,
    body: bytes,
) -> Reply:
    """Answer one request to the token endpoint."""
    if method != "POST":
        refusal = InvalidRequestError("the token endpoint takes POST", status_code=405)
        return _refused(refusal, {"Allow": "POST"})
    request = None
    try:
        if query:
            raise InvalidRequestError("parameters belong in the body")
        if len(authorization) > 1:
            raise InvalidRequestError("more than one Authorization header")
        form = parse_form(content_type, body)
        if "grant_type" not in form:
            raise InvalidRequestError("grant_type is missing")
        request = TokenRequest(server.token_url, form, authorization[0] if authorization else None)
        reply: Reply = server.create_token_response(request)
    except OAuth2Error as error:
        reply = _refused(error)
    except ValueError:
        # Authlib raises it while it builds an error text from what the caller sent (a quote, 中).
        reply = _refused(InvalidRequestError("the request holds characters that OAuth does not allow"))
    return _completed(reply, request, bool(authorization))


def _completed(reply: Reply, request: TokenRequest | None, basic: bool) -> Reply:
    headers = dict(reply.headers)
    if reply.status == 401 and basic:
        headers["WWW-Authenticate"] = 'Basic realm="furong"'
    client = request.client if request is not None else None
    if client is None:
        return Reply(reply.status, reply.body, headers)
    person = request.user.principal if request is not None and request.user is not None else None
    alarm = request.alarm if request is not None else None
    return Reply(reply.status, reply.body, headers, client.record.id, client.record.name, person, alarm)


def client_of(
    server: "AuthorizationServer", content_type: str, authorization: list[str], body: bytes, url: str
) -> "tuple[Client, TokenRequest]":
    """The client of a request to another endpoint, proved as at the token endpoint. OAuth2Error."""
    if len(authorization) > 1:
        raise InvalidRequestError("more than one Authorization header")
    form = parse_form(content_type, body)
    request = TokenRequest(url, form, authorization[0] if authorization else None)
    request.client = server.authenticate_client(request, METHODS)
    return request.client, request


def guarded(answer: Callable[[], Reply], basic: bool) -> Reply:
    """Whatever goes wrong on the caller's side is the JSON of RFC 6749 section 5.2."""
    try:
        return answer()
    except OAuth2Error as error:
        reply = _refused(error)
    except ValueError:
        reply = _refused(InvalidRequestError("the request holds characters that OAuth does not allow"))
    return _completed(reply, None, basic)


def _refused(error: OAuth2Error, headers: Mapping[str, str] | None = None) -> Reply:
    status, body, _ = error()
    return Reply(status, body, NO_STORE | dict(headers or {}))
