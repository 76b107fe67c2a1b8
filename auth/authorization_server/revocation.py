"""Revocation endpoint: a client gives a token back.

RFC 7009. A refresh token takes its whole family along. What is unknown, or another client's, changes nothing
and is answered like everything else: 200.
"""

from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from auth.authorization_server.token_endpoint import Reply, client_of, guarded
from auth.store import authorizations, refresh_tokens, tokens

if TYPE_CHECKING:
    from auth.authorization_server.server import AuthorizationServer


def revocation_reply(
    server: "AuthorizationServer", content_type: str, authorization: list[str], body: bytes
) -> Reply:
    """See `AuthorizationServer.revoke`."""

    def answer() -> Reply:
        url = f"{server.issuer}/oauth/revoke"
        client, request = client_of(server, content_type, authorization, body, url)
        token = request.form.get("token")
        if token is None:
            raise InvalidRequestError("token is missing")
        _revoke(server, client.record.id, token)
        return Reply(200, {}, client=client.record.id, name=client.record.name)

    return guarded(answer, bool(authorization))


def _revoke(server: "AuthorizationServer", client: str, token: str) -> None:
    database = server.database
    record = tokens.find(database, token)
    if record is not None and record.client == client:
        tokens.delete(database, token)
    refresh = refresh_tokens.peek(database, token)
    if refresh is not None and refresh[0] == client:
        authorizations.end_one(database, refresh[1])
