"""The certificate of a request's sender: checklist line 5 of the feed."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from services import peer_certificate

CERTIFICATE = {"subject": ((("commonName", "his.htest.example"),),)}


class Connected(asyncio.Transport):
    """A transport that knows what asyncio tells of a connection."""


@pytest.mark.parametrize("certificate", [CERTIFICATE, {}, None])
def test_line_5_it_is_that_of_the_handshake(certificate: Mapping[str, Any] | None) -> None:
    scope: dict[str, Any] = {"headers": [(b"client-cert", b":MIIB:")]}
    peer_certificate.note(scope, Connected({"peercert": certificate}))
    assert peer_certificate.proved(scope) == (certificate or None)
    assert ("extensions" in scope) is bool(certificate)
