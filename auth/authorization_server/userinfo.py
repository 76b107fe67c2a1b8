"""Userinfo endpoint: who the person behind an access token is.

OpenID Connect Core 5.3. Authlib's own would take the token by a part that exists for Flask and Django only.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auth.authorization_server.issuing import identity
from auth.authorization_server.token_endpoint import NO_STORE, Reply
from auth.store import tokens
from auth.tokens import SeveralCredentials, bearer, principal_of, single

if TYPE_CHECKING:
    from auth.authorization_server.server import AuthorizationServer


def userinfo(server: "AuthorizationServer", headers: Sequence[str]) -> Reply:
    """The claims of a person's token with the scope `openid`; 401 for any other. `headers` are all
    Authorization headers."""
    try:
        authorization = single(headers)
    except SeveralCredentials as refusal:
        body = {"error": "invalid_request", "error_description": str(refusal)}
        return Reply(400, body, NO_STORE | {"WWW-Authenticate": refusal.challenge})
    token = bearer(authorization)
    record = tokens.find(server.database, token) if token else None
    if record is None or record.account is None:
        challenge = 'Bearer realm="furong"' + (', error="invalid_token"' if authorization else "")
        return Reply(401, {"error": "invalid_token"}, NO_STORE | {"WWW-Authenticate": challenge})
    if "openid" not in record.scope.split():
        challenge = 'Bearer realm="furong", error="insufficient_scope", scope="openid"'
        return Reply(403, {"error": "insufficient_scope"}, NO_STORE | {"WWW-Authenticate": challenge})
    claims = identity(principal_of(record, ""), record.scope, server.fhir_base)
    return Reply(200, {"sub": record.account, **claims})
