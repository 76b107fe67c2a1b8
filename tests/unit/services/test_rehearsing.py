"""What a message would change, over a real store: checklist lines 38 and 63."""

from adapters.v2_to_fhir.source import Source
from fhir.store.transaction import Transaction
from services.platform import Platform
from services.rehearsing import Rehearsing
from services.sources import register
from tests.support.messages import adt
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def test_line_38_the_difference_is_told_and_nothing_is_kept(platform: Platform) -> None:
    await register(platform.database, Source("TEST1", "Organization/o"))
    told = await Rehearsing(platform)("TEST1", (adt() + "ZPI|1|2\r").encode())
    assert {name.partition("/")[0] for name in told["changes"]} >= {"Patient", "Encounter", "Provenance"}
    assert told["unmapped"] == ["ZPI[1]-1", "ZPI[1]-2"]
    assert await platform.database["resources"].count_documents({}) == 0


async def test_line_69_what_another_house_recorded_is_not_told(platform: Platform) -> None:
    await register(platform.database, Source("TEST1", "Organization/o"))
    rehearse = Rehearsing(platform)
    first = await rehearse("TEST1", adt().encode())
    (name,) = (each for each in first["changes"] if each.startswith("Patient/"))
    theirs = {
        "resourceType": "Patient",
        "id": name.partition("/")[2],
        "telecom": [{"system": "phone", "value": "1380000"}],
    }

    async def put(tx: Transaction) -> None:
        tx.put(theirs, recorder="Organization/b")

    await platform.store.resources.transact(put)
    again = await rehearse("TEST1", adt().encode())
    told = again["changes"][name]
    assert told
    assert not any(" = " in line for line in told)


async def test_line_63_what_is_no_fhir_tells_why(platform: Platform) -> None:
    rehearse = Rehearsing(platform)
    assert "not registered" in (await rehearse("NOBODY", adt().encode()))["reason"]["text"]
    await register(platform.database, Source("TEST1", "Organization/o"))
    rehearse = Rehearsing(platform)
    assert "no map" in (await rehearse("TEST1", adt(event="A19").encode()))["reason"]["text"]
    for raw in (b"nothing", b"M\x00S\x00H\x00"):
        assert "can't be mapped" in (await rehearse("TEST1", raw))["reason"]["text"]
