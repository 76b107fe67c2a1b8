import json
from pathlib import Path
from typing import Any

import pytest

from fhir.outcome import Fault, Refusal
from fhir.patch.json_patch import read_json_patch
from fhir.resource import parse, serialize

CASES = json.loads((Path(__file__).parents[3] / "spec/patch/json_patch.json").read_bytes())
BEFORE = (
    b'{"resourceType":"Observation","id":"o","status":"final","note":[{"text":"a"},{"text":"b"}],'
    b'"valueQuantity":{"value":120.50,"unit":"mm"}}'
)


def patched(*operations: Any) -> Any:
    return read_json_patch(json.dumps(operations).encode())(parse(BEFORE))


@pytest.mark.parametrize("case", CASES)
def test_each_operation(case: Any) -> None:
    """Checklist line 22."""
    assert patched(case["operation"])[case["member"]] == case["after"]


def test_decimals_stay_as_they_were_written() -> None:
    patch = read_json_patch(
        b'[{"op":"add","path":"/a","value":1.500},{"op":"copy","from":"/valueQuantity","path":"/b"},'
        b'{"op":"add","path":"/c","value":1e3}]'
    )
    text = serialize(patch(parse(BEFORE)))
    for exact in (b'"value":120.50', b'"a":1.500', b'"c":1e3', b'"b":{"value":120.50'):
        assert exact in text
    assert serialize(patch(parse(BEFORE))) == text, "a patch can be applied again"


@pytest.mark.parametrize(
    ("operations", "fault"),
    [
        ([{"op": "test", "path": "/status", "value": "amended"}], Fault.UNPROCESSABLE),
        ([{"op": "test", "path": "/nowhere", "value": 1}], Fault.UNPROCESSABLE),
        ([{"op": "remove", "path": "/nowhere"}], Fault.UNPROCESSABLE),
        ([{"op": "replace", "path": "/note/7", "value": 1}], Fault.UNPROCESSABLE),
        ([{"op": "add", "path": "/a/b/c", "value": 1}], Fault.UNPROCESSABLE),
        ([{"op": "add", "path": "/note/x", "value": 1}], Fault.UNPROCESSABLE),
        ([{"op": "move", "from": "/note", "path": "/note/0"}], Fault.UNPROCESSABLE),
        ([{"op": "replace", "path": "", "value": []}], Fault.UNPROCESSABLE),
        ([{"op": "frob", "path": "/status"}], Fault.MALFORMED),
        ([{"op": "add", "path": "status", "value": 1}], Fault.MALFORMED),
        ([{"op": "add", "path": "/status"}], Fault.MALFORMED),
        ([{"op": "copy", "path": "/status"}], Fault.MALFORMED),
        ([{"op": "add"}], Fault.MALFORMED),
        ([{"op": "add", "path": 5, "value": 1}], Fault.MALFORMED),
        ([7], Fault.MALFORMED),
        ([{"op": "test", "path": "/status", "value": "final"}] * 1001, Fault.TOO_LARGE),
        ([{"op": "copy", "from": "", "path": "/note/-"}] * 100, Fault.TOO_LARGE),
    ],
)
def test_what_does_not_fit_is_refused(operations: list[Any], fault: Fault) -> None:
    """Checklist line 22; a copy that doubles the resource each time ends at a limit."""
    with pytest.raises(Refusal) as refusal:
        patched(*operations)
    assert refusal.value.fault is fault


def test_what_is_no_list() -> None:
    for body in (b"{}", b"5", b"[", b"\xff", b"null"):
        with pytest.raises(Refusal) as refusal:
            read_json_patch(body)
        assert refusal.value.fault is Fault.MALFORMED
