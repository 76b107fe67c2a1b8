"""Client credentials grant.

RFC 6749 section 4.4; SMART App Launch 2.2, "Backend Services".
"""

from authlib.oauth2.rfc6749.errors import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant as AuthlibGrant

METHODS = ("private_key_jwt", "client_secret_basic", "client_secret_post")


class ClientCredentialsGrant(AuthlibGrant):  # type: ignore[misc]
    """A confidential client asks for a token on its own behalf."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_requested_scope(self) -> None:
        """Refuse before a token is made when nothing of what was asked is allowed."""
        if self.request.client.get_allowed_scope(self.request.payload.scope) is None:
            raise InvalidScopeError("none of the requested scopes is allowed to this client")
