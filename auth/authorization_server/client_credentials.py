"""Client credentials grant.

RFC 6749 section 4.4; SMART App Launch 2.2, "Backend Services".
"""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant as AuthlibGrant

from auth.smart.granting import of_system

METHODS = ("private_key_jwt", "client_secret_basic", "client_secret_post")


class ClientCredentialsGrant(AuthlibGrant):  # type: ignore[misc]
    """A confidential client asks for a token on its own behalf."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_requested_scope(self) -> None:
        """Refuse before a token is made when nothing of what was asked is allowed to a system."""
        self.request.scope = of_system(
            self.request.client.get_allowed_scope(self.request.payload.scope) or ""
        )
        if not self.request.scope:
            raise InvalidScopeError("none of the requested scopes is allowed to this client")

    def generate_token(self, **_: Any) -> dict[str, Any]:
        """A token of its own scopes, and nothing to refresh it with."""
        token: dict[str, Any] = super().generate_token(scope=self.request.scope, include_refresh_token=False)
        return token
