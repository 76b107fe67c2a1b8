"""OpenAPI description of the FHIR API, made from the registries that do the work.

OpenAPI 3.1.0; FHIR R4 http.html. `/fhir/openapi.json` describes all types at once, `?type=Patient` one type
with its search parameters; `/fhir/docs` shows the same to people.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fhir import rest
from fhir.capability import VERSION, operations, searched
from fhir.definitions.operations import ParameterDefinition
from fhir.operations.operation import Level, Operation
from fhir.operations.registry import OPERATIONS
from services.api.interactions import ROWS, Row

Json = dict[str, Any]
_FHIR_JSON = "application/fhir+json"
_RESOURCE = {"$ref": "#/components/schemas/Resource"}
_ID = {"type": "string", "pattern": "^[A-Za-z0-9\\-.]{1,64}$"}
_NUMBER = {"type": "string", "pattern": "^[1-9][0-9]{0,8}$"}
_REFUSED = {
    "description": "The request is refused",
    "content": {_FHIR_JSON: {"schema": {"$ref": "#/components/schemas/OperationOutcome"}}},
}
_TYPES: dict[str, Json] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "positiveInt": {"type": "integer", "minimum": 1},
    "unsignedInt": {"type": "integer", "minimum": 0},
}


def description(base: str, token_url: str, type: str | None = None) -> Json:
    """The description of the API at `base`; of one resource type where it is named."""
    title = "Furong FHIR R4" if type is None else f"Furong FHIR R4: {type}"
    flow = {"tokenUrl": token_url, "scopes": {"system/*.cruds": "SMART App Launch 2.2"}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "externalDocs": {"url": "http://hl7.org/fhir/R4/http.html"},
        "servers": [{"url": base}],
        "security": [{"smart": []}],
        "paths": _paths(type),
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"smart": {"type": "oauth2", "flows": {"clientCredentials": flow}}},
        },
    }


def _schemas() -> Json:
    kinds = {
        "OperationOutcome": "OperationOutcome",
        "Bundle": "Bundle",
        "CapabilityStatement": "CapabilityStatement",
    }
    schemas: Json = {"Resource": _kind({"type": "string", "pattern": "^[A-Z][A-Za-z]+$"})}
    return schemas | {name: _kind({"const": kind}) for name, kind in kinds.items()}


def _kind(name: Json) -> Json:
    return {"type": "object", "required": ["resourceType"], "properties": {"resourceType": name}}


def _paths(type: str | None) -> Json:
    paths: dict[str, Json] = {}
    for row in ROWS:
        if row.claimed(type):
            place = paths.setdefault(_path(row.path, type), {})
            place[row.method.lower()] = _operation(row, type)
    for path, method, described in _calls(type):
        paths.setdefault(path, {})[method] = described
    return paths


def _path(path: str, type: str | None) -> str:
    return path if type is None else path.replace("{type}", type)


def _operation(row: Row, type: str | None) -> Json:
    described: Json = {
        "operationId": row.name if type is None else f"{row.name}-{type}",
        "summary": row.summary,
        "parameters": [*_in_path(row.path, type), *map(_header, row.headers), *_query(row, type)],
        "responses": {str(status): _done(row, status) for status in row.done}
        | {str(status): _REFUSED for status in row.refused},
    }
    if row.body:
        described["requestBody"] = {
            "required": True,
            "content": {each: _body(row, each) for each in row.body},
        }
    if row.open:
        described["security"] = []
    return described


def _done(row: Row, status: int) -> Json:
    if status in (204, 304) or not row.schema:
        return {"description": "Done"}
    schema = {"$ref": f"#/components/schemas/{row.schema}"}
    return {"description": "Done", "content": {_FHIR_JSON: {"schema": schema}}}


def _body(row: Row, media_type: str) -> Json:
    if media_type == _FHIR_JSON:
        return {"schema": {"$ref": f"#/components/schemas/{row.takes}"}}
    return {"schema": {"type": "array" if "json-patch" in media_type else "object"}}


def _in_path(path: str, type: str | None) -> Iterator[Json]:
    if "{type}" in path and type is None:
        yield _parameter("type", "path", {"enum": sorted(rest.SERVED)})
    if "{compartment}" in path:
        yield _parameter("compartment", "path", {"enum": list(rest.COMPARTMENTS)})
    if "{id}" in path:
        yield _parameter("id", "path", _ID)
    if "{version}" in path:
        yield _parameter("version", "path", _NUMBER)


def _parameter(name: str, place: str, schema: Json, **more: Any) -> Json:
    return {"name": name, "in": place, "required": place == "path", "schema": schema} | more


def _header(name: str) -> Json:
    return _parameter(name, "header", {"type": "string"})


def _query(row: Row, type: str | None) -> Iterator[Json]:
    names = [*_search(type)] if row.searches else []
    for name in dict.fromkeys((*names, *row.query)):
        yield _parameter(name, "query", {"type": "string"})


def _search(type: str | None) -> Sequence[str]:
    """The parameters of a search of one type, or those of every search."""
    codes = [each.code for each in searched(type)] if type is not None else []
    return [*codes, *(("_count",) if type in rest.READ_ONLY else rest.RESULTS)]


def _calls(type: str | None) -> Iterator[tuple[str, str, Json]]:
    """Each operation at each of its addresses."""
    for each in OPERATIONS if type is None else operations(type):
        for level in sorted(each.levels):
            if type is not None and level is Level.SYSTEM:
                continue
            for place in _places(each, level, type):
                for method in _methods(each):
                    yield place, method, _call(each, level, place, method)


def _places(operation: Operation, level: Level, type: str | None) -> list[str]:
    end = {Level.INSTANCE: "/{id}", Level.VERSION: "/{id}/_history/{version}"}.get(level, "")
    if level is Level.SYSTEM:
        return [f"/${operation.name}"]
    everywhere = not operation.types or len(operation.types) > len(rest.SERVED) // 2
    named = [type] if type is not None else ["{type}"] if everywhere else sorted(operation.types)
    return [f"/{each}{end}/${operation.name}" for each in named]


def _methods(operation: Operation) -> list[str]:
    return ["post"] if operation.posted_only else ["get", "post"]


def _call(operation: Operation, level: Level, path: str, method: str) -> Json:
    parameters = list(map(_input, (each for each in operation.inputs.values() if each.primitive)))
    if operation.searches:
        parameters += [_parameter(code, "query", {"type": "string"}) for code in _codes(operation)]
    described: Json = {
        "operationId": f"{operation.name}-{method}-{level}-{path.split('/')[1]}",
        "summary": f"${operation.name}",
        "externalDocs": {"url": operation.definition},
        "parameters": [*_in_path(path, None), *(parameters if method == "get" else ())],
        "responses": {
            "200": {"description": "Done", "content": {_FHIR_JSON: {"schema": _RESOURCE}}},
            "201": {"description": "Created", "content": {_FHIR_JSON: {"schema": _RESOURCE}}},
        }
        | {str(status): _REFUSED for status in _CALL_REFUSED},
    }
    if method == "post":
        described["requestBody"] = {"required": False, "content": {_FHIR_JSON: {"schema": _RESOURCE}}}
    return described


def _codes(operation: Operation) -> list[str]:
    """The search parameters that an operation takes."""
    return [each.code for type in sorted(operation.types) for each in searched(type)]


_CALL_REFUSED = (400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422)


def _input(given: ParameterDefinition) -> Json:
    schema = _TYPES.get(given.type or "", {"type": "string"})
    if given.repeats:
        schema = {"type": "array", "items": schema}
    return _parameter(given.name, "query", schema) | {"required": given.min > 0}
