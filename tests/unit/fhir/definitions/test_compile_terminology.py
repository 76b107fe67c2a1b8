import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from fhir.definitions import compile_terminology
from fhir.definitions.chinese_tables import chinese_tables
from fhir.definitions.compile_terminology import DATA, compact, compiled, is_example, lines, owner_of

OFFICIAL = Path(__file__).parents[5] / "shared" / "data" / "fhir-r4"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


def content(name: str) -> bytes:
    data = (DATA / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official definitions lie in ../shared")
def test_the_committed_data_are_what_the_definitions_give() -> None:
    for name, resources in compiled(OFFICIAL):
        assert lines(resources) == content(name), f"run python -m {compile_terminology.__name__}"


def test_the_committed_chinese_tables_are_what_their_source_says() -> None:
    assert lines(chinese_tables()) == content("china.jsonl"), f"run python -m {compile_terminology.__name__}"


def test_all_of_it_is_at_most_2_mb() -> None:
    assert sum(file.stat().st_size for file in DATA.iterdir()) < 2 * 2**20


def value_set(**include: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "id": "x", "url": "http://a", "compose": {"include": [include]}}


@pytest.mark.parametrize(
    ("resource", "owner"),
    [
        (value_set(system=SNOMED, concept=[{"code": "1"}]), "SNOMED CT"),
        (value_set(system=LOINC, concept=[{"code": "1"}]), "LOINC"),
        (value_set(system=SNOMED, filter=[{"property": "concept", "op": "is-a", "value": "1"}]), None),
        (value_set(system="http://b", concept=[{"code": "1"}]), None),
        ({"resourceType": "CodeSystem", "url": SNOMED, "content": "not-present"}, None),
        ({"resourceType": "ConceptMap", "group": [{"source": "http://b", "target": SNOMED}]}, "SNOMED CT"),
    ],
)
def test_lists_of_owned_codes_are_left_out(resource: dict[str, Any], owner: str | None) -> None:
    assert owner_of(resource) == owner


def test_no_shipped_value_set_or_map_lists_owned_codes() -> None:
    for name in ("value_sets.jsonl.gz", "concept_maps.jsonl.gz", "code_systems.jsonl.gz"):
        for line in content(name).splitlines():
            assert owner_of(json.loads(line)) is None


def test_housekeeping_and_examples_are_left_out() -> None:
    kept = compact(value_set(system=SNOMED) | {"contact": [{}], "meta": {"profile": ["http://p"]}})
    assert list(kept)[:3] == ["resourceType", "id", "meta"]
    assert "contact" not in kept
    assert kept["meta"]["versionId"] == "1"
    assert is_example({"id": "example-hierarchical"})
    assert not is_example({"id": "examplescenario-actor-type"})
