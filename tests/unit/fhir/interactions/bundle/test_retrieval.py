import json
from typing import Any

import pytest

from fhir.interactions.bundle.entry import entry
from fhir.interactions.bundle.retrieval import answer, foresee
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from fhir.resource import serialize
from tests.support.refusal import refused
from tests.unit.fhir.interactions.conftest import BASE


def ask(url: str, method: str = "GET", resource: Any = None, **request: Any) -> Any:
    row = {"request": {"method": method, "url": url} | request}
    return entry(0, row | ({"resource": resource} if resource else {}), BASE)


@pytest.mark.parametrize(
    ("url", "type"),
    [
        ("Observation/o1", "Observation"),
        ("Observation/o1?_elements=status", "Observation"),
        ("Observation/o1/_history/1", "Observation"),
        ("Observation/o1/_history", "Bundle"),
        ("Observation/_history?_count=1", "Bundle"),
        ("_history", "Bundle"),
        ("Observation?code=8480-6", "Bundle"),
        ("?_type=Observation&_id=o1", "Bundle"),
        ("Patient/p1/Observation?code=8480-6", "Bundle"),
        ("Patient/p1/*", "Bundle"),
        ("Patient/p1/$everything?_count=1", "Bundle"),
    ],
)
async def test_each_kind_of_read(clinic: Context, url: str, type: str) -> None:
    """Checklist lines 42 and 51: each is the interaction of that name."""
    foresee(ask(url))
    given = json.loads(serialize(await answer(clinic, ask(url))))
    assert (given["response"]["status"], given["resource"]["resourceType"]) == ("200 OK", type)
    shown = given["resource"]
    assert "o2" not in json.dumps(shown.get("entry", shown))  # the links hold cursors, letters of chance
    assert "resource" not in await answer(clinic, ask(url, "HEAD"))


async def test_what_the_reader_holds(clinic: Context) -> None:
    """Checklist line 49."""
    given = await answer(clinic, ask("Observation/o1", ifNoneMatch='W/"1"'))
    assert (given["response"]["status"], "resource" in given) == ("304 Not Modified", False)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("Observation/o2", Fault.NOT_FOUND),
        ("Unicorn/1", Fault.UNKNOWN_TYPE),
        ("Patient/a/b/c", Fault.UNKNOWN_TYPE),
        ("Patient/p1/$nonsense", Fault.NOT_FOUND),
        ("a/b/c/$everything", Fault.NOT_FOUND),
        ("AuditEvent/1", Fault.UNSUPPORTED_PARAMETER),
    ],
)
async def test_what_is_refused(clinic: Context, url: str, fault: Fault) -> None:
    await refused(answer(clinic, ask(url)), fault)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (ask("Patient/p1/$nonsense"), 404),
        (ask("Patient/p1/$meta-add", "POST"), 405),
    ],
)
def test_what_is_refused_before_anything_is_written(asked: Any, status: int) -> None:
    """Checklist line 43."""
    with pytest.raises(Refusal) as refusal:
        foresee(asked)
    assert refusal.value.status == status
