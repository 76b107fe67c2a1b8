import asyncio
import socket

import pytest

from services.config import Settings
from services.database.port import free_port
from services.failure import Failure
from services.readiness import await_ready, demand_free_ports, local


@pytest.fixture
def settings(tmp_path):
    return Settings.read(data=tmp_path, port=free_port(), mllp_port=free_port())


@pytest.fixture
def listening():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_free_ports_are_free(settings):
    demand_free_ports(settings)


def test_a_port_in_use_is_named_with_its_option(settings, listening):
    with pytest.raises(
        Failure, match=rf"127\.0\.0\.1:{listening} \(address already in use\); --port chooses"
    ):
        demand_free_ports(settings.changed(port=listening))
    with pytest.raises(Failure, match="--mllp-port chooses another"):
        demand_free_ports(settings.changed(mllp_port=listening))


def test_a_port_in_use_on_one_address_is_not_free_on_all(settings, listening):
    with pytest.raises(Failure, match="--port"):
        demand_free_ports(settings.changed(port=listening, host="0.0.0.0"))


def test_an_address_that_is_not_ours(settings):
    with pytest.raises(Failure, match=r"Cannot listen on 192\.0\.2\.1"):
        demand_free_ports(settings.changed(host="192.0.2.1"))


@pytest.mark.parametrize(
    ("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.7", "192.0.2.7")]
)
def test_how_this_machine_reaches_itself(settings, host, reached):
    assert local(settings.changed(host=host)) == reached


async def answer(settings, status):
    async def reply(reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        assert request.startswith(b"GET /readyz ")
        writer.write(f"HTTP/1.1 {status} Text\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(reply, "127.0.0.1", settings.port)


async def ready_soon(settings):
    try:
        await asyncio.wait_for(await_ready(settings), 0.5)
    except TimeoutError:
        return False
    return True


async def test_it_is_ready_when_the_api_says_so_and_the_feed_listens(settings):
    async with await answer(settings, 200):
        assert not await ready_soon(settings)
        async with await asyncio.start_server(
            lambda _, writer: writer.close(), "127.0.0.1", settings.mllp_port
        ):
            assert await ready_soon(settings)


async def test_an_api_that_cannot_serve_is_not_ready(settings):
    async with (
        await answer(settings, 503),
        await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", settings.mllp_port),
    ):
        assert not await ready_soon(settings)
