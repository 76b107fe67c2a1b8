from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations import everything, meta
from fhir.operations.calling import carry_out
from fhir.operations.operation import Call, Operation, Parameter
from fhir.outcome import Fault
from fhir.store import Store
from tests.support.access import Granted
from tests.support.refusal import refused
from tests.support.resources import patient, put


@pytest.fixture
async def context(store: Store) -> Context:
    await put(store, patient("p1"))
    return Context(store, Granted(), "https://x.example/fhir", "r")


async def done(context: Context, operation: Operation, call: Call, body: Any = None) -> dict[str, Any]:
    result = await carry_out(context, operation, call, body)
    assert isinstance(result, dict)
    return result


async def test_what_changes_something_is_not_done_by_a_safe_call(context: Context) -> None:
    await refused(carry_out(context, meta.ADD, Call("Patient", "p1", safe=True), None), Fault.METHOD)


async def test_url_and_body_together(context: Context) -> None:
    call = Call("Patient", "p1", (Parameter("_count", "1"),))
    body = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Observation"}]}
    assert "entry" not in await done(context, everything.PATIENT, call, body)
    await refused(
        carry_out(context, everything.PATIENT, call, {"resourceType": "Parameters", "x": 1}), Fault.INVALID
    )


async def test_what_was_ignored_is_told(context: Context) -> None:
    call = Call("Patient", "p1", (Parameter("unknown", "1"),))
    bundle = await done(context, everything.PATIENT, call)
    assert [entry["search"]["mode"] for entry in bundle["entry"]] == ["match", "outcome"]
