from pathlib import Path

import pytest

from fhir.definitions import compile_search
from fhir.definitions.compile_search import (
    COMPARTMENTS,
    DATA,
    bundle,
    compartment,
    is_core,
    parameters,
    row,
    write,
)
from fhir.search.expression import ExpressionError

OFFICIAL = Path(__file__).parents[5] / "shared/data/fhir-r4"
needs_official = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="the official definitions are not at ../shared"
)


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
        f"{base}.{code}" for base, rows in table.items() for code, row in rows.items() if not row.get("paths")
    }
    assert lost == {"DomainResource._text", "Resource._content", "Resource._filter", "Resource._query"}


@needs_official
def test_a_parameter_that_finds_what_others_find_is_their_union() -> None:
    table = parameters(OFFICIAL)
    united = {
        f"{base}.{code}": row["union"]
        for base, rows in table.items()
        for code, row in rows.items()
        if "union" in row
    }
    assert set(united) == {
        f"Observation.combo-{each}"
        for each in (
            "code", "data-absent-reason", "value-concept", "value-quantity", "code-value-concept",
            "code-value-quantity",
        )
    }  # fmt: skip
    assert united["Observation.combo-code"] == ["code", "component-code"]


def test_targets_are_those_that_the_element_allows() -> None:
    definition = {
        "type": "reference",
        "expression": "AllergyIntolerance.patient",
        "target": ["Group", "Patient"],
    }
    assert row(definition, "AllergyIntolerance", lambda url: None)["target"] == ["Patient"]


def test_a_composite_takes_its_parts_from_their_definitions() -> None:
    parts = {
        "urn:code": {"type": "token", "expression": "x"},
        "urn:value": {"type": "quantity", "expression": "x"},
    }
    definition = {
        "type": "composite",
        "expression": "Observation.component",
        "component": [
            {"definition": "urn:code", "expression": "code"},
            {"definition": "urn:value", "expression": "value.as(Quantity)"},
        ],
    }
    compiled = row(definition, "Observation", parts.get)
    assert compiled["parts"] == ["token", "quantity"]
    assert compiled["paths"][0]["path"] == ["component*"]
    assert row(definition, "Observation", lambda url: None) == {"type": "composite", "parts": []}


def test_what_is_not_understood_is_an_error() -> None:
    with pytest.raises(ExpressionError):
        row({"type": "string", "expression": "Patient.name.first()"}, "Patient", lambda url: None)
