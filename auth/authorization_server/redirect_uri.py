"""Redirect URIs: which may be registered, and whether a request's is one of them.

RFC 6749 section 3.1.2; RFC 9700 section 4.1 (exact match); RFC 8252 sections 7.1 and 7.3 (native apps).
"""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST, _LONGEST = 10, 512
_UNSAFE = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss", "urn"})


class UnfitAddress(ValueError):
    """The address may not be registered; the text says why."""


def check(uris: Iterable[str]) -> tuple[str, ...]:
    """`uris` as they are stored: 1 to 10. UnfitAddress otherwise."""
    found = tuple(dict.fromkeys(uris))
    if not 1 <= len(found) <= _MOST:
        raise UnfitAddress(f"an app has 1 to {_MOST} redirect URIs")
    for uri in found:
        _check(uri)
    return found


def check_web(uri: str) -> str:
    """An address of the web (a launch URL, a key set): https, or http on the machine itself."""
    _check(uri)
    if urlsplit(uri).scheme not in ("http", "https"):
        raise UnfitAddress("the address is https")
    return uri


def _check(uri: str) -> None:
    if len(uri) > _LONGEST or not uri.isascii() or not uri.isprintable() or set(uri) & set(' "<>\\^`{|}*'):
        raise UnfitAddress("a redirect URI is a plain address of at most 512 ASCII characters, without *")
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UnfitAddress("a redirect URI is an absolute address") from None
    if "#" in uri or "@" in parts.netloc:
        raise UnfitAddress("a redirect URI has no fragment and no user name")
    if parts.scheme in ("http", "https"):
        if not host:
            raise UnfitAddress("a redirect URI is an absolute address")
        if parts.scheme == "http" and host not in LOOPBACK:
            raise UnfitAddress("a redirect URI is https, except on the machine of the app itself")
    elif "." not in parts.scheme or parts.scheme in _UNSAFE:
        raise UnfitAddress("a native app's scheme is a domain of its maker turned round (com.example.app)")


def registered(uri: str, known: Iterable[str]) -> bool:
    """Is `uri` one of `known`, letter for letter? On the loopback interface the port may be another one."""
    return any(uri == each or _same_but_port(uri, each) for each in known)


def _same_but_port(uri: str, known: str) -> bool:
    """RFC 8252 section 7.3: a native app listens on whatever port it gets."""
    try:
        number, other = urlsplit(uri).port, urlsplit(known)
    except ValueError:
        return False
    if other.scheme != "http" or other.hostname not in LOOPBACK:
        return False
    host = f"[{other.hostname}]" if ":" in other.hostname else other.hostname
    rest = known.removeprefix(f"http://{other.netloc}")
    return number is not None and uri == f"http://{host}:{number}{rest}"


def is_native(uri: str) -> bool:
    """Could another program on the person's device stand behind it? (RFC 8252 section 8.6)"""
    return urlsplit(uri).scheme != "https"


def answer(uri: str, parameters: Mapping[str, str | None]) -> str:
    """`uri` with the parameters that are not None; what was in it stays byte for byte."""
    given = {name: value for name, value in parameters.items() if value is not None}
    mark = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return f"{uri}{mark}{urlencode(given, quote_via=quote, safe='', errors='surrogatepass')}"
