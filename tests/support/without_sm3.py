"""A Python whose OpenSSL is without SM3, as LibreSSL and some builds of OpenSSL are."""

import hmac
from collections.abc import Callable
from typing import Any

import pytest

from fhir import sm3


def without_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    """`hashlib` and `hmac` know no hash function of that name any more."""

    def lacking(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if sm3.NAME in (*arguments, *named.values()):
                raise ValueError("unsupported hash type sm3")
            return function(*arguments, **named)

        return call

    monkeypatch.setattr(sm3, "_NATIVE", False)
    monkeypatch.setattr(hmac, "digest", lacking(hmac.digest))
    monkeypatch.setattr(hmac, "new", lacking(hmac.new))
