"""SearchParameter and CompartmentDefinition: from the official R4 definitions to this project's own data.

`python -m fhir.definitions.compile_search ../shared/data/fhir-r4` writes `data/search_parameters.json` and
`data/compartments.json`. Each expression is resolved against the StructureDefinitions, so that at run
time a path names the JSON members themselves (`effectiveDateTime`, not `effective`) and the type at its end.
"""

import argparse
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

from fhir.search.expression import Path, Step, parse

DATA = File(__file__).parent / "data"
ANY = "*"
COMPARTMENTS = ("Device", "Encounter", "Patient", "Practitioner", "RelatedPerson")
_FHIR = "http://hl7.org/fhir/"
_CHOICE = "[x]"
_SYSTEM_TYPE = "http://hl7.org/fhirpath/System."

Element = dict[str, Any]
Row = dict[str, Any]


class Structures:
    """The elements of all resources and types by their path, and the implied systems of bound codes."""

    def __init__(self, folder: File) -> None:
        """Read the definitions in `folder`."""
        self.elements: dict[str, Element] = {}
        self.resources: set[str] = set()
        for name in ("resources", "types"):
            for structure in bundle(folder / f"structure-definitions-{name}.json.gz"):
                self._add(structure)
        self._systems = dict(_systems(folder))

    def _add(self, structure: Element) -> None:
        if structure["kind"] == "resource" and not structure["abstract"]:
            self.resources.add(structure["id"])
        if structure.get("derivation") != "constraint":
            self.elements |= {element["path"]: element for element in structure["snapshot"]["element"]}

    def children(self, path: str, name: str) -> Iterator[tuple[str, Element, str]]:
        """The JSON member, element and type of every alternative of the child `name` of `path`."""
        plain, choice = self.elements.get(f"{path}.{name}"), self.elements.get(f"{path}.{name}{_CHOICE}")
        if choice is not None:
            for type in choice["type"]:
                yield name + type["code"][0].upper() + type["code"][1:], choice, type["code"]
        elif plain is not None:
            for code in dict.fromkeys(self._type(type["code"]) for type in plain.get("type", [])) or [""]:
                yield name, plain, code

    def inside(self, element: Element, type: str) -> str:
        """The path under which the children of an element of this type stand."""
        if "contentReference" in element:
            return str(element["contentReference"]).lstrip("#")
        return str(element["path"]) if type in ("BackboneElement", "Element") else type

    def system(self, element: Element) -> str | None:
        """The one code system of a `code` element's required binding."""
        binding = element.get("binding", {})
        if binding.get("strength") != "required":
            return None
        return self._systems.get(binding.get("valueSet", "").partition("|")[0])

    @staticmethod
    def _type(code: str) -> str:
        return code.removeprefix(_SYSTEM_TYPE).lower() if code.startswith(_SYSTEM_TYPE) else code


def bundle(file: File) -> list[Element]:
    """The resources of a gzip-compressed Bundle."""
    return [entry["resource"] for entry in json.loads(gzip.decompress(file.read_bytes()))["entry"]]


def _systems(folder: File) -> Iterator[tuple[str, str]]:
    for value_set in bundle(folder / "value-sets.json.gz"):
        includes = value_set.get("compose", {}).get("include", [])
        systems = {include.get("system") for include in includes}
        if len(systems) == 1 and None not in systems:
            yield value_set["url"], systems.pop()


def is_core(parameter: Element) -> bool:
    """Whether a SearchParameter is of the core: not an example's, not of an extension or profile."""
    id = parameter["id"]
    extra = "-extensions-" in id or "-genetic-" in id or id.startswith("example")
    return "base" in parameter and not extra


def resolve(structures: Structures, base: str, path: Path) -> Iterator[Row]:
    """The JSON paths of one branch of an expression on resources of the type `base`."""
    relative = not path.head[0].isupper()
    if not relative and (path.head != base or not path.steps):
        return
    steps = (Step(path.head), *path.steps) if relative else path.steps
    rows = list(_walk(structures, base, steps))
    if path.test:
        yield {"path": [row["path"][0] for row in rows], "type": "test"}
    else:
        yield from rows


