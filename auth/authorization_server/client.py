"""Registered client in Authlib's shape.

RFC 6749 section 2.
"""

from authlib.oauth2.rfc6749.models import ClientMixin

from auth import secret
from auth.authorization_server.redirect_uri import registered
from auth.smart.granting import grant
from auth.smart.scope import parse_all
from auth.store.clients import KEY, NONE, SECRET, ClientRecord

_METHODS = {
    SECRET: {"client_secret_basic", "client_secret_post"},
    KEY: {"private_key_jwt"},
    NONE: {"none"},
}
_OF_APPS = ("authorization_code", "refresh_token")


class Client(ClientMixin):  # type: ignore[misc]
    """A client, seen by a grant."""

    def __init__(self, record: ClientRecord) -> None:
        self.record = record

    def get_client_id(self) -> str:
        """Its id."""
        return self.record.id

    def get_default_redirect_uri(self) -> None:
        """There is none: a request says it."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The part of `scope` that it may have (None asks for everything), or None when that is nothing."""
        return grant(scope, self.record.scope) or None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Is it one of those that were registered?"""
        return registered(redirect_uri, self.record.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Is this its secret?"""
        return self.record.secret is not None and secret.matches(client_secret, self.record.secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """May it prove itself in this way? A client with keys can't fall back to a secret, nor to nothing."""
        return method in _METHODS[self.record.method]

    def check_response_type(self, response_type: str) -> bool:
        """An app asks for codes."""
        return response_type == "code" and self.record.is_app

    def check_grant_type(self, grant_type: str) -> bool:
        """An app has persons' tokens; a system with an organisation, or of the region, has its own."""
        if grant_type == "client_credentials":
            return bool(self.record.organization or self.record.regional) and self.is_system
        return grant_type in _OF_APPS and self.record.is_app

    @property
    def is_system(self) -> bool:
        """Does it have scopes of its own?"""
        levels = {scope.level for scope in parse_all(self.record.scope)}
        return "system" in levels or not self.record.is_app
