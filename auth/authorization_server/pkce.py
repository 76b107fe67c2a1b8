"""PKCE: S256 alone, from every client.

RFC 7636; RFC 9700 section 2.1.1. Authlib's class asks confidential clients for nothing, takes `plain`, and
takes a missing method for it.
"""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import CODE_CHALLENGE_PATTERN

METHODS = ("S256",)
_S256_LENGTH = 43


class Pkce(CodeChallenge):  # type: ignore[misc]
    """The extension of the authorization code grant."""

    SUPPORTED_CODE_CHALLENGE_METHOD = METHODS

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """At /oauth/authorize: a challenge, and its method said."""
        data = grant.request.payload.data
        challenge = data.get("code_challenge", "")
        if data.get("code_challenge_method") not in METHODS:
            raise InvalidRequestError("code_challenge_method must be S256: PKCE is required of every client")
        if not CODE_CHALLENGE_PATTERN.match(challenge) or len(challenge) != _S256_LENGTH:
            raise InvalidRequestError("code_challenge must be the S256 of a code_verifier")

    def validate_code_verifier(self, grant: Any, result: Any) -> None:
        """At /oauth/token: the verifier, of every client."""
        if not grant.request.form.get("code_verifier"):
            raise InvalidGrantError("code_verifier is missing")
        super().validate_code_verifier(grant, result)

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        """Nothing else is ever stored."""
        return METHODS[0]

    def get_authorization_code_challenge(self, authorization_code: Any) -> str:
        """The challenge that the code is bound to."""
        challenge: str = authorization_code.record.challenge
        return challenge
