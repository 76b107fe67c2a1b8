from datetime import timedelta
from pathlib import Path

import pytest

from auth import moment
from auth.audit.record import NOBODY, AuditRecord, Interaction
from services.platform import Platform
from services.worker.rooting import root
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def test_the_roots_of_days_that_are_over_are_made_and_exported(
    platform: Platform, tmp_path: Path
) -> None:
    at = moment.now() - timedelta(days=3)
    await platform.recorder.record(AuditRecord(NOBODY, Interaction.LOG_IN, moment=at))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(platform.settings), "audit_folder", tmp_path / "roots")
        await root(platform)
        await root(platform)
        assert len(list((tmp_path / "roots").glob("audit-root-*.json"))) in (2, 3)


async def test_a_folder_that_can_not_be_written_sounds_no_alarm_while_the_roots_are_made(
    platform: Platform, tmp_path: Path
) -> None:
    at = moment.now() - timedelta(days=3)
    await platform.recorder.record(AuditRecord(NOBODY, Interaction.LOG_IN, moment=at))
    (tmp_path / "file").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(platform.settings), "audit_folder", tmp_path / "file")
        with pytest.raises(OSError, match="exists"):
            await root(platform)
    assert await platform.alarms.newest() == []
