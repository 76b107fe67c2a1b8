"""Authorization server on Authlib's core: clients and persons in, codes and tokens out, all in the database.

RFC 6749, RFC 6750. Opaque tokens, because a token must be dead at once when its client or its person is.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer as AuthlibServer
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6750 import BearerTokenGenerator

from auth import moment, secret
from auth.authorization_server.assertion import ClientAssertion
from auth.authorization_server.authorization_code import AuthorizationCodeGrant
from auth.authorization_server.authorization_endpoint import Asked, asked
from auth.authorization_server.authorization_request import SmartChecks
from auth.authorization_server.basic import parse_basic
from auth.authorization_server.client import Client
from auth.authorization_server.client_credentials import ClientCredentialsGrant
from auth.authorization_server.introspection import introspection_reply
from auth.authorization_server.issuing import Issuing, Sign
from auth.authorization_server.key_fetch import KeyFetcher
from auth.authorization_server.pkce import Pkce
from auth.authorization_server.redirect_uri import LOOPBACK
from auth.authorization_server.refresh_token import RefreshTokenGrant
from auth.authorization_server.request import TokenRequest
from auth.authorization_server.revocation import revocation_reply
from auth.authorization_server.token_endpoint import NO_STORE, Reply, token_reply
from auth.store import assertions, clients, tokens
from auth.store.clients import KEY
from auth.store.database import SyncDatabase

LIFETIME = 3600
BACKEND_LIFETIME = 300


class AuthorizationServer(AuthlibServer):  # type: ignore[misc]
    """The authorization server of one platform; `issuer` is its public address without a trailing slash."""

    def __init__(
        self,
        database: SyncDatabase,
        issuer: str,
        sign: Sign | None = None,
        fetcher: KeyFetcher | None = None,
    ) -> None:
        super().__init__()
        address = urlsplit(issuer)
        if address.scheme != "https" and address.hostname not in LOOPBACK:
            raise ValueError(f"the issuer must be https, except on this machine itself: {issuer}")
        self.issuer = issuer
        self.fhir_base = f"{issuer}/fhir"
        self.token_url = f"{issuer}/oauth/token"
        self.database = database
        self.issuing = Issuing(database, issuer, self.fhir_base, sign or _unsigned)
        self.register_token_generator(
            "default", BearerTokenGenerator(lambda **_: secret.new(), None, _lifetime)
        )
        self.register_client_auth_method("client_secret_basic", _basic)
        self.register_client_auth_method("client_secret_post", _post)
        self.register_client_auth_method(
            "private_key_jwt",
            ClientAssertion((self.token_url, issuer), self._claim, fetcher or KeyFetcher()),
        )
        self.register_client_auth_method("none", _public)
        self.register_grant(ClientCredentialsGrant)
        self.register_grant(AuthorizationCodeGrant, [Pkce(required=True), SmartChecks(self.fhir_base)])
        self.register_grant(RefreshTokenGrant)

    def token(
        self, method: str, content_type: str, authorization: list[str], query: str, body: bytes
    ) -> Reply:
        """Answer one request to the token endpoint; only the database's own errors come through.

        `authorization` are all Authorization headers of the request.
        """
        return token_reply(self, method, content_type, authorization, query, body)

    def asked(self, pairs: Iterable[tuple[str, str]]) -> Asked:
        """What an authorization request asks for. Refused says why it goes no further, and where to."""
        return asked(self, pairs)

    def revoke(self, content_type: str, authorization: list[str], body: bytes) -> Reply:
        """RFC 7009."""
        return revocation_reply(self, content_type, authorization, body)

    def introspect(self, content_type: str, authorization: list[str], body: bytes) -> Reply:
        """RFC 7662."""
        return introspection_reply(self, content_type, authorization, body)

    def query_client(self, client_id: str) -> Client | None:
        """The client in Authlib's shape; one that is disabled or waits for approval is unknown."""
        record = clients.find(self.database, client_id)
        return Client(record) if record and record.usable else None

    def authenticate_client(
        self, request: TokenRequest, methods: Sequence[str], endpoint: str = "token"
    ) -> Client:
        """Exactly one method, one answer for every failure."""
        method = _method(request)
        client = self._client_auth._methods[method](self.query_client, request) if method in methods else None
        if client is None or not client.check_endpoint_auth_method(method, endpoint):
            raise InvalidClientError("client authentication failed", status_code=401)
        request.auth_method, request.client = method, client
        authenticated: Client = client
        return authenticated

    def save_token(self, token: dict[str, Any], request: TokenRequest) -> None:
        """Keep the token, then look at its client once more (`clients.disable`, `clients.link`)."""
        client = request.client.record
        issued = moment.now()
        record = tokens.TokenRecord(
            client=client.id,
            name=client.name,
            organization=client.organization,
            regional=client.regional,
            scope=token["scope"],
            issued=issued,
            expires=moment.after(issued, token["expires_in"]),
            linked=client.linked,
        )
        tokens.insert(self.database, token["access_token"], record)
        now = self.query_client(client.id)
        if now is None:
            tokens.delete(self.database, token["access_token"])
            raise InvalidClientError("client authentication failed", status_code=401)
        if now.record.linked != client.linked:
            tokens.relink(self.database, token["access_token"], linked=now.record.linked)

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        """The request is already in Authlib's shape."""
        return request

    def handle_response(self, status: int, body: Mapping[str, Any], headers: list[tuple[str, str]]) -> Reply:
        """Authlib's answer in ours: JSON, or a redirect."""
        location = {name: value for name, value in headers if name == "Location"}
        return Reply(status, body or {}, NO_STORE | location)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """There are no listeners."""

    def _claim(self, client: str, jti: str, expires: Any) -> bool:
        return assertions.claim(self.database, client, jti, expires)


def _method(request: TokenRequest) -> str:
    """How the client proves itself in this request; two ways at once are an error."""
    ways = {
        "client_secret_basic": "Authorization" in request.headers,
        "client_secret_post": "client_secret" in request.form,
        "private_key_jwt": "client_assertion" in request.form,
    }
    used = [method for method, present in ways.items() if present]
    if len(used) > 1:
        raise InvalidRequestError("more than one way of client authentication in one request")
    return used[0] if used else "none"


def _basic(query_client: Any, request: TokenRequest) -> Client | None:
    pair = parse_basic(request.headers["Authorization"])
    if pair is None:
        return None
    if request.form.get("client_id", pair[0]) != pair[0]:
        raise InvalidRequestError("client_id differs from the Authorization header")
    return _by_secret(query_client, *pair)


def _post(query_client: Any, request: TokenRequest) -> Client | None:
    return _by_secret(query_client, request.form.get("client_id", ""), request.form["client_secret"])


def _public(query_client: Any, request: TokenRequest) -> Client | None:
    client: Client | None = query_client(request.form.get("client_id", ""))
    return client


def _by_secret(query_client: Any, client_id: str, client_secret: str) -> Client | None:
    client: Client | None = query_client(client_id)
    return client if client and client.check_client_secret(client_secret) else None


def _lifetime(client: Client, grant_type: str) -> int:
    return BACKEND_LIFETIME if client.record.method == KEY else LIFETIME


def _unsigned(claims: Mapping[str, Any]) -> str:
    raise RuntimeError("this server was given no key to sign with")
