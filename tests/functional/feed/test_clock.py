"""Clocks that jump, each process's own: nothing acknowledged is missing, nothing is doubled (line 64)."""

from pathlib import Path

import pytest

from services.config import Settings
from services.database.port import free_port
from tests.faults.clocks import JUMPS, jumped
from tests.support.mongo import MASTER_KEY


@pytest.fixture
def settings(database: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    uri, name = database
    ours = {
        "FURONG_MONGODB_URI": uri,
        "FURONG_DATABASE": name,
        "FURONG_DATA": str(tmp_path / "data"),
        "FURONG_MASTER_KEY": MASTER_KEY.hex(),
        "FURONG_MLLP_PORT": str(free_port()),
        "FURONG_UNREGISTERED_SOURCES": "accept",
    }
    for variable, value in ours.items():
        monkeypatch.setenv(variable, value)
    return Settings.read()


async def test_no_jump_of_a_clock_loses_or_doubles_a_message(settings: Settings, tmp_path: Path) -> None:
    found = await jumped(settings, tmp_path)
    assert (found.sound, found.done) == (True, found.acknowledged), found.shown()
    assert found.done > 60 * len(JUMPS)
