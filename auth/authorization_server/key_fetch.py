"""Key sets of clients that are fetched: https alone, from public networks alone, small, soon, and kept no
longer than their server says.

RFC 7517; SMART App Launch 2.2 ("Registering a client", JWKS URL); RFC 9111 (Cache-Control). The address that
was looked up and judged is the one that is connected to, so that a name can't change in between (SSRF).
"""

import ipaddress
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from auth.authorization_server import jwks

Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) -> IP addresses."""
Permit = Callable[[str], bool]

LARGEST = 65_536
TIMEOUT = 5.0
_LONGEST, _USUAL, _AGAIN = 3600.0, 300.0, 10.0
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})")


class NotFetched(ValueError):
    """The key set can't be had; the text says why."""


def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """May this platform connect there on a client's word? Never to the machine or the house's own nets."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return is_public(str(mapped)) if mapped else ip.is_global and not ip.is_multicast


@dataclass(frozen=True, slots=True)
class _Kept:
    document: dict[str, Any]
    fetched: float
    until: float


class KeyFetcher:
    """Fetches and keeps key sets, for one process; it runs in the thread pool."""

    def __init__(
        self,
        resolve: Resolve = resolve,
        permit: Permit = is_public,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._resolve = resolve
        self._permit = permit
        self._given = context
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def keys(self, url: str, kid: str) -> dict[str, Any]:
        """The key set at `url`; fetched anew where it is too old or does not know `kid`. NotFetched."""
        kept, now = self._kept.get(url), monotonic()
        if kept is not None and now < kept.until:
            known = any(key.get("kid") == kid for key in kept.document["keys"])
            if known or now - kept.fetched < _AGAIN:
                return kept.document
        with self._lock:
            document, seconds = self._fetch(url)
            self._kept[url] = _Kept(document, monotonic(), monotonic() + seconds)
        return document

    def _fetch(self, url: str) -> tuple[dict[str, Any], float]:
        try:
            parts = urlsplit(url)
            port = parts.port or 443
        except ValueError:
            raise NotFetched("the address of the key set can't be read") from None
        if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
            raise NotFetched("a key set is fetched over https alone")
        try:
            addresses = self._resolve(parts.hostname, port)
        except OSError:
            raise NotFetched("the host of the key set is unknown") from None
        if not addresses or not all(self._permit(each) for each in addresses):
            raise NotFetched("the host of the key set is no public one")
        return self._get(parts, addresses[0], port)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Made at the first fetch: to read the authorities of the system takes longer than all else here."""
        return self._given or ssl.create_default_context()

    def _get(self, parts: SplitResult, address: str, port: int) -> tuple[dict[str, Any], float]:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Accept: application/json",
            "Connection: close",
        )
        request = "\r\n".join(lines) + "\r\n\r\n"
        began = monotonic()
        try:
            with (
                socket.create_connection((address, port), TIMEOUT) as plain,
                self._context.wrap_socket(plain, server_hostname=parts.hostname) as secured,
            ):
                secured.sendall(request.encode("ascii"))
                reply = HTTPResponse(secured, method="GET")
                reply.begin()
                body = self._body(reply, began)
                status, control = reply.status, reply.headers.get("cache-control", "")
        except (OSError, HTTPException, UnicodeError):
            raise NotFetched("the key set can't be fetched") from None
        if status != 200:
            raise NotFetched("the key set is not there")
        try:
            return jwks.check(json.loads(body)), lifetime(control)
        except (ValueError, RecursionError) as error:
            raise NotFetched("the document is no key set") from error

    def _body(self, reply: HTTPResponse, began: float) -> bytes:
        body = b""
        while chunk := reply.read1(8192):
            body += chunk
            if len(body) > LARGEST:
                raise NotFetched("the key set is too large")
            if monotonic() - began > TIMEOUT:
                raise NotFetched("the key set takes too long")
        return body


def lifetime(control: str) -> float:
    """For how many seconds a document with this Cache-Control may be kept: never longer, an hour at most."""
    text = control.lower()
    if "no-store" in text or "no-cache" in text:
        return 0.0
    age = _MAX_AGE.search(text)
    return min(float(age[1]), _LONGEST) if age else _USUAL
