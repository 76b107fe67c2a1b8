"""The clock of the platform, which runs in the test's own process, can be held and moved."""

import pytest

from auth import moment
from tests.unit.auth.conftest import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The held clock."""
    clock = Clock()
    monkeypatch.setattr(moment, "now", clock)
    return clock
