"""StructureDefinition: the official R4 definitions compiled into data: structures, profiles, bindings.

FHIR R4 structuredefinition.html, elementdefinition.html. Run from the checkout, with the folder that holds
the official Bundles: python -m fhir.definitions.compile_structures ../shared/data/fhir-r4 The same input
gives the same bytes.
"""

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fhir.definitions.compile_profiles import compile_profiles
from fhir.definitions.compile_value_sets import compile_value_sets

DATA = Path(__file__).parent / "data"
BASE = "http://hl7.org/fhir/StructureDefinition/"
SYSTEM = "http://hl7.org/fhirpath/System."
MAXIMUM = BASE + "elementdefinition-maxValueSet"
LANGUAGES = "http://hl7.org/fhir/ValueSet/all-languages"
UNWANTED = {"ele-1", "dom-6"}  # ele-1 is checked by the shape of every element
HOME = {
    "ext-1": "Extension",
    "dom-2": "DomainResource",
    "dom-3": "DomainResource",
}  # repeated wherever inherited
HOME |= {"dom-4": "DomainResource", "dom-5": "DomainResource"}
SIMPLE = {"SimpleQuantity": "Quantity"}


def bundle(folder: Path, name: str) -> list[dict[str, Any]]:
    """The resources of the official Bundle `name` in `folder`."""
    with gzip.open(folder / f"{name}.json.gz", "rb") as file:
        return [entry["resource"] for entry in json.load(file)["entry"]]


def write(name: str, content: dict[str, Any]) -> None:
    """Write `content` to the data folder, one member a line, sorted: a change shows as a short diff."""
    lines = (
        f"{json.dumps(key)}:{json.dumps(content[key], separators=(',', ':'), ensure_ascii=False)}"
        for key in sorted(content)
    )
    (DATA / name).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


def _code(path: str, type_: dict[str, Any]) -> str:
    """The FHIR type of an element; 4.0.1 gives ids and Extension.url as FHIRPath strings."""
    if not type_["code"].startswith(SYSTEM):
        return str(type_["code"])
    return "uri" if path == "Extension.url" else "id" if path == "Resource.id" else "string"


def _type(path: str, type_: dict[str, Any]) -> str | dict[str, Any]:
    """One allowed type: its name alone, or with the resource types that a Reference may lead to."""
    profiles = [url.removeprefix(BASE) for url in type_.get("profile", [])]
    code = profiles[0] if profiles and profiles[0] in SIMPLE else _code(path, type_)
    targets = sorted(url.removeprefix(BASE) for url in type_.get("targetProfile", []))
    if type_["code"] != "Reference" or not targets or "Resource" in targets:
        return code
    return {"code": code, "targets": targets}


def _constraints(element: dict[str, Any]) -> dict[str, list[str]]:
    """The constraints defined at this very element: key -> [severity, meaning, expression]."""
    return {
        one["key"]: [one["severity"], one["human"], one.get("expression", "")]
        for one in element.get("constraint", [])
        if one["key"] not in UNWANTED and HOME.get(one["key"], element["path"]) == element["path"]
    }


def _binding(element: dict[str, Any]) -> str | None:
    """The value set that binds: a required one, and of languages the one that is the most (maxValueSet)."""
    binding = element.get("binding", {})
    most = (one.get("valueCanonical") for one in binding.get("extension", ()) if one["url"] == MAXIMUM)
    if LANGUAGES in most and element["type"][0]["code"] == "code":
        return LANGUAGES
    if binding.get("strength") != "required" or "valueSet" not in binding:
        return None
    return str(binding["valueSet"]).partition("|")[0]


def compile_element(element: dict[str, Any]) -> dict[str, Any]:
    """The compact form of one ElementDefinition: absent members have their usual value."""
    path, reference = element["path"], element.get("contentReference")
    compact = {
        "min": element["min"] or None,
        "max": None if element["max"] == "1" else element["max"],
        "types": [_type(path, type_) for type_ in element.get("type", [])],
        "content": reference and reference.partition("#")[2],
        "binding": _binding(element),
        "summary": element.get("isSummary") or None,
        "modifier": element.get("isModifier") or None,
        "constraints": _constraints(element),
    }
    return {"path": path} | {key: value for key, value in compact.items() if value}


def compile_structure(definition: dict[str, Any]) -> dict[str, Any]:
    """The compact form of one StructureDefinition: its own elements; those of its base are inherited."""
    root, *elements = definition["snapshot"]["element"]
    primitive = definition["kind"] == "primitive-type"
    compact = {
        "kind": definition["kind"],
        "abstract": definition["abstract"] or None,
        "base": definition.get("baseDefinition", "").removeprefix(BASE),
        "constraints": {} if primitive else _constraints(root),
        "elements": [
            compile_element(element)
            for element in elements
            if element["base"]["path"] == element["path"] and not primitive
        ],
    }
    return {key: value for key, value in compact.items() if value}


def compile_structures(definitions: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All structures by type name."""
    return {definition["type"]: compile_structure(definition) for definition in definitions}


def _expressions(definitions: Iterable[dict[str, Any]]) -> frozenset[str]:
    """The expressions of R4's own constraints."""
    return frozenset(
        one.get("expression", "")
        for definition in definitions
        for element in definition["snapshot"]["element"]
        for one in element.get("constraint", ())
    )


def _bindings(structures: dict[str, Any], profiles: dict[str, Any]) -> Iterator[str]:
    """The value sets that types and profiles require."""
    for structure in structures.values():
        yield from (one["binding"] for one in structure.get("elements", ()) if "binding" in one)
    for profile in profiles.values():
        elements = profile["snapshot"]["element"]
        bound = (one["binding"]["valueSet"] for one in elements if "binding" in one)
        yield from (url.partition("|")[0] for url in bound)


def main(folder: Path) -> None:
    """Compile the Bundles in `folder` into the data folder."""
    definitions = bundle(folder, "structure-definitions-types")
    definitions += bundle(folder, "structure-definitions-resources")
    structures = compile_structures(definitions)
    profiles = compile_profiles(
        bundle(folder, "structure-definitions-extensions-and-profiles"), _expressions(definitions)
    )
    bound = set(_bindings(structures, profiles))
    DATA.mkdir(exist_ok=True)
    write("structures.json", structures)
    write("profiles.json", profiles)
    sources = bundle(folder, "value-sets") + bundle(folder, "code-systems")
    write("value_sets.json", compile_value_sets(bound, sources))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
