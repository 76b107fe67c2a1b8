"""Calling an operation, by itself or as an entry of a Bundle: its parameters are checked first.

FHIR R4 3.2.0.1 (operations.html#executing).
"""

from collections.abc import Sequence
from dataclasses import replace

from fhir.interactions.context import Context
from fhir.interactions.writes.writing import Written
from fhir.operations.inputs import check_body, checked
from fhir.operations.operation import Call, Operation, read_parameters
from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import Resource


async def carry_out(
    context: Context, operation: Operation, call: Call, body: Resource | None
) -> Resource | Written:
    """What `call`, which holds the parameters of the URL, gives with the resource in its body."""
    if call.safe and operation.changes:
        raise Refusal(Fault.METHOD, f"${operation.name} changes something, so it takes POST only")
    if body is not None and not call.safe:
        check_body(body)
        call = replace(call, parameters=(*call.parameters, *read_parameters(body, operation)))
    call, issues = checked(operation, call)
    result = await operation.run(context, call)
    return result if isinstance(result, Written) else _with(result, issues)


def _with(result: Resource, issues: Sequence[Issue]) -> Resource:
    """The result, which also says what was ignored."""
    if not issues:
        return result
    told = [issue.as_json() for issue in issues]
    if result["resourceType"] == "OperationOutcome":
        return result | {"issue": [*result["issue"], *told]}
    outcome = {"resourceType": "OperationOutcome", "issue": told}
    entry = {"resource": outcome, "search": {"mode": "outcome"}}
    return result | {"entry": [*result.get("entry", ()), entry]}
