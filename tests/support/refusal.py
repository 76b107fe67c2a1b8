"""Refusals that a test expects."""

from collections.abc import Awaitable

import pytest

from fhir.outcome import Fault, Refusal


async def refused(work: Awaitable[object], fault: Fault) -> Refusal:
    """The Refusal that `work` ends with, which must be of `fault`."""
    with pytest.raises(Refusal) as caught:
        await work
    assert caught.value.fault is fault
    return caught.value
