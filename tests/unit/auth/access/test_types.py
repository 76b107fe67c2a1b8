"""The written lists against the definitions of R4."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from auth.access.types import ACROSS_PERSONS, COMPARTMENT, CONTEXTUAL, DIRECTORY, KNOWN, REGIONAL

FOLDER = Path(__file__).parents[4] / "../shared/data/fhir-r4"
needs_shared = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs ../shared/data/fhir-r4")


def read(name: str) -> list[dict[str, Any]]:
    document = json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
    entries = document["entry"] if isinstance(document, dict) else document
    return [entry.get("resource", entry) for entry in entries]


def test_no_type_stands_in_two_lists() -> None:
    assert len(KNOWN) == sum(map(len, (COMPARTMENT, CONTEXTUAL, DIRECTORY, REGIONAL)))
    assert ACROSS_PERSONS < COMPARTMENT


@needs_shared
def test_the_compartment_is_that_of_the_definition() -> None:
    patient = next(one for one in read("compartment-definitions") if one["code"] == "Patient")
    assert {row["code"] for row in patient["resource"] if row.get("param")} == COMPARTMENT


@needs_shared
def test_every_type_of_r4_that_can_be_stored_is_in_a_list() -> None:
    types = {one["name"] for one in read("structure-definitions-resources") if one["kind"] == "resource"}
    assert types - KNOWN == {"Resource", "DomainResource", "Parameters", "OperationOutcome"} & types
    assert types > KNOWN
