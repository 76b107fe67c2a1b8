"""CodeSystem: the code tables of China as FHIR resources, with a ValueSet each and maps into FHIR.

FHIR R4 codesystem.html; GB/T and WS/T standards. A table is named by its OID and its table name, which is
the version of the code system (with the year of its standard): real systems use one OID for two tables.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from fhir.terminology.code_system import REUSED
from fhir.terminology.table_name import NAMES

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
        make = _successors if map.get("successors") else _concept_map
        yield make(map, tables[map["from"]], source["date"])


def system_of(table: Table) -> str:
    """The URL of the code system of a table."""
    return f"{_ARC}{table['oid']}" if "oid" in table else f"urn:furong:table:{table['table']}"


def version_of(table: Table) -> str | None:
    """The version of the code system of a table: its name, with the year of its standard where it has one."""
    if "table" not in table:
        return None
    return f"{table['table']}-{table['year']}" if "year" in table else str(table["table"])


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
    words = [f"{table['standard']}。" if "standard" in table else "", table.get("note", "")]
    note = {"description": " ".join(filter(None, words))} if any(words) else {}
    content = table.get("content", "complete")
    names = [each for each in (table.get("table"), table["title"]) if each]
    version = version_of(table)
    about = {
        "identifier": [{"system": NAMES, "value": each} for each in names],
        **({"version": version} if version else {}),
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
        successor = {"code": "successor", "description": "what took its place", "type": "code"}
        return {"property": [{"code": "status", "uri": f"{_PROPERTIES}status", "type": "code"}, successor]}
    return {"hierarchyMeaning": "is-a"} if "parents" in table else {}


def _concepts(table: Table) -> list[dict[str, Any]]:
    if "documents" in table:
        return [_document(table, number, *names) for number, names in enumerate(table["documents"], 1)]
    concepts = {code: _concept(code, *names) for code, names in table["concepts"].items()}
    for code, names in table.get("retired", {}).items():
        after = [{"code": "successor", "valueCode": each} for each in table["successors"][code]]
        retired = {"code": "status", "valueCode": "retired"}
        concepts[code] = _concept(code, *names) | {"property": [retired, *after]}
    for code, parent in table.get("parents", {}).items():
        concepts[parent].setdefault("concept", []).append(concepts.pop(code))
    return list(concepts.values())


def _concept(code: str, display: str, english: str | None = None) -> dict[str, Any]:
    named = {"designation": [{"language": "en", "value": english}]} if english else {}
    return {"code": code, "display": display, **named}


def _document(table: Table, number: int, title: str, english: str) -> dict[str, Any]:
    template = {"code": "template", "valueString": f"{table['templates']}.{20 + number}"}
    return _concept(f"C{number:04}", title, english) | {"property": [template]}


def _value_set(table: Table, date: str) -> dict[str, Any]:
    include = {"system": system_of(table), "version": version_of(table)}
    return _head("ValueSet", table["id"], value_set_of(table), date) | {
        "version": version_of(table),
        "name": table["name"],
        "title": table["title"],
        "status": "active",
        "experimental": False,
        "date": date,
        "compose": {"include": [include]},
    }


def _concept_map(map: Table, table: Table, date: str) -> dict[str, Any]:
    systems = {map["system"]: map["map"]} | map.get("others", {})
    owned = {"copyright": map["copyright"]} if "copyright" in map else {}
    target = {"targetCanonical": map["value_set"]} if "value_set" in map else {}
    groups = [_group(table, system, codes) for system, codes in systems.items()]
    head = _map_head(map, table, date, f"{table['name']}ToFHIR")
    return head | owned | _ends(table, target) | {"group": groups}


def _successors(map: Table, table: Table, date: str) -> dict[str, Any]:
    """From withdrawn codes to those that took their place; where that is one of several, the map says so."""
    group = {"source": system_of(table), "sourceVersion": version_of(table), "target": system_of(table)}
    group |= {"targetVersion": version_of(table)}
    elements = [{"code": code, "target": _after(codes)} for code, codes in table["successors"].items()]
    target = {"targetCanonical": value_set_of(table)}
    head = _map_head(map, table, date, f"{table['name']}ToSuccessor")
    return head | _ends(table, target) | {"group": [group | {"element": elements}]}


def _after(codes: list[str]) -> list[dict[str, Any]]:
    if len(codes) == 1:
        return [{"code": codes[0], "equivalence": "equivalent"}]
    told = {"equivalence": "inexact", "comment": "one of several that took its place"}
    return [{"code": code} | told for code in codes]


def _map_head(map: Table, table: Table, date: str, name: str) -> dict[str, Any]:
    return _head("ConceptMap", map["id"], f"urn:furong:map:{map['id']}", date) | {
        "version": version_of(table),
        "name": name,
        "status": "active",
        "experimental": False,
        "date": date,
    }


def _ends(table: Table, target: dict[str, Any]) -> dict[str, Any]:
    return {"sourceCanonical": value_set_of(table)} | target


def _group(table: Table, target: str, codes: Table) -> dict[str, Any]:
    elements = [{"code": code, "target": [_target(*mapped)]} for code, mapped in codes.items()]
    return {
        "source": system_of(table),
        "sourceVersion": version_of(table),
        "target": target,
        "element": elements,
    }


def _target(code: str, equivalence: str, display: str | None = None) -> dict[str, Any]:
    return {"code": code, **({"display": display} if display else {}), "equivalence": equivalence}
