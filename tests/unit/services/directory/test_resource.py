"""Resources: what a line of each type says becomes valid FHIR, and said again changes nothing."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.csv_file import Row
from fhir.validation import errors
from services.directory.columns import COLUMNS, OF_TYPE, REFERENCES, TYPES, referred
from services.directory.element import LICENCE
from services.directory.entry import Entry, read
from services.directory.resource import resource_of

EXAMPLES = sorted((Path(__file__).parents[4] / "docs" / "directory").glob("*.csv"))
ENGLISH = {chinese: each for each, chinese in COLUMNS.items()}


def entry(**cells: str) -> Entry:
    found = read(Row(2, cells), {})
    assert found.faults == []
    assert found.entry is not None
    return found.entry


def made(one: Entry, before: dict[str, Any] | None = None) -> dict[str, Any]:
    references = {column: f"{number[0]}/x" for column, number in one.names.items()}
    return resource_of(one, "x", before, references)


def lines() -> list[dict[str, str]]:
    found = []
    for file in EXAMPLES:
        with file.open(newline="", encoding="utf-8") as opened:
            found += [{ENGLISH.get(k, k): v for k, v in row.items()} for row in csv.DictReader(opened)]
    return found


def test_there_is_an_example_of_each_type() -> None:
    assert {entry(**line).type for line in lines()} == set(TYPES)


@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line['type']} {line.get('number', '')}")
def test_examples_are_valid_fhir_and_said_again_change_nothing(line: dict[str, str]) -> None:
    one = entry(**line)
    resource = made(one)
    assert errors(resource) == []
    assert made(one, resource) == resource


@given(st.data())
def test_any_columns_of_an_example_said_again_change_nothing(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(lines()))
    one = entry(**line)
    kept = data.draw(st.sets(st.sampled_from(sorted(set(line) - {"type", "number", "name"})), max_size=4))
    needed = {
        "type",
        "number",
        "name",
        "kind",
        "address",
        "organization",
        "practitioner",
        "licence",
        "latitude",
    }
    needed |= {"longitude"}
    part = {column: cell for column, cell in line.items() if column in kept | needed}
    whole = made(one)
    assert made(entry(**part), whole) == whole


def test_every_column_belongs_to_a_type_and_names_one_that_there_is() -> None:
    assert set().union(*OF_TYPE.values()) == COLUMNS.keys()
    assert {referred("Location", column) for column in (*REFERENCES, "part_of")} <= set(TYPES)


LICENSED = {"type": "Practitioner", "number": "1", "name": "HTEST", "licence": "L12345", "ends": "2030-12-31"}


def qualification(end: str | None, number: str | None = None, text: str = "执业资格") -> dict[str, Any]:
    numbered = {"identifier": [{"system": LICENCE, "value": number}]} if number else {}
    return numbered | {"code": {"text": text}} | ({"period": {"end": end}} if end else {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [qualification("2030-12-31", "L12345")]),
        ([qualification("2025-12-31", "L12345")], [qualification("2030-12-31", "L12345")]),
        ([qualification("2025-12-31")], [qualification("2030-12-31", "L12345")]),
        (
            [qualification("2025-12-31", "L00001")],
            [qualification("2025-12-31", "L00001"), qualification("2030-12-31", "L12345")],
        ),
        (
            [qualification(None, text="HTEST degree")],
            [qualification(None, text="HTEST degree"), qualification("2030-12-31", "L12345")],
        ),
    ],
)
def test_the_licence_that_is_meant(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    stored = {"resourceType": "Practitioner", "id": "x"} | ({"qualification": before} if before else {})
    assert made(entry(**LICENSED), stored)["qualification"] == after


def test_of_compound_surnames_and_of_names_in_letters() -> None:
    for text, family in {
        "欧阳测试": "欧阳",
        "测试甲": "测",
        "欧阳": "欧",
        "HTEST Li": None,
        "阿卜杜拉·HTEST": None,
    }.items():
        (name,) = made(entry(type="Practitioner", number="1", name=text))["name"]
        assert (name["text"], name.get("family")) == (text, family)
