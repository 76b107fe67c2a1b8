"""Certificates that end soon; security-and-scale.md, line 28."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.alarms.alarm import Kind
from services.certificates import EXPIRES, earliest, judge, look, measure
from services.platform import Platform
from tests.support.certificates import Authority
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]
SETTING = "FURONG_TLS_CERTIFICATE"


async def test_line_28_an_alarm_thirty_days_before_a_certificate_ends(
    platform: Platform, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    long = authority.sign("long.example", days=31)
    await judge(platform, measure({SETTING: long, "FURONG_TLS_CLIENT_CA": None}))
    assert await platform.alarms.newest() == []
    await judge(platform, measure({SETTING: authority.sign("short.example", days=29.5)}))
    (alarm,) = await platform.alarms.newest()
    ends = datetime.now(UTC) + timedelta(days=29.5)
    assert (alarm.kind, alarm.text) == (Kind.CERTIFICATE, "A certificate ends soon.")
    assert alarm.facts == {"setting": SETTING, "ends": f"{ends:%Y-%m-%d}", "days": 29}


async def test_line_28_one_that_has_ended_and_one_that_can_not_be_read_are_told(
    platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    files = {
        "FURONG_MLLP_CLIENT_CA": Authority(tmp_path).sign("over.example", days=-1),
        "FURONG_MLLP_REPLY_CA": tmp_path / "empty.pem",
        "FURONG_MLLP_TLS_CERTIFICATE": tmp_path / "missing.pem",
    }
    await look(platform, "feed", files)
    texts = sorted(alarm.text for alarm in await platform.alarms.newest())
    unreadable = "The file of a setting holds no certificate that can be read."
    assert texts == ["A certificate has ended.", unreadable, unreadable]
    (tmp_path / "empty.pem").unlink()
    await look(platform, "feed", {"another": tmp_path / "empty.pem"})
    assert len(await platform.alarms.newest()) == 3


async def test_line_28_the_metric_tells_it_whoever_sounds_the_alarms(
    platform: Platform, tmp_path: Path
) -> None:
    await look(platform, "feed", {})  # another process of this machine has had the day's turn
    certificate = Authority(tmp_path).sign("long.example", days=200)
    await look(platform, "feed", {"FURONG_MLLP_TLS_CERTIFICATE": certificate})
    ends = earliest(certificate)
    assert ends is not None
    (shown,) = EXPIRES.collect()
    told = {sample.labels["setting"]: sample.value for sample in shown.samples}
    assert told["FURONG_MLLP_TLS_CERTIFICATE"] == ends.timestamp()


def test_of_a_chain_the_first_that_ends_counts(tmp_path: Path) -> None:
    authority, chain = Authority(tmp_path), tmp_path / "chain.pem"
    chain.write_bytes(b"".join(authority.sign(f"{n}.example", days=n).read_bytes() for n in (90, 3, 60)))
    ends = earliest(chain)
    assert ends is not None
    assert timedelta(days=2.9) < ends - datetime.now(UTC) <= timedelta(days=3)
