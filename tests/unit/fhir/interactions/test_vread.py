import pytest

from fhir.interactions.context import Context
from fhir.interactions.vread import vread
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, put, remove


@pytest.fixture(autouse=True)
async def changed(regional: Context) -> None:
    await put(regional.store, observation("o1", "p1", status="amended"))
    await put(regional.store, observation("o2", "p2", status="amended"))


@pytest.mark.parametrize(("version", "status"), [("1", "final"), ("2", "amended")])
async def test_superseded_and_current(clinic: Context, version: str, status: str) -> None:
    stored = await vread(clinic, "Observation", "o1", version)
    assert (stored.version, stored.resource()["status"]) == (int(version), status)
    assert clinic.trail.entity == f"Observation/o1/_history/{version}"


@pytest.mark.parametrize("version", ["0", "3", "", "x", "-1", "１", "1234567890123456789012"])
async def test_no_such_version(clinic: Context, version: str) -> None:
    await refused(vread(clinic, "Observation", "o1", version), Fault.NOT_FOUND)


async def test_versions_of_hidden_resources_are_hidden(clinic: Context) -> None:
    await refused(vread(clinic, "Observation", "o2", "1"), Fault.NOT_FOUND)


async def test_the_version_of_a_deletion_is_gone_and_those_before_stay(regional: Context) -> None:
    await remove(regional.store, "Observation/o1")
    await refused(vread(regional, "Observation", "o1", "3"), Fault.GONE)
    assert (await vread(regional, "Observation", "o1", "1")).version == 1
