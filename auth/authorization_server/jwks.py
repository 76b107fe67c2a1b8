"""JSON Web Key Set of a client: public keys for RS384 and ES384, each with its own name.

RFC 7517; SMART App Launch 2.2, "Asymmetric (public key) client authentication".
"""

from base64 import urlsafe_b64decode
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

ALGORITHMS = {"RSA": "RS384", "EC": "ES384"}
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_SMALLEST_RSA = 2048
_MOST_KEYS = 20


class UnfitKeys(ValueError):
    """The document is not a key set that a client may register; the text says why."""


def check(document: Any) -> dict[str, Any]:
    """`document` as it is stored: 1 to 20 public RSA or P-384 keys, each `kid` once. UnfitKeys otherwise."""
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        raise UnfitKeys(f"a key set is an object with 1 to {_MOST_KEYS} keys")
    names = [_check_key(key) for key in keys]
    if len(set(names)) != len(names):
        raise UnfitKeys("two keys have the same kid")
    return {"keys": keys}


def _check_key(key: Any) -> str:
    if not isinstance(key, dict) or key.get("kty") not in ALGORITHMS:
        raise UnfitKeys("a key is an object with kty RSA or EC")
    if _PRIVATE & key.keys():
        raise UnfitKeys("the key set holds a private key: register public keys only")
    if not isinstance(key.get("kid"), str) or not key["kid"]:
        raise UnfitKeys("every key needs a kid")
    if key.get("alg", ALGORITHMS[key["kty"]]) != ALGORITHMS[key["kty"]] or key.get("use", "sig") != "sig":
        raise UnfitKeys("a key signs with RS384 or ES384")
    _check_strength(key)
    return str(key["kid"])


def _check_strength(key: dict[str, Any]) -> None:
    if key["kty"] == "EC" and key.get("crv") != "P-384":
        raise UnfitKeys("an EC key for ES384 is on P-384")
    try:
        if (
            key["kty"] == "RSA"
            and int.from_bytes(urlsafe_b64decode(key["n"] + "==")).bit_length() < _SMALLEST_RSA
        ):
            raise UnfitKeys(f"an RSA key needs {_SMALLEST_RSA} bits")
        JWKRegistry.import_key(key)
    except UnfitKeys:
        raise
    except (JoseError, KeyError, ValueError, TypeError) as error:
        raise UnfitKeys("a key can't be read") from error


def find(document: dict[str, Any] | None, kid: str, algorithm: str) -> RSAKey | ECKey | None:
    """The key `kid` if it signs with `algorithm`."""
    for key in (document or {}).get("keys", []):
        if key["kid"] == kid and ALGORITHMS[key["kty"]] == algorithm:
            read = JWKRegistry.import_key(key)
            return read if isinstance(read, RSAKey | ECKey) else None
    return None
