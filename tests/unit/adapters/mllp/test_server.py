"""The listener: limits, draining, TLS (lines 3 to 5 and 65 of the feed's checklist)."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.mllp.client import MllpError, connect
from adapters.mllp.connection import Limits, Observer
from adapters.mllp.frame import frame
from adapters.mllp.peer import Peer
from adapters.mllp.server import start
from tests.unit.adapters.mllp.conftest import Raw, Serve


async def echo(block: bytes, peer: Peer) -> bytes:
    return b"ACK " + block


class Refusals(Observer):
    def __init__(self) -> None:
        self.peers: list[Peer] = []

    def refused(self, peer: Peer) -> None:
        self.peers.append(peer)


async def test_serves_many_connections(serve: Serve) -> None:
    server = await serve(echo)

    async def one(name: bytes) -> bytes:
        async with await connect("127.0.0.1", server.port) as connection:
            await connection.send(b"first")
            return await connection.send(name)

    names = [str(n).encode() for n in range(50)]
    assert await asyncio.gather(*map(one, names)) == [b"ACK " + name for name in names]


async def test_more_connections_than_allowed_are_closed_at_once(serve: Serve, raw: Raw) -> None:
    refusals = Refusals()
    server = await serve(echo, Limits(connections=1), observer=refusals)
    first, writer = await raw(server)
    writer.write(frame(b"1"))
    assert await first.readexactly(8) == frame(b"ACK 1")
    second, _ = await raw(server)
    assert await second.read() == b""
    assert len(refusals.peers) == 1
    writer.write(frame(b"2"))
    assert await first.readexactly(8) == frame(b"ACK 2")


async def test_a_peer_that_is_not_admitted_is_closed_at_once(serve: Serve, raw: Raw) -> None:
    refusals = Refusals()
    server = await serve(echo, observer=refusals, admit=lambda peer: peer.host != "127.0.0.1")
    reader, _ = await raw(server)
    assert await reader.read() == b""
    assert refusals.peers[0].host == "127.0.0.1"


async def test_draining_answers_what_was_read_and_no_more(serve: Serve, raw: Raw) -> None:
    release, started = asyncio.Event(), asyncio.Event()

    async def handler(block: bytes, peer: Peer) -> bytes:
        started.set()
        await release.wait()
        return block

    server = await serve(handler)
    reader, writer = await raw(server)
    idle, _ = await raw(server)
    writer.write(frame(b"1") + frame(b"2") + b"\x0bhalf")
    await started.wait()
    port = server.port
    closing = asyncio.create_task(server.close(5))
    await asyncio.sleep(0.05)
    writer.write(b"more\x1c\r" + frame(b"3"))
    release.set()
    await closing
    assert await reader.read() == frame(b"1") + frame(b"2")
    assert await idle.read() == b""
    assert server.connections == 0
    with pytest.raises(MllpError):
        await connect("127.0.0.1", port)


async def test_draining_gives_up_after_its_time(serve: Serve, raw: Raw) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def handler(block: bytes, peer: Peer) -> bytes:
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()
        return block

    server = await serve(handler)
    reader, writer = await raw(server)
    writer.write(frame(b"1"))
    await started.wait()
    await server.close(0.05)
    assert await reader.read() == b""
    assert ended.is_set()
    assert server.connections == 0


async def test_a_port_in_use_is_an_error(serve: Serve) -> None:
    server = await serve(echo)
    with pytest.raises(OSError, match="address already in use"):
        await start(echo, "127.0.0.1", server.port)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(built.public_bytes(encoding))
    files[1].write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    return files


async def test_mutual_tls_names_the_peer(serve: Serve, tmp_path: Path) -> None:
    peers: list[Peer] = []

    async def handler(block: bytes, peer: Peer) -> bytes:
        peers.append(peer)
        return block

    ours, theirs = certificate(tmp_path, "localhost"), certificate(tmp_path, "htest1")
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(theirs[0]))
    server_side.load_cert_chain(*ours)
    server_side.verify_mode = ssl.CERT_REQUIRED
    client_side = ssl.create_default_context(cafile=str(ours[0]))
    client_side.load_cert_chain(*theirs)
    server = await serve(handler, ssl=server_side)
    async with await connect("localhost", server.port, ssl=client_side) as connection:
        assert await connection.send(b"secret") == b"secret"
    assert peers[0].certificate is not None
    assert peers[0].certificate["subject"] == ((("commonName", "htest1"),),)
