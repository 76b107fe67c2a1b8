from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.interactions.delete import delete
from fhir.interactions.patch import patch, patch_matching
from fhir.interactions.writes.precondition import preconditions
from fhir.outcome import Fault
from fhir.resource import Resource
from tests.support.refusal import refused
from tests.unit.fhir.interactions.conftest import Contexts


def setting(**members: Any) -> Any:
    def change(resource: Resource) -> Resource:
        return {name: value for name, value in (resource | members).items() if value is not None}

    return change


async def test_the_next_version(clinic: Context) -> None:
    """Checklist lines 22 and 24."""
    written = await patch(clinic, "Observation", "o1", setting(status="amended"))
    assert (written.stored.version, written.stored.resource()["status"]) == (2, "amended")
    same = await patch(clinic, "Observation", "o1", setting(status="amended"))
    assert same.stored.version == 2


@pytest.mark.parametrize(
    ("id", "change", "fault"),
    [
        ("o2", setting(), Fault.NOT_FOUND),
        ("nobody", setting(), Fault.NOT_FOUND),
        ("o1", setting(id="o9"), Fault.UNPROCESSABLE),
        ("o1", setting(id=None), Fault.UNPROCESSABLE),
        ("o1", setting(resourceType="Condition"), Fault.UNPROCESSABLE),
        ("o1", setting(status="bogus"), Fault.INVALID),
        ("o1", setting(subject={"reference": "Patient/p2"}), Fault.BUSINESS_RULE),
        ("o1", setting(subject=None), Fault.BUSINESS_RULE),
    ],
)
async def test_what_is_refused(clinic: Context, id: str, change: Any, fault: Fault) -> None:
    """Checklist lines 22 and 24."""
    await refused(patch(clinic, "Observation", id, change), fault)


async def test_if_match_and_what_was_deleted(clinic: Context) -> None:
    """Checklist line 24."""
    stale = preconditions(if_match="7")
    await refused(patch(clinic, "Observation", "o1", setting(), preconditions=stale), Fault.STALE)
    await delete(clinic, "Observation", "o1")
    await refused(patch(clinic, "Observation", "o1", setting()), Fault.GONE)


async def test_by_criteria(clinic: Context, regional: Context) -> None:
    """Checklist line 32."""
    change = setting(status="amended")
    code = "code=8480-6"
    assert (await patch_matching(clinic, "Observation", code, change)).stored.id == "o1"
    await refused(patch_matching(regional, "Observation", code, change), Fault.MULTIPLE_MATCHES)
    await refused(patch_matching(regional, "Observation", "_id=x", change), Fault.NOT_FOUND)


async def test_it_takes_the_right_to_read(contexts: Contexts) -> None:
    await refused(patch(contexts(denied=("r",)), "Observation", "o1", setting()), Fault.FORBIDDEN)
