from pathlib import Path
from typing import Any

import pytest

from fhir.definitions import compile_search
from fhir.definitions.compile_search import (
    COMPARTMENTS,
    DATA,
    Structures,
    bundle,
    compartment,
    is_core,
    parameters,
    resolve,
    write,
)
from fhir.search.expression import parse

OFFICIAL = Path(__file__).parents[5] / "shared/data/fhir-r4"
needs_official = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="the official definitions are not at ../shared"
)


def elements(*rows: tuple[str, str, str]) -> Structures:
    structures = Structures.__new__(Structures)
    structures._systems = {"vs": "urn:system"}
    structures.elements = {
        path: {
            "path": path,
            "max": most,
            "type": [{"code": code} for code in codes.split()],
            "binding": {"strength": "required", "valueSet": "vs|4"},
        }
        for path, most, codes in rows
    }
    profiles = [f"http://hl7.org/fhir/StructureDefinition/{type}" for type in ("Patient", "Group")]
    structures.elements["T.who"] = {
        "path": "T.who",
        "max": "*",
        "type": [{"code": "Reference", "targetProfile": profiles}],
    }
    return structures


ROWS = elements(
    ("T.value[x]", "1", "dateTime Period"),
    ("T.item", "*", "BackboneElement"),
    ("T.item.code", "1", "code"),
    ("T.id", "1", "http://hl7.org/fhirpath/System.String"),
    ("T.name", "1", "HumanName"),
    ("HumanName.family", "1", "string"),
)


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        (
            "T.value",
            [{"path": ["valueDateTime"], "type": "dateTime"}, {"path": ["valuePeriod"], "type": "Period"}],
        ),
        ("(T.value as Period)", [{"path": ["valuePeriod"], "type": "Period"}]),
        ("T.item.code", [{"path": ["item*", "code"], "type": "code", "system": "urn:system"}]),
        (
            "T.who.where(resolve() is Patient)",
            [{"path": ["who*"], "type": "Reference", "resolves": "Patient", "target": ["Patient", "Group"]}],
        ),
        (
            "T.item.where(kind='x').code",
            [{"path": ["item*[kind=x]", "code"], "type": "code", "system": "urn:system"}],
        ),
        ("T.item[0].code", [{"path": ["item*#0", "code"], "type": "code", "system": "urn:system"}]),
        ("T.id", [{"path": ["id"], "type": "string"}]),
        ("name.family", [{"path": ["name", "family"], "type": "string"}]),
        (
            "T.value.exists() and T.value != false",
            [{"path": ["valueDateTime", "valuePeriod"], "type": "test"}],
        ),
        ("U.value", []),
        ("T", []),
        ("T.nothing", []),
    ],
)
def test_paths_name_the_json_members(expression: str, rows: list[dict[str, Any]]) -> None:
    assert [row for branch in parse(expression) for row in resolve(ROWS, "T", branch)] == rows


@needs_official
def test_the_core_has_1376_parameters() -> None:
    assert sum(map(is_core, bundle(OFFICIAL / "search-parameters.json.gz"))) == 1376


@needs_official
def test_the_committed_data_are_what_the_definitions_give(tmp_path: Path) -> None:
    write(tmp_path / "search_parameters.json", parameters(OFFICIAL))
    write(tmp_path / "compartments.json", {code: compartment(OFFICIAL, code) for code in COMPARTMENTS})
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (DATA / file.name).read_bytes(), (
            f"run python -m {compile_search.__name__}"
        )


@needs_official
def test_every_expression_of_the_core_reaches_an_element() -> None:
    table = parameters(OFFICIAL)
    lost = {
        f"{base}.{code}"
        for base, rows in table.items()
        for code, row in rows.items()
        if row["type"] != "composite" and not row.get("paths")
    }
    assert lost == {"DomainResource._text", "Resource._content", "Resource._filter", "Resource._query"}
