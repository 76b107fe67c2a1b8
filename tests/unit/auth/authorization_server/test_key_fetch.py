"""Key sets that are fetched (RFC 9700 line 28; SMART kit line 89): a real TLS server on the loopback."""

import json
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from auth.authorization_server import key_fetch
from auth.authorization_server.key_fetch import KeyFetcher, NotFetched, is_public, lifetime
from tests.support.certificates import Authority
from tests.unit.auth.authorization_server.conftest import JWKS

HOST = "keys.example"
ODD = (
    "http://keys.example/k",
    "file:///etc/passwd",
    "https://a@keys.example/k",
    "https:///",
    "x",
    "https://keys.example:x/",
)


@dataclass
class Host:
    """The server: what it answers, and how often it was asked."""

    port: int = 0
    status: int = 200
    body: bytes = field(default_factory=lambda: json.dumps(JWKS).encode())
    control: str = "max-age=600"
    location: str | None = None
    pause: float = 0.0
    asked: list[str] = field(default_factory=list)
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def url(self) -> str:
        """Where the keys are."""
        return f"https://{HOST}:{self.port}/keys?v=1"

    def fetcher(self, **more: object) -> KeyFetcher:
        """One that finds the loopback under the host's name and may go there."""
        usual = {"resolve": found, "permit": lambda address: True, "context": self.context}
        return KeyFetcher(**usual | more)  # type: ignore[arg-type]


def found(host: str, port: int) -> Sequence[str]:
    """The injected resolver."""
    assert host == HOST
    return ["127.0.0.1"]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """It serves until the test is over."""
    told, authority = Host(), Authority(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            self.send_response(told.status)
            self.send_header("Cache-Control", told.control)
            if told.location:
                self.send_header("Location", told.location)
            self.end_headers()
            for at in range(0, len(told.body), 20_000):
                self.wfile.write(told.body[at : at + 20_000])
                time.sleep(told.pause)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.sign(HOST))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    told.port = server.server_address[1]
    told.context = ssl.create_default_context(cafile=str(authority.file))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


def test_fetched_once_while_it_may_be_kept(host: Host) -> None:
    fetcher = host.fetcher()
    assert fetcher.keys(host.url, "ec") == JWKS
    assert fetcher.keys(host.url, "rsa") == JWKS
    assert host.asked == ["/keys?v=1"]


@pytest.mark.parametrize("control", ["no-store", "no-cache, max-age=600", "max-age=0"])
def test_never_kept_beyond_cache_control(host: Host, control: str) -> None:
    host.control, fetcher = control, host.fetcher()
    for _ in range(2):
        fetcher.keys(host.url, "ec")
    assert len(host.asked) == 2


def test_an_unknown_key_is_looked_for_again(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = host.fetcher()
    fetcher.keys(host.url, "ec")
    fetcher.keys(host.url, "new")
    assert len(host.asked) == 1
    monkeypatch.setattr(key_fetch, "_AGAIN", 0.0)
    fetcher.keys(host.url, "new")
    assert len(host.asked) == 2


def test_a_host_of_the_own_network_is_never_asked(host: Host) -> None:
    with pytest.raises(NotFetched, match="no public one"):
        host.fetcher(permit=is_public).keys(host.url, "ec")
    mixed = ["93.184.215.14", "10.0.0.1"]
    with pytest.raises(NotFetched, match="no public one"):
        host.fetcher(permit=is_public, resolve=lambda host, port: mixed).keys(host.url, "ec")
    with pytest.raises(NotFetched, match="no public one"):
        host.fetcher(resolve=lambda host, port: []).keys(host.url, "ec")
    assert host.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://keys.example/k",
        "file:///etc/passwd",
        "https://a@keys.example/k",
        "https:///",
        "x",
        "https://keys.example:x/",
    ],
)
def test_https_alone(host: Host, url: str) -> None:
    with pytest.raises(NotFetched):
        host.fetcher().keys(url, "ec")


def test_no_redirect_is_followed(host: Host) -> None:
    host.status, host.location = 302, "https://127.0.0.1/keys"
    with pytest.raises(NotFetched, match="not there"):
        host.fetcher().keys(host.url, "ec")
    assert len(host.asked) == 1


def test_size_and_time_are_capped(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.body = b" " * (key_fetch.LARGEST + 1)
    with pytest.raises(NotFetched, match="too large"):
        host.fetcher().keys(host.url, "ec")
    host.body, host.pause = b" " * 60_000, 0.2
    monkeypatch.setattr(key_fetch, "TIMEOUT", 0.3)
    with pytest.raises(NotFetched):
        host.fetcher().keys(host.url, "ec")


def test_only_public_keys_of_the_right_kind(host: Host) -> None:
    for body in (
        b"{}",
        b"nonsense",
        b"[]",
        b"[" * 5000,
        json.dumps({"keys": [{"kty": "oct", "k": "x"}]}).encode(),
    ):
        host.body = body
        with pytest.raises(NotFetched, match="no key set"):
            host.fetcher().keys(host.url, "ec")


def test_a_certificate_of_another_is_refused(host: Host) -> None:
    with pytest.raises(NotFetched, match="can't be fetched"):
        host.fetcher(context=ssl.create_default_context()).keys(host.url, "ec")


def test_an_unknown_host(host: Host) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(NotFetched, match="unknown"):
        host.fetcher(resolve=unknown).keys(host.url, "ec")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("nonsense", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=60", 60),
        ("Max-Age=60, public", 60),
        ("max-age=999999", 3600),
        ("", 300),
        ("no-store", 0),
        ("s-maxage=9", 300),
    ],
)
def test_lifetime(control: str, seconds: float) -> None:
    assert lifetime(control) == seconds
