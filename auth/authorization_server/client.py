"""Registered client in Authlib's shape.

RFC 6749 section 2.
"""

from authlib.oauth2.rfc6749.models import ClientMixin

from auth import secret
from auth.smart.scope import grant
from auth.store.clients import KEY, SECRET, ClientRecord

_METHODS = {SECRET: {"client_secret_basic", "client_secret_post"}, KEY: {"private_key_jwt"}}


class Client(ClientMixin):  # type: ignore[misc]
    """A client, seen by a grant."""

    def __init__(self, record: ClientRecord) -> None:
        self.record = record

    def get_client_id(self) -> str:
        """Its id."""
        return self.record.id

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The part of `scope` that it may have (None asks for everything), or None when that is nothing."""
        return grant(scope, self.record.scope) or None

    def check_client_secret(self, client_secret: str) -> bool:
        """Is this its secret?"""
        return self.record.secret is not None and secret.matches(client_secret, self.record.secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """May it prove itself in this way? A client with keys can't fall back to a secret."""
        return method in _METHODS[self.record.method]

    def check_grant_type(self, grant_type: str) -> bool:
        """Only client_credentials is offered."""
        return grant_type == "client_credentials"
