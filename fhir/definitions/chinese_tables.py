"""CodeSystem: the code tables of China as FHIR resources, with a ValueSet each and maps into FHIR.

FHIR R4 codesystem.html; GB/T and WS/T standards. A table is named by its OID and its table name, which is
the version of the code system, because real systems use one OID for two tables.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from fhir.terminology.code_system import REUSED

FILE = Path(__file__).parent / "china.yaml"
_ARC = "urn:oid:2.16.156.10011.2."
_PROPERTIES = "http://hl7.org/fhir/concept-properties#"

Table = Mapping[str, Any]


def chinese_tables() -> Iterator[dict[str, Any]]:
    """The CodeSystem and ValueSet of every table, then the maps."""
    source = yaml.safe_load(FILE.read_text("utf-8"))
    tables = {table["id"]: table for table in source["tables"]}
    for table in tables.values():
        yield _code_system(table, source["date"])
        if table.get("content") != "not-present":
            yield _value_set(table, source["date"])
    for map in source["maps"]:
        yield _concept_map(map, tables[map["from"]], source["date"])


def system_of(table: Table) -> str:
    """The URL of the code system of a table."""
    return f"{_ARC}{table['oid']}" if "oid" in table else f"urn:furong:table:{table['table']}"


def value_set_of(table: Table) -> str:
    """The URL of the value set of all codes of a table."""
    return f"urn:furong:value-set:{table['id']}"


def _head(type: str, id: str, url: str, date: str) -> dict[str, Any]:
    meta = {"versionId": "1", "lastUpdated": f"{date}T00:00:00.000Z"}
    return {"resourceType": type, "id": id, "meta": meta, "language": "zh-CN", "url": url}


def _code_system(table: Table, date: str) -> dict[str, Any]:
    head = _head("CodeSystem", table["id"], system_of(table), date)
    if table.get("reused"):
        head["extension"] = [{"url": REUSED, "valueBoolean": True}]
    note = {"description": table["note"]} if "note" in table else {}
    content = table.get("content", "complete")
    about = {
        "version": table["table"],
        "name": table["name"],
        "title": table["title"],
        "status": "active",
        "experimental": False,
        "date": date,
        **note,
        "caseSensitive": True,
        "content": content,
    }
    if content != "not-present":
        about |= {"valueSet": value_set_of(table), **_declared(table), "concept": _concepts(table)}
    return head | about


def _declared(table: Table) -> dict[str, Any]:
    if "documents" in table:
        return {"property": [{"code": "template", "description": "CDA template", "type": "string"}]}
    if "retired" in table:
        return {"property": [{"code": "status", "uri": f"{_PROPERTIES}status", "type": "code"}]}
    return {"hierarchyMeaning": "is-a"} if "parents" in table else {}


def _concepts(table: Table) -> list[dict[str, Any]]:
    if "documents" in table:
        return [_document(table, number, title) for number, title in enumerate(table["documents"], 1)]
    concepts = {code: _concept(code, *names) for code, names in table["concepts"].items()}
    for code, names in table.get("retired", {}).items():
        retired = {"property": [{"code": "status", "valueCode": "retired"}]}
        concepts[code] = _concept(code, *names) | retired
    for code, parent in table.get("parents", {}).items():
        concepts[parent].setdefault("concept", []).append(concepts.pop(code))
    return list(concepts.values())


def _concept(code: str, display: str, english: str | None = None) -> dict[str, Any]:
    named = {"designation": [{"language": "en", "value": english}]} if english else {}
    return {"code": code, "display": display, **named}


def _document(table: Table, number: int, title: str) -> dict[str, Any]:
    template = {"code": "template", "valueString": f"{table['templates']}.{20 + number}"}
    return _concept(f"C{number:04}", title) | {"property": [template]}


def _value_set(table: Table, date: str) -> dict[str, Any]:
    include = {"system": system_of(table), "version": table["table"]}
    return _head("ValueSet", table["id"], value_set_of(table), date) | {
        "version": table["table"],
        "name": table["name"],
        "title": table["title"],
        "status": "active",
        "experimental": False,
        "date": date,
        "compose": {"include": [include]},
    }


def _concept_map(map: Table, table: Table, date: str) -> dict[str, Any]:
    systems = {map["system"]: map["map"]} | map.get("others", {})
    return _head("ConceptMap", map["id"], f"urn:furong:map:{map['id']}", date) | {
        "version": table["table"],
        "name": f"{table['name']}ToFHIR",
        "status": "active",
        "experimental": False,
        "date": date,
        "sourceCanonical": value_set_of(table),
        "targetCanonical": map["value_set"],
        "group": [_group(table, target, codes) for target, codes in systems.items()],
    }


def _group(table: Table, target: str, codes: Table) -> dict[str, Any]:
    elements = [
        {"code": code, "target": [{"code": mapped, "equivalence": equivalence}]}
        for code, (mapped, equivalence) in codes.items()
    ]
    return {
        "source": system_of(table),
        "sourceVersion": table["table"],
        "target": target,
        "element": elements,
    }
