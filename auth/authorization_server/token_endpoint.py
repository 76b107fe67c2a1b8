"""Token endpoint: the checks around Authlib's, in the order in which they are made.

RFC 6749 sections 3.2 and 5. Whatever a caller sends, the answer is the JSON of RFC 6749, never a
fault of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from auth.authorization_server.form import parse_form
from auth.authorization_server.request import TokenRequest

if TYPE_CHECKING:
    from auth.authorization_server.server import AuthorizationServer

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, JSON body, headers; `client` and `name` where the caller has proved who it is."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=lambda: dict(_NO_STORE))
    client: str | None = None
    name: str = ""


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
    return Reply(reply.status, reply.body, headers, client.record.id, client.record.name)


def _refused(error: OAuth2Error, headers: Mapping[str, str] | None = None) -> Reply:
    status, body, _ = error()
    return Reply(status, body, _NO_STORE | dict(headers or {}))
