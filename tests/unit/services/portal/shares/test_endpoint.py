"""What a manifest is asked with, and as whom its file is read."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from auth import moment
from auth.principal import Proxied
from auth.store.shares import Share
from services.portal.shares.endpoint import _asked
from services.portal.shares.opening import _principal, named


def share(*, sensitive: bool) -> Share:
    now = moment.now()
    until = now + timedelta(minutes=5)
    return Share("s", "Patient/a", "account", ("results",), sensitive, now, until, None, None, 5, 0)


async def asked(body: bytes) -> dict[str, Any] | None:
    async def read() -> bytes:
        return body

    return await _asked(SimpleNamespace(body=read))  # type: ignore[arg-type]


def test_without_leave_it_is_read_as_one_who_sees_nothing_sensitive() -> None:
    assert _principal(share(sensitive=False)).proxy is Proxied.HELP_DESK
    assert _principal(share(sensitive=True)).proxy is None
    assert _principal(share(sensitive=True)).patient == "Patient/a"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"recipient": 1}', b'{"recipient": "  "}', b"\xff"])
async def test_a_recipient_is_needed(body: bytes) -> None:
    assert await asked(body) is None


async def test_who_the_recipient_says_that_he_is_is_short_and_printable() -> None:
    found = await asked('{"recipient": " 王\\u0007医生 \\u202e", "passcode": "x"}'.encode())
    assert found is not None
    assert named(found["recipient"]) == "王医生"
    assert len(named("x" * 999)) == 100
