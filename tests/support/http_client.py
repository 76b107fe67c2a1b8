"""An HTTP client of the tests: everything they ask is on this machine."""

import sys
from typing import Any

import httpx

# httpx asks for this package whenever it takes a lock, and each time Python looks for it everywhere.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


def http_client(**options: Any) -> httpx.AsyncClient:
    """A client that reads nothing of the environment, and for plain HTTP no authorities of the web."""
    return httpx.AsyncClient(**{"timeout": 60, "trust_env": False, "verify": False} | options)
