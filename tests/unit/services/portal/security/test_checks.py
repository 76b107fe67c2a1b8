"""Each check on a real platform: well, and after what it is there to notice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from auth import moment
from auth.login import accounts
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import reviews
from fhir.store.key_ring import KeyRing
from services.alarms.alarm import Kind
from services.platform import Platform
from services.portal.security.checks import CHECKS
from services.portal.security.line import lines
from tests.unit.services.portal.test_visit import CHIEF, platform

__all__ = ["platform"]


async def _demonstration(platform: Platform) -> None:
    await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault,
        login="htest", name="HTEST", roles=(Role.PRIVACY,), password=CHIEF, totp_secret=None,
    )  # fmt: skip


async def _emergency(platform: Platform) -> None:
    await platform.grounds.emergencies.open(
        None, account="a1", name="HTEST", organization="Organization/h1", practitioner="Practitioner/d1",
        patient="Patient/p1", code="ETREAT", reason="HTEST",
    )  # fmt: skip
    begun = moment.now() - timedelta(hours=25)
    await platform.database["emergencies"].update_many({}, {"$set": {"began": begun}})


async def _day_without_root(platform: Platform) -> None:
    row = {"_id": "r", "moment": moment.now() - timedelta(days=3)}
    await platform.database["audit"].insert_one(row)


async def _incomplete(platform: Platform) -> None:
    await platform.alarms.sound(Kind.AUDIT_INCOMPLETE, "HTEST")


async def _former_key(platform: Platform) -> None:
    ring = platform.store.vault.ring
    platform.store.vault.ring = KeyRing([b"9" * 32, *ring.keys])


async def _sweep(platform: Platform) -> None:
    await reviews.found(platform.database, "many", "k", "r", ["Patient/p1"], 40, True)


async def _other_rules(platform: Platform) -> None:
    await platform.store.reindexing.request(past=True, rules="HTEST")


MADE: dict[int, Callable[[Platform], Awaitable[None]]] = {
    1: _demonstration, 15: _other_rules, 19: _emergency, 25: _day_without_root, 27: _incomplete,
    29: _former_key, 39: _sweep,
}  # fmt: skip


@pytest.mark.parametrize("number", MADE)
async def test_what_it_is_there_to_notice(platform: Platform, number: int) -> None:
    settings = platform.settings.changed(alarm_webhook="http://127.0.0.1:9/")
    object.__setattr__(platform, "settings", settings)
    before = await CHECKS[number](platform)
    await MADE[number](platform)
    after = await CHECKS[number](platform)
    assert (before.well, after.well) == (True, False)
    assert before.text != after.text


@pytest.mark.parametrize(
    ("number", "settings", "well"),
    [
        (6, {"base_url": "https://furong.example"}, True),
        (6, {"base_url": None}, False),
        (28, {"host": "127.0.0.1"}, True),
        (28, {"host": "0.0.0.0"}, False),
        (39, {"alarm_mail_to": "htest@localhost"}, True),
        (39, {"alarm_mail_to": ""}, False),
    ],
)
async def test_settings(platform: Platform, number: int, settings: dict[str, str], well: bool) -> None:
    object.__setattr__(platform, "settings", platform.settings.changed(**settings))
    assert (await CHECKS[number](platform)).well is well


@pytest.mark.parametrize(("mode", "well"), [(0o600, True), (0o640, False)])
async def test_the_key_file(
    platform: Platform, mode: int, well: bool, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FURONG_MASTER_KEY", raising=False)
    file = tmp_path / "key"
    file.write_text("30" * 32)
    file.chmod(mode)
    settings = platform.settings.changed(master_key=None, master_key_file=file)
    object.__setattr__(platform, "settings", settings)
    assert (await CHECKS[32](platform)).well is well


async def test_a_key_from_the_environment(platform: Platform) -> None:
    object.__setattr__(platform, "settings", platform.settings.changed(master_key=SecretStr("30" * 32)))
    assert (await CHECKS[32](platform)).well


async def test_staff_without_a_second_factor_are_counted(platform: Platform) -> None:
    before = (await CHECKS[4](platform)).count or 0
    await _demonstration(platform)
    assert (await CHECKS[4](platform)).count == before + 1


def test_every_check_is_of_a_line() -> None:
    assert CHECKS.keys() <= {line.number for line in lines()}


async def test_labels_are_well_again_once_the_walk_is_over(platform: Platform) -> None:
    await platform.store.reindexing.request(past=True, rules="HTEST")
    jobs, found = platform.database["jobs"], []
    for state in ("running", "failed", "done"):
        await jobs.update_one({"_id": "reindex"}, {"$set": {"state": state}})
        found.append((await CHECKS[15](platform)).well)
    assert found == [False, False, True]
    await platform.store.reindexing.request(["Patient"])
    assert (await CHECKS[15](platform)).well
