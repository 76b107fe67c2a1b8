"""Terminology cases as data: an operation in, a ValueSet or Parameters out. Checklist line 100.

Each JSON file beside this one holds `resources` (stored first) and `cases`: `call` (`Type/$name` or
`Type/id/$name`) with `parameters` (a name with its value as in the URL, several as a list, a data type as
JSON with its type), and what is expected: `codes` of the expansion in order, `shows` (paths into the reply),
`out` (output parameters), `matches` of a translation, or `refused` (issue type) with `says`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations.inputs import checked
from fhir.operations.operation import Call, Parameter
from fhir.operations.registry import operation_or_404
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store
from fhir.validation import errors
from tests.support.access import Granted
from tests.support.resources import put

FILES = sorted(Path(__file__).parent.glob("*.json"))
SPEC = {file.stem: json.loads(file.read_text("utf-8")) for file in FILES}


def parameters(given: dict[str, Any]) -> tuple[Parameter, ...]:
    found = []
    for name, value in given.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                found.append(Parameter(name, each))
            elif "resourceType" in each:
                found.append(Parameter(name, each, member="resource"))
            elif "part" in each:
                found.append(Parameter(name, None, parts(each["part"])))
            else:
                ((type, content),) = each.items()
                found.append(Parameter(name, content, member=f"value{type}"))
    return tuple(found)


def parts(given: dict[str, Any]) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, value, member="value") for name, value in given.items())


async def answer(context: Context, case: dict[str, Any]) -> Resource:
    *path, name = case["call"].split("/")
    call = Call(*path, parameters=parameters(case.get("parameters", {})))
    operation = operation_or_404(name[1:], path[0], call.level)
    call, _ = checked(operation, call)
    result = await operation.run(context, call)
    assert isinstance(result, dict)
    return result


def codes(contains: list[dict[str, Any]]) -> list[Any]:
    """A code, or [code, [nested codes]]."""
    return [
        [each["code"], codes(each["contains"])] if "contains" in each else each["code"] for each in contains
    ]


def at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[int(name)] if name.isdigit() else value.get(name)
    return value


def plain(parameter: dict[str, Any]) -> Any:
    """An output parameter as one value; parts as an object."""
    if "part" in parameter:
        return {each["name"]: plain(each) for each in parameter["part"]}
    return next(value for name, value in parameter.items() if name.startswith("value"))


def outputs(result: Resource, name: str) -> list[Any]:
    return [plain(each) for each in result.get("parameter", ()) if each["name"] == name]


def check(case: dict[str, Any], result: Resource) -> None:
    if "codes" in case:
        assert codes(result["expansion"].get("contains", [])) == case["codes"]
    for path, value in case.get("shows", {}).items():
        assert at(result, path) == value, path
    for name, value in case.get("out", {}).items():
        found = outputs(result, name)
        assert found == (value if isinstance(value, list) else [] if value is None else [value]), name
    for property in case.get("properties", ()):
        assert property in outputs(result, "property")
    if "matches" in case:
        found = [
            (each["equivalence"], each.get("concept", {}).get("code")) for each in outputs(result, "match")
        ]
        assert found == [tuple(each) for each in case["matches"]]


async def outcome(context: Context, case: dict[str, Any]) -> Resource | Refusal:
    try:
        return await answer(context, case)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("name", SPEC)
async def test_every_case_answers_what_it_says(name: str, store: Store) -> None:
    """Checklist line 100: $expand, $lookup, $validate-code, $subsumes, $translate."""
    await put(store, *SPEC[name].get("resources", ()))
    context = Context(store, Granted(), "https://furong.example/fhir", "r")
    for case in SPEC[name]["cases"]:
        result = await outcome(context, case)
        if isinstance(result, Refusal):
            assert result.issues[0].code == case.get("refused"), (case, result.issues)
            assert case.get("says", "") in result.issues[0].diagnostics, case
            continue
        assert "refused" not in case, case
        assert errors(result) == [], case
        try:
            check(case, result)
        except (AssertionError, AttributeError, IndexError, KeyError, TypeError) as error:
            raise AssertionError((case, result)) from error


def test_there_are_cases_of_every_operation() -> None:
    named = {case["call"].rpartition("$")[2] for spec in SPEC.values() for case in spec["cases"]}
    assert named == {"expand", "lookup", "validate-code", "subsumes", "translate"}
