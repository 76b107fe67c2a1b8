"""ID token: what the outside provider signed about a person, checked.

OpenID Connect Core 1.0 section 3.1.3.7. Asymmetric signatures only: no secret can be mistaken for a key.
"""

import hmac
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "ES256", "ES384", "EdDSA"]
_SKEW = 60
_OLDEST = 600
_LONGEST_SUBJECT = 255


class BadToken(ValueError):
    """The token is not to be believed; the text says why, and nothing of what it holds."""


def verified(token: str, keys: Mapping[str, Any], *, issuer: str, client: str, nonce: str) -> dict[str, Any]:
    """The claims of a token, under the keys (a JWK set) of its issuer. BadToken."""
    try:
        claims = jwt.decode(token, jwk.KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise BadToken(f"it can't be verified ({type(error).__name__})") from None
    _check(claims, issuer, client, nonce)
    return claims


def _check(claims: dict[str, Any], issuer: str, client: str, nonce: str) -> None:
    now = time.time()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    expires, issued = _time(claims.get("exp")), _time(claims.get("iat"))
    checks = {
        "another issuer": claims.get("iss") == issuer,
        "another audience": client in audiences,
        "another authorized party": claims.get("azp", None if len(audiences) > 1 else client) == client,
        "it is over": expires > now - _SKEW,
        "it was not issued just now": now - _OLDEST < issued <= now + _SKEW,
        "another nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()),
        "no subject": _is_subject(claims.get("sub")),
    }
    for wrong, right in checks.items():
        if not right:
            raise BadToken(wrong)


def _time(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _is_subject(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_SUBJECT
