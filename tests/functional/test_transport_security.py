"""TLS on both ports: 1.2 and 1.3, nothing older, by the server's own word; security-and-scale.md, line 28."""

import asyncio
import ssl
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.mllp.server import start
from services.config import Settings
from services.feed import transport
from tests.support.certificates import Authority
from tests.support.web_process import web_process

OLD, NEW = ssl.TLSVersion.TLSv1_1, (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


async def test_line_28_https_speaks_nothing_older_than_tls_1_2(
    database: tuple[str, str], tmp_path: Path
) -> None:
    certificate = Authority(tmp_path).sign("localhost")
    async with web_process(*database, tmp_path / "data", certificate=certificate) as address:
        await _speaks_tls_1_2_and_newer(urlsplit(address).port or 0)


async def test_line_28_the_feed_speaks_nothing_older_than_tls_1_2(tmp_path: Path) -> None:
    certificate = Authority(tmp_path).sign("localhost")
    settings = Settings.read(mllp_tls_certificate=certificate, mllp_tls_key=certificate)

    async def answer(*_: object) -> bytes | None:
        return None

    server = await start(answer, "127.0.0.1", 0, ssl=transport.context(settings))
    try:
        await _speaks_tls_1_2_and_newer(server.port)
    finally:
        await server.close(1.0)


async def _speaks_tls_1_2_and_newer(port: int) -> None:
    assert [await _version(port, each) for each in NEW] == ["TLSv1.2", "TLSv1.3"]
    with pytest.raises(ConnectionResetError):
        await _version(port, OLD)


async def test_the_client_of_these_tests_does_speak_the_old_version(tmp_path: Path) -> None:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(Authority(tmp_path).sign("localhost"))
    _only(made, OLD)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=made)
    async with server:
        assert await _version(server.sockets[0].getsockname()[1], OLD) == "TLSv1.1"


async def _version(port: int, wanted: ssl.TLSVersion) -> str | None:
    """What a client that speaks one version alone agrees on; the server breaks off where nothing."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _only(context, wanted)
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    found: ssl.SSLObject = writer.get_extra_info("ssl_object")
    writer.close()
    return found.version()


def _only(context: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")  # or OpenSSL itself would refuse the old version
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
