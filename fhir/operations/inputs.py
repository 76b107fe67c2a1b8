"""Inputs: the parameters of one call, held against the OperationDefinition.

FHIR R4 3.2.0.1 (operations.html#executing), parameters.html. A parameter that the definition does not know is
ignored where the reply has room to say so, else refused; under `handling=strict` it is always refused.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fhir.definitions.operations import ParameterDefinition
from fhir.definitions.structures import resource_types
from fhir.operations.operation import Call, Operation, Parameter, wrong
from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import Resource
from fhir.validation import errors
from fhir.validation.primitive import TESTS

_ANY = frozenset({"Any", "Resource"})
_SPEAKING = frozenset({"Bundle", "OperationOutcome"})
"""What has room for an issue about the request."""
_TEXTS = frozenset(
    {"canonical", "code", "date", "dateTime", "id", "instant", "markdown", "oid", "string", "uri", "url"}
)
_WHOLE = frozenset({"integer", "positiveInt", "unsignedInt"})
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_.:\-]{0,63}")
_STUB = {"resourceType": "Parameters"}


def check_body(resource: Resource) -> None:
    """Refuse a Parameters resource that breaks the rules of R4; what it carries is looked at by `checked`."""
    if resource["resourceType"] == "Parameters" and (faults := errors(_without_resources(resource))):
        raise Refusal(Fault.INVALID, issues=faults)


def _without_resources(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_resources(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _stub(member)
        if name == "resource"
        else _without_resources(member)
        if name in ("part", "parameter")
        else member
        for name, member in value.items()
    }


def _stub(resource: Any) -> Any:
    return (
        _STUB if isinstance(resource, dict) and resource.get("resourceType") in resource_types else resource
    )


def checked(operation: Operation, call: Call) -> tuple[Call, list[Issue]]:
    """The call without what is empty or unknown, and what to say of that; a Refusal where it is wrong."""
    inputs = operation.inputs
    given = [each for each in call.parameters if each.value != "" or each.parts]
    unknown = [each.name for each in given if each.name not in inputs]
    issues = [] if operation.searches else _unknown(operation, unknown, call.strict)
    known = [each for each in given if each.name in inputs]
    for each in known:
        _check(inputs[each.name], each)
    _count(inputs.values(), Counter(each.name for each in known))
    return replace(call, parameters=tuple(given if operation.searches else known)), issues


def _unknown(operation: Operation, names: Iterable[str], strict: bool) -> list[Issue]:
    issues = []
    for name in dict.fromkeys(names):
        text = f"parameter {name if _NAME.fullmatch(name) else '…'!r} is not known to ${operation.name}"
        if strict or operation.returns not in _SPEAKING:
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, text)
        issues.append(Issue("not-supported", f"{text} and was ignored", severity="warning"))
    return issues


def _count(inputs: Iterable[ParameterDefinition], times: Counter[str]) -> None:
    for each in inputs:
        if times[each.name] > 1 and not each.repeats:
            raise wrong(each.name, "it is given twice")
        if times[each.name] < each.min:
            raise wrong(each.name, "it is required")


def _check(definition: ParameterDefinition, given: Parameter) -> None:
    if definition.type is None:
        if given.value is not None or not given.parts:
            raise wrong(definition.name, "it consists of parts, so POST a Parameters resource")
    elif given.member is None:
        _check_text(definition, given.value)
    elif definition.primitive:
        _check_primitive(definition, given)
    elif given.member == "resource":
        _check_resource(definition, given.value)
    elif given.member != f"value{definition.type}":
        raise wrong(definition.name, f"a {definition.type} is expected")


def _check_text(definition: ParameterDefinition, text: Any) -> None:
    """A value of the URL."""
    if not definition.primitive:
        raise wrong(definition.name, f"it is a {definition.type}, so POST a Parameters resource")
    value: Any = text
    if definition.type == "boolean":
        value = {"true": True, "false": False}.get(text)
    elif definition.type in _WHOLE:
        value = int(text) if _NUMBER.fullmatch(text) else None
    _test(definition, value)


def _check_primitive(definition: ParameterDefinition, given: Parameter) -> None:
    type = (given.member or "").removeprefix("value")
    type = type[:1].lower() + type[1:]
    alike = any({type, definition.type} <= family for family in (_TEXTS, _WHOLE))
    if type != definition.type and not alike:
        raise wrong(definition.name, f"a value of type {definition.type} is expected")
    _test(definition, given.value)


def _test(definition: ParameterDefinition, value: Any) -> None:
    test = TESTS.get(definition.type or "")
    if test is not None and test(value) is not None:
        raise wrong(definition.name, f"the value is no {definition.type}")


def _check_resource(definition: ParameterDefinition, resource: Any) -> None:
    """One of a certain type has to keep to the rules; what may be anything is for the operation to judge."""
    type = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(type, str) or (definition.type not in _ANY and type != definition.type):
        wanted = "resource" if definition.type in _ANY else definition.type
        raise wrong(definition.name, f"a {wanted} is expected")
    if definition.type not in _ANY and (faults := errors(resource)):
        raise Refusal(Fault.INVALID, issues=faults)
