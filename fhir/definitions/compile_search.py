"""SearchParameter and CompartmentDefinition: from the official R4 definitions to this project's own data.

`python -m fhir.definitions.compile_search ../shared/data/fhir-r4` writes `data/search_parameters.json` and
`data/compartments.json`. `row` compiles one definition; what is added at run time goes through it too.
"""

import argparse
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path as File
from typing import Any

from fhir.definitions.element_paths import Row, places, rows
from fhir.definitions.structures import resource_types

DATA = File(__file__).parent / "data"
ANY = "*"
COMPARTMENTS = ("Device", "Encounter", "Patient", "Practitioner", "RelatedPerson")
_FHIR = "http://hl7.org/fhir/"

Definition = dict[str, Any]
Find = Callable[[str], Definition | None]
"""The SearchParameter of a canonical URL, for the parts of a composite."""


def bundle(file: File) -> list[Definition]:
    """The resources of a gzip-compressed Bundle."""
    return [entry["resource"] for entry in json.loads(gzip.decompress(file.read_bytes()))["entry"]]


def is_core(parameter: Definition) -> bool:
    """Whether a SearchParameter is of the core: not an example's, not of an extension or profile."""
    id = parameter["id"]
    extra = "-extensions-" in id or "-genetic-" in id or id.startswith("example")
    return "base" in parameter and not extra


def row(parameter: Definition, base: str, find: Find) -> Row:
    """The compiled row of a definition on `base`; an ExpressionError where it is not understood."""
    expression = parameter.get("expression", "")
    if parameter["type"] == "composite":
        return {"type": "composite"} | _composite(parameter, base, find)
    paths = rows(base, expression) if expression else []
    target = _targets(parameter, paths)
    return (
        {"type": parameter["type"]}
        | ({"paths": paths} if paths else {})
        | ({"target": target} if target else {})
    )


def _composite(parameter: Definition, base: str, find: Find) -> Row:
    """Where its parts stand (`paths`), with the paths of each part from there, and the types of the parts."""
    parts = [(find(part["definition"]), part["expression"]) for part in parameter.get("component", ())]
    if len(parts) < 2 or any(definition is None for definition, _ in parts):
        return {"parts": []}
    paths = []
    for spelled, children in places(base, parameter["expression"]):
        inner = [rows(base, expression, children) for _, expression in parts]
        if all(inner):
            paths.append({"path": spelled, "parts": inner})
    kinds = zip(parts, zip(*(path["parts"] for path in paths), strict=True), strict=False)
    return {"paths": paths, "parts": [_kind(part[0]["type"], inner) for part, inner in kinds if part[0]]}


def _kind(declared: str, inner: Iterable[list[Row]]) -> str:
    """The type of a part: DocumentReference.relationship names its two definitions the wrong way round."""
    types = {path["type"] for listed in inner for path in listed}
    if types == {"Reference"}:
        return "reference"
    return "token" if types <= {"code", "Coding", "CodeableConcept"} else declared


def _targets(parameter: Definition, paths: list[Row]) -> list[str]:
    """What the definition says, narrowed by what the elements themselves allow."""
    allowed: set[str] = set()
    for path in paths:
        listed = path.pop("target", None) or ["Resource"]
        allowed |= {path["resolves"]} if "resolves" in path else set(listed)
    targets = set(parameter.get("target", []))
    if allowed and "Resource" not in allowed:
        targets &= allowed
    return [ANY] if targets >= resource_types - {"Parameters", "CatalogEntry"} else sorted(targets)


def parameters(folder: File) -> dict[str, dict[str, Row]]:
    """The core search parameters by base type and code."""
    definitions = bundle(folder / "search-parameters.json.gz")
    known = {each["url"]: each for each in definitions}
    table: dict[str, dict[str, Row]] = {resource: {} for resource in resource_types}
    for parameter in filter(is_core, definitions):
        for base in parameter["base"]:
            table.setdefault(base, {})[parameter["code"]] = row(parameter, base, known.get)
    for compiled in table.values():
        _unite(compiled)
    return table


def _unite(compiled: dict[str, Row]) -> None:
    """Mark what finds the elements of several other parameters (combo-code): their index serves it."""
    united = {
        code: parts
        for code, each in compiled.items()
        if each["type"] != "reference" and (parts := _union(code, compiled))
    }
    for code, parts in united.items():
        compiled[code]["union"] = parts


def _union(code: str, compiled: dict[str, Row]) -> list[str]:
    whole = _elements(compiled[code])
    smaller = {
        other: elements
        for other, each in compiled.items()
        if each["type"] == compiled[code]["type"] and (elements := _elements(each)) < whole and elements
    }
    parts: list[str] = []
    for other, elements in sorted(smaller.items(), key=lambda each: (-len(each[1]), each[0])):
        if not any(elements & smaller[part] for part in parts):
            parts.append(other)
    return sorted(parts) if whole and set[str]().union(*(smaller[part] for part in parts)) == whole else []


def _elements(row: Row) -> set[str]:
    return {json.dumps(path, sort_keys=True) for path in row.get("paths", ())}


def compartment(folder: File, code: str) -> dict[str, list[str]]:
    """The parameters through which a resource lies in the compartment `code`, by type."""
    definitions = bundle(folder / "compartment-definitions.json.gz")
    official = f"{_FHIR}CompartmentDefinition/{code.lower()}"
    wanted = next(each for each in definitions if each["url"].lower() == official.lower())
    return {each["code"]: each["param"] for each in wanted["resource"] if each.get("param")}


def write(file: File, table: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a table of tables as JSON with one line a row, in a fixed order."""
    types = []
    for type, listed in sorted(table.items()):
        lines = "".join(f",\n  {json.dumps(code)}: {_line(listed[code])}" for code in sorted(listed))[1:]
        types.append(f"{json.dumps(type)}: {{{lines}}}")
    file.write_text("{\n" + ",\n".join(types) + "\n}\n", encoding="utf-8")


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def main() -> None:
    """Compile from the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Compile search parameters and compartments.")
    parser.add_argument("folder", type=File, help="the folder of the official definitions")
    folder = parser.parse_args().folder
    write(DATA / "search_parameters.json", parameters(folder))
    write(DATA / "compartments.json", {code: compartment(folder, code) for code in COMPARTMENTS})


if __name__ == "__main__":
    main()
