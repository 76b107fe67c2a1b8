"""A process watches its clock and its certificates while it runs; security-and-scale.md, lines 26 and 28."""

import asyncio
from pathlib import Path

from prometheus_client import REGISTRY

from services.alarms.alarm import Kind
from services.attending import attending
from services.platform import Platform
from tests.support.certificates import Authority
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def test_both_are_looked_at_at_once(platform: Platform, tmp_path: Path) -> None:
    files = {"FURONG_TLS_CERTIFICATE": Authority(tmp_path).sign("short.example", days=3)}
    async with attending(platform, "HTEST", files), asyncio.timeout(20):
        while not await platform.alarms.newest() or _skew() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    (alarm,) = await platform.alarms.newest()
    assert alarm.kind == Kind.CERTIFICATE
    skew = _skew()
    assert skew is not None
    assert abs(skew) < 1


def _skew() -> float | None:
    return REGISTRY.get_sample_value("furong_clock_skew_seconds", {"process": "HTEST"})
