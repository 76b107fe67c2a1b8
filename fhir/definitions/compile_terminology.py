"""CodeSystem, ValueSet and ConceptMap: from the official R4 definitions to this project's own package.

`python -m fhir.definitions.compile_terminology ../shared/data/fhir-r4` writes `data/terminology/`: one
resource a line. Left out are examples, and what lists or maps to codes of owners who license them.
"""

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fhir.definitions.chinese_tables import chinese_tables

DATA = Path(__file__).parent / "data" / "terminology"
FILES = {
    "code-systems": "code_systems.jsonl.gz",
    "value-sets": "value_sets.jsonl.gz",
    "concept-maps": "concept_maps.jsonl.gz",
}
OWNED = {
    "http://snomed.info/sct": "SNOMED CT",
    "http://loinc.org": "LOINC",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "http://hl7.org/fhir/sid/icd-10-us": "ICD-10-CM",
    "urn:iso:std:iso:11073:10101": "ISO/IEEE 11073",
    "http://terminology.hl7.org/CodeSystem/ex-diagnosis-on-admission": "UB-04",
    "http://terminology.hl7.org/CodeSystem/ex-revenue-center": "UB-04",
    "urn:oid:1.2.36.1.2001.1001.101.104.16592": "NEHTA",
}
"""Code systems whose lists stay under their owners' terms."""
_EXAMPLES = frozenset({"101", "102", "103", "example", "example2", "inactive"})
_DROPPED = frozenset({"meta", "contact", "text", "expansion"})
_ABOUT_HL7 = "http://hl7.org/fhir/StructureDefinition/structuredefinition-"
_META = {"versionId": "1", "lastUpdated": "2019-10-31T22:29:23.356Z"}

Resource = dict[str, Any]


def owner_of(resource: Resource) -> str | None:
    """Who owns codes that `resource` lists, None where it may be shipped."""
    if resource["resourceType"] == "CodeSystem":
        systems = [resource["url"]] if resource.get("concept") else []
    elif resource["resourceType"] == "ValueSet":
        compose = resource.get("compose", {})
        parts = [*compose.get("include", ()), *compose.get("exclude", ())]
        systems = [part.get("system") for part in parts if part.get("concept")]
    else:
        systems = [group.get(end) for group in resource.get("group", ()) for end in ("source", "target")]
    return next((OWNED[system] for system in systems if system in OWNED), None)


def is_example(resource: Resource) -> bool:
    """Is it one of the specification's examples?"""
    return resource["id"] in _EXAMPLES or resource["id"].startswith("example-")


def compact(resource: Resource) -> Resource:
    """Without what concerns HL7's own housekeeping, and with the meta that it is served with."""
    kept = {name: value for name, value in resource.items() if name not in _DROPPED}
    extensions = [each for each in kept.pop("extension", ()) if not each["url"].startswith(_ABOUT_HL7)]
    head = {"resourceType": kept.pop("resourceType"), "id": kept.pop("id"), "meta": _META}
    return head | ({"extension": extensions} if extensions else {}) | kept


def compiled(folder: Path) -> Iterator[tuple[str, list[Resource]]]:
    """Each file of the package by name, with its resources; last the canonical URLs left out."""
    owned: dict[str, str] = {}
    for source, name in FILES.items():
        bundle = json.loads(gzip.decompress((folder / f"{source}.json.gz").read_bytes()))
        resources = [entry["resource"] for entry in bundle["entry"]]
        mine = [each for each in resources if not is_example(each)]
        owned |= {each["url"]: owner for each in mine if (owner := owner_of(each))}
        shipped = [compact(each) for each in mine if not owner_of(each)]
        yield name, sorted(shipped, key=lambda each: str(each["id"]))
    yield "left_out.jsonl", [{"url": url, "owner": owner} for url, owner in sorted(owned.items())]


def lines(resources: Iterable[Resource]) -> bytes:
    """One resource a line."""
    texts = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in resources)
    return "".join(f"{text}\n" for text in texts).encode()


def write(file: Path, content: bytes) -> None:
    """Write a file, compressed where its name says so; the same content gives the same bytes."""
    file.write_bytes(gzip.compress(content, 9, mtime=0) if file.suffix == ".gz" else content)


def main() -> None:
    """Write the package."""
    parser = argparse.ArgumentParser(description="Compile the official R4 terminology.")
    parser.add_argument("folder", type=Path, help="where code-systems.json.gz and the others lie")
    for name, resources in compiled(parser.parse_args().folder):
        write(DATA / name, lines(resources))
    write(DATA / "china.jsonl", lines(chinese_tables()))


if __name__ == "__main__":
    main()
