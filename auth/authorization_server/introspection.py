"""Introspection endpoint: what a token stands for, to those who may ask.

RFC 7662; SMART App Launch 2.2, "Token Introspection". Who may ask: a client about its own tokens; a client
(or the bearer of a token) with the scope `introspect` about every token; anybody about those of a client that
is set to be open. What may not be told, or is over, is `active: false` and nothing else.
"""

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError

from auth.authorization_server.form import parse_form
from auth.authorization_server.issuing import identity
from auth.authorization_server.token_endpoint import Reply, client_of, guarded
from auth.smart.granting import INTROSPECT
from auth.store import authorizations, clients, refresh_tokens, tokens
from auth.store.tokens import TokenRecord
from auth.tokens import bearer, principal_of

if TYPE_CHECKING:
    from auth.authorization_server.server import AuthorizationServer

_INACTIVE: dict[str, Any] = {"active": False}
_PROOFS = ("client_id", "client_secret", "client_assertion")


class _Asker:
    """Who asks: a client by id, one that may ask about every token, or nobody that is known."""

    def __init__(self, client: str | None = None, name: str = "", *, every: bool = False) -> None:
        self.client = client
        self.name = name
        self.every = every


def introspection_reply(
    server: "AuthorizationServer", content_type: str, authorization: list[str], body: bytes
) -> Reply:
    """See `AuthorizationServer.introspect`."""

    def answer() -> Reply:
        form = parse_form(content_type, body)
        if "token" not in form:
            raise InvalidRequestError("token is missing")
        asker = _asker(server, content_type, authorization, body)
        told = _told(server, asker, form["token"])
        return Reply(200, told or _INACTIVE, client=asker.client, name=asker.name)

    return guarded(answer, bool(authorization))


def _asker(server: "AuthorizationServer", content_type: str, authorization: list[str], body: bytes) -> _Asker:
    form = parse_form(content_type, body)
    if len(authorization) == 1 and (token := bearer(authorization[0])) is not None:
        record = tokens.find(server.database, token)
        if record is None or INTROSPECT not in record.scope.split():
            raise InvalidClientError("the access token does not allow to introspect", status_code=401)
        return _Asker(record.client, record.name, every=True)
    if not authorization and not any(name in form for name in _PROOFS):
        if not _open(server, form["token"]):
            raise InvalidClientError("client authentication is missing", status_code=401)
        return _Asker()
    client, request = client_of(
        server, content_type, authorization, body, f"{server.issuer}/oauth/introspect"
    )
    known = client.record
    every = INTROSPECT in known.scope.split() and request.auth_method != "none"
    return _Asker(known.id, known.name, every=every)


def _open(server: "AuthorizationServer", token: str) -> bool:
    """Without proof: where any client is open, the answer to an unknown token is that it is inactive."""
    found = tokens.find(server.database, token)
    if found is None:
        return clients.any_open(server.database)
    client = clients.find(server.database, found.client)
    return client is not None and client.open_introspection


def _told(server: "AuthorizationServer", asker: _Asker, token: str) -> dict[str, Any] | None:
    record = tokens.find(server.database, token)
    if record is not None:
        mine = asker.every or asker.client in (record.client, None)
        return _of_access(server, record) if mine else None
    refresh = refresh_tokens.peek(server.database, token)
    if refresh is None or not (asker.every or asker.client == refresh[0]):
        return None
    return _of_refresh(server, *refresh)


def _of_access(server: "AuthorizationServer", record: TokenRecord) -> dict[str, Any]:
    body: dict[str, Any] = {
        "active": True,
        "client_id": record.client,
        "scope": record.scope,
        "token_type": "Bearer",
        "exp": int(record.expires.timestamp()),
        "iat": int(record.issued.timestamp()),
        "iss": server.issuer,
        "aud": server.fhir_base,
        "sub": record.account or record.client,
    }
    if record.launched:
        body["patient"] = record.launched.removeprefix("Patient/")
    if record.encounter:
        body["encounter"] = record.encounter.removeprefix("Encounter/")
    if record.account:
        body |= identity(principal_of(record, ""), record.scope, server.fhir_base)
        body.pop("profile", None)
    return body


def _of_refresh(
    server: "AuthorizationServer", client: str, authorization: str, issued: Any, expires: Any
) -> dict[str, Any] | None:
    given = authorizations.find(server.database, authorization)
    if given is None or given.ended is not None or server.issuing.standing(given) is None:
        return None
    return {
        "active": True,
        "client_id": client,
        "scope": given.scope,
        "exp": int(expires.timestamp()),
        "iat": int(issued.timestamp()),
        "iss": server.issuer,
        "sub": given.account,
    }
