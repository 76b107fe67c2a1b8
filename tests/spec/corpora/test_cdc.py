"""CDC's pairs (2.5.1, most ORU^R01): our FHIR is theirs by projection, but for listed differences."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from fhir.resource import parse, serialize
from fhir.validation import validate
from tests.spec.corpora.given import CDC, FOLDER, NEEDED, conversion, name, resources, unaccounted
from tests.spec.corpora.projection import TYPES, by_type, differences, professionals

pytestmark = NEEDED
PAIRS = [path for path in CDC if path.with_suffix(".fhir").exists()]
ACCEPTED: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "differences.yaml").read_text(encoding="utf-8")
)


@cache
def expected(path: Path) -> list[dict[str, Any]]:
    bundle = json.loads(path.with_suffix(".fhir").read_text(encoding="utf-8"), parse_float=str)
    return [entry["resource"] for entry in bundle.get("entry", ())]


@cache
def found(path: Path) -> list[tuple[int | None, str]]:
    """The differences of a pair: the accepted row, else none, and what differs."""
    ours = by_type(resources(conversion(path)[1]))
    return [(_accepted(*one), repr(one)) for one in differences(ours, by_type(expected(path)))]


def _accepted(element: str, ours: Any, theirs: Any) -> int | None:
    for number, row in enumerate(ACCEPTED):
        same = element == row["element"] and ours == row["ours"]
        if same and ("theirs" not in row or theirs == row["theirs"]):
            return number
    return None


def test_the_corpus_is_whole() -> None:
    assert (len(CDC), len(PAIRS)) == (225, 225)
    assert len(list((FOLDER / "cdc").rglob("*.fhir"))) == 226
    assert all(row["why"] and row["element"].split(".")[0] in TYPES for row in ACCEPTED)


@pytest.mark.parametrize("path", PAIRS or [None], ids=name)
def test_is_theirs(path: Path) -> None:
    assert [text for row, text in found(path) if row is None] == []


def test_every_accepted_difference_occurs_as_often_as_it_says() -> None:
    counts = Counter(row for path in PAIRS for row, _ in found(path))
    assert {number: row["times"] for number, row in enumerate(ACCEPTED)} == dict(counts)


@pytest.mark.parametrize("path", PAIRS or [None], ids=name)
def test_names_no_professional_that_they_do_not(path: Path) -> None:
    assert professionals(resources(conversion(path)[1])) <= professionals(expected(path))


@pytest.mark.parametrize("path", CDC or [None], ids=name)
def test_is_valid_and_whole(path: Path) -> None:
    message, made = conversion(path)
    for resource in resources(made):
        issues = validate(parse(serialize(resource)))
        assert [one for one in issues if one.severity in ("error", "fatal")] == []
    assert unaccounted(message, made) == []