def _walk(structures: Structures, inside: str, steps: tuple[Step, ...]) -> Iterator[Row]:
    step, rest = steps[0], steps[1:]
    for member, element, type in structures.children(inside, step.name):
        if step.type not in (None, type):
            continue
        spelled = _spell(member, element, step)
        if not rest:
            row = {"path": [spelled], "type": type}
            row |= {"resolves": step.resolves} if step.resolves else {}
            row |= {"target": _profiles(element)} if type == "Reference" else {}
            system = structures.system(element) if type == "code" else None
            yield row | ({"system": system} if system else {})
            continue
        for row in _walk(structures, structures.inside(element, type), rest):
            yield row | {"path": [spelled, *row["path"]]}


def _spell(member: str, element: Element, step: Step) -> str:
    """A step of a path: `name`, `*` where it repeats, `[member=value]`, `[@extension]`, `#index`."""
    spelled = member + ("" if element["max"] in ("0", "1") else "*")
    if step.where is not None:
        spelled += f"[{step.where[0]}={step.where[1]}]"
    if step.extended is not None:
        spelled += f"[@{step.extended}]"
    return spelled + ("" if step.index is None else f"#{step.index}")


def _row(structures: Structures, parameter: Element, base: str) -> Row:
    branches = parse(parameter["expression"]) if "expression" in parameter else ()
    paths = [row for branch in branches for row in resolve(structures, base, branch)]
    row: Row = {"type": parameter["type"]} | ({"paths": paths} if paths else {})
    if target := _targets(structures, parameter, paths):
        row["target"] = target
    if "component" in parameter:
        row["component"] = [_component(part) for part in parameter["component"]]
    return row


def _profiles(element: Element) -> list[str]:
    """The types that a Reference may point at."""
    profiles = [profile for type in element["type"] for profile in type.get("targetProfile", ())]
    return [profile.rpartition("/")[2] for profile in profiles]


def _targets(structures: Structures, parameter: Element, paths: list[Row]) -> list[str]:
    """What the definition says, narrowed by what the elements themselves allow."""
    allowed: set[str] = set()
    for path in paths:
        listed = path.pop("target", ["Resource"])
        allowed |= {path["resolves"]} if "resolves" in path else set(listed or ["Resource"])
    targets = set(parameter.get("target", []))
    if allowed and "Resource" not in allowed:
        targets &= allowed
    return [ANY] if targets >= structures.resources - {"Parameters", "CatalogEntry"} else sorted(targets)


def _component(part: Element) -> Row:
    return {"definition": part["definition"].rpartition("/")[2], "expression": part["expression"]}


def parameters(folder: File) -> dict[str, dict[str, Row]]:
    """The core search parameters by base type and code."""
    structures = Structures(folder)
    table: dict[str, dict[str, Row]] = {}
    for parameter in bundle(folder / "search-parameters.json.gz"):
        if is_core(parameter):
            for base in parameter["base"]:
                table.setdefault(base, {})[parameter["code"]] = _row(structures, parameter, base)
    for resource in structures.resources:
        table.setdefault(resource, {})
    return table


def compartment(folder: File, code: str) -> dict[str, list[str]]:
    """The parameters through which a resource lies in the compartment `code`, by type."""
    definitions = bundle(folder / "compartment-definitions.json.gz")
    official = f"{_FHIR}CompartmentDefinition/{code.lower()}"
    wanted = next(each for each in definitions if each["url"].lower() == official.lower())
    return {each["code"]: each["param"] for each in wanted["resource"] if each.get("param")}


def write(file: File, table: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a table of tables as JSON with one line a row, in a fixed order."""
    types = []
    for type, rows in sorted(table.items()):
        lines = "".join(f",\n  {json.dumps(code)}: {_line(rows[code])}" for code in sorted(rows))[1:]
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
