"""Whose notices a reader is shown, and that nobody confirms another's."""

from datetime import datetime

import pytest

from auth import moment
from auth.store.moves import Move
from fhir.outcome import Fault
from services.platform import Platform
from services.portal.notices import acknowledge
from services.portal.visit import csrf
from tests.unit.services.portal.test_visit import platform, records, request, token

__all__ = ["platform", "token"]
NOW = moment.now()


def move(source: str, to: str, filed: datetime = NOW) -> Move:
    about = "m1", "Observation/o1", source, (source,), to, ("Observation/o1",), ()
    return Move(*about, filed, NOW, "s", "HTEST", None, "HTEST", "", "")


async def keep(platform: Platform, one: Move) -> None:
    await platform.store.resources.transact(lambda tx: platform.moves.keep(tx.session, one))


@pytest.mark.parametrize(("source", "to"), [("Patient/p1", "Patient/x"), ("Patient/x", "Patient/p1")])
async def test_a_resident_confirms_what_concerns_his_file(
    platform: Platform, token: str, source: str, to: str
) -> None:
    await keep(platform, move(source, to))
    (notice,) = await platform.moves.waiting(["Patient/p1"])
    form = f"csrf={csrf.token(token)}"
    assert (await acknowledge(request(platform, token, form), notice.id)).status_code == 303
    assert await platform.moves.waiting(["Patient/p1"]) == []
    assert len(await platform.moves.waiting(["Patient/x"])) == 1
    assert len(await records(platform)) == 1, "and that is recorded"


async def test_nobody_confirms_what_concerns_another(platform: Platform, token: str) -> None:
    await keep(platform, move("Patient/x", "Patient/y"))
    (notice,) = await platform.moves.waiting(["Patient/x"])
    for id in (notice.id, "unknown"):
        reply = await acknowledge(request(platform, token, f"csrf={csrf.token(token)}"), id)
        assert reply.status_code == 404
    assert len(await platform.moves.waiting(["Patient/x"])) == 1
    assert Fault.NOT_FOUND.name.lower() in str([each.reason for each in await _opened(platform)])


async def _opened(platform: Platform) -> list[object]:
    return [await platform.archive.opened(row["_id"]) for row in await records(platform)]
