"""A TCP port of this machine."""

import random
import socket

_SERVERS = range(20_000, 32_768)
"""Below the ports that systems give to outgoing connections (Linux from 32,768, macOS from 49,152): there a
server that comes back would find its port taken by a passing one."""
_TRIES = 50


def free_port(preferred: int | None = None) -> int:
    """`preferred` when nobody listens on it, otherwise a free port of the loopback interface."""
    tried = ([] if preferred is None else [preferred]) + random.sample(_SERVERS, _TRIES) + [0]
    for port in tried:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            number: int = probe.getsockname()[1]
            return number
    raise OSError("no free port")


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
