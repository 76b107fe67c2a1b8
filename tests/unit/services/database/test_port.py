import socket

from services.database.port import free_port, listens


def test_any_free_port():
    port = free_port()
    assert not listens(port)
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))


def test_it_is_none_that_an_outgoing_connection_may_take():
    assert all(free_port() < 32_768 for _ in range(20))


def test_the_preferred_one_when_it_is_free():
    port = free_port()
    assert free_port(preferred=port) == port


def test_another_when_the_preferred_one_is_taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        taken = server.getsockname()[1]
        assert listens(taken)
        assert free_port(preferred=taken) != taken
