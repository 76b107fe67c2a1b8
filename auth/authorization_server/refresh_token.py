"""Refresh token grant: each refresh token is used once and gives the next one of its family.

RFC 6749 section 6; RFC 9700 section 4.14.2. One that comes again ends its family, and nothing else of the
person's; only within ten seconds of its use it is taken for the second of two tabs, and just refused.
"""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant as AuthlibGrant

from auth.authorization_server.issuing import ForPersons, Standing
from auth.smart.granting import grant
from auth.store import authorizations, refresh_tokens
from auth.store.authorizations import Authorization


class RefreshTokenGrant(ForPersons, AuthlibGrant):  # type: ignore[misc]
    """The refresh grant of this platform."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def validate_token_request(self) -> None:
        """Client, then scope, then the claim: a request that asks for too much spends no token."""
        client = self._validate_request_client()
        self.request.client = client
        token = self.request.form.get("refresh_token")
        if token is None:
            raise InvalidRequestError("refresh_token is missing")
        self.request.refresh_token = self._claimed(token, client.record.id)

    def _claimed(self, token: str, client: str) -> Authorization:
        database = self.server.database
        known = refresh_tokens.peek(database, token)
        authorization = authorizations.find(database, known[1]) if known and known[0] == client else None
        if authorization is not None:
            _check_scope(self.request.payload.scope, authorization.scope)
        if authorization is None or refresh_tokens.claim(database, token, client) is None:
            self._refuse(token, client)
        assert authorization is not None
        return authorization

    def _refuse(self, token: str, client: str) -> None:
        database = self.server.database
        again = refresh_tokens.used(database, token, client)
        if again is not None and not again.lately:
            authorizations.end_one(database, again.authorization)
            self.request.alarm = "a refresh token came twice"
        raise InvalidGrantError("the refresh token is unknown, used or over")

    def authenticate_user(self, refresh_token: Authorization) -> Standing:
        """The person, while the account may wear the hat and, for online_access, is logged in."""
        standing: Standing | None = self.server.issuing.standing(refresh_token)
        if standing is None or refresh_token.ended is not None:
            authorizations.end_one(self.server.database, refresh_token.id)
            raise InvalidGrantError("the refresh token is unknown, used or over")
        return standing

    def issue_token(self, user: Standing, refresh_token: Authorization) -> dict[str, Any]:
        """A new access token, narrower where that was asked for, and the next refresh token."""
        return self.generate_token(user, self.request.payload.scope or refresh_token.scope)

    def revoke_old_credential(self, refresh_token: Authorization) -> None:
        """It was claimed before."""


def _check_scope(requested: str | None, granted: str) -> None:
    """RFC 6749 section 6: nothing that was not granted at first."""
    if any(grant(word, granted) != word for word in (requested or "").split()):
        raise InvalidScopeError("a refresh can't widen the scope")
