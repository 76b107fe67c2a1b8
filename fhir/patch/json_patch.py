"""JSON Patch: a list of changes by JSON Pointer.

RFC 6902 and FHIR R4 3.1.0.6 (http.html#patch). The library applies them; what a patch may cost is bounded
here, since `copy` can double a document with each operation.
"""

from copy import deepcopy
from typing import Any

from jsonpatch import InvalidJsonPatch, JsonPatch, JsonPatchException, JsonPatchTestFailed
from jsonpointer import JsonPointer, JsonPointerException

from fhir.outcome import Fault, Refusal
from fhir.patch import Patch, check_length, malformed, unfit
from fhir.resource import Resource, parse_json

MEDIA_TYPE = "application/json-patch+json"
_NEEDS = {
    "add": ("path", "value"),
    "remove": ("path",),
    "replace": ("path", "value"),
    "move": ("path", "from"),
    "copy": ("path", "from"),
    "test": ("path", "value"),
}
_MOST_COPIED = 100_000
"""So many values may be copied by one patch."""


def read_json_patch(body: bytes) -> Patch:
    """The patch in `body`; a Refusal where it is none."""
    operations = parse_json(body)
    if not isinstance(operations, list):
        raise Refusal(Fault.MALFORMED, "a JSON Patch is a list of operations")
    check_length(len(operations))
    for position, each in enumerate(operations):
        _read(position, each)

    def patch(resource: Resource) -> Resource:
        return _apply(deepcopy(operations), deepcopy(resource))

    return patch


def _read(position: int, operation: Any) -> JsonPatch:
    if not isinstance(operation, dict) or operation.get("op") not in _NEEDS:
        raise malformed(position, f"op is one of {', '.join(_NEEDS)}")
    for member in _NEEDS[operation["op"]]:
        if member not in operation or (member != "value" and not isinstance(operation[member], str)):
            raise malformed(position, f"{operation['op']} needs {member}")
    try:
        return JsonPatch([operation])
    except (JsonPatchException, JsonPointerException, TypeError, ValueError):
        raise malformed(position, "it lacks a member, or its path is no JSON Pointer") from None


def _apply(operations: list[Any], document: Any) -> Resource:
    left = _MOST_COPIED
    for position, operation in enumerate(operations):
        if operation["op"] == "copy":
            left -= _size(document, operation["from"])
            if left < 0:
                raise Refusal(Fault.TOO_LARGE, f"a patch copies at most {_MOST_COPIED} values")
        try:
            document = _read(position, operation).apply(document, in_place=True)
        except JsonPatchTestFailed:
            raise unfit(position, "the test failed") from None
        except InvalidJsonPatch:
            raise malformed(position, "it lacks a member that its op needs") from None
        except (JsonPatchException, JsonPointerException, TypeError, ValueError, LookupError):
            raise unfit(position, "its path leads nowhere in this resource") from None
    if not isinstance(document, dict):
        raise Refusal(Fault.UNPROCESSABLE, "what is left is no resource")
    return document


def _size(document: Any, pointer: Any) -> int:
    """How many values stand at `pointer`."""
    try:
        todo, count = [JsonPointer(pointer).resolve(document)], 0
    except (JsonPointerException, TypeError):
        return 0
    while todo:
        value = todo.pop()
        count += 1
        todo += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return count
