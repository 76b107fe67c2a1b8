"""What a manifest is asked with."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.portal.shares.endpoint import _asked
from services.portal.shares.opening import named


async def asked(body: bytes) -> dict[str, Any] | None:
    async def read() -> bytes:
        return body

    return await _asked(SimpleNamespace(body=read))  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"recipient": 1}', b'{"recipient": "  "}', b"\xff"])
async def test_a_recipient_is_needed(body: bytes) -> None:
    assert await asked(body) is None


async def test_who_the_recipient_says_that_he_is_is_short_and_printable() -> None:
    found = await asked('{"recipient": " 王\\u0007医生 \\u202e", "passcode": "x"}'.encode())
    assert found is not None
    assert named(found["recipient"]) == "王医生"
    assert len(named("x" * 999)) == 100
