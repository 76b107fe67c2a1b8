from pathlib import Path

import pytest

from fhir.definitions import compile_operations
from fhir.definitions.operations import operation_definitions

OFFICIAL = Path(__file__).parents[4].parent / "shared" / "data" / "fhir-r4"
BASE = "http://hl7.org/fhir/OperationDefinition/"


def test_the_parameters_of_an_operation() -> None:
    everything = operation_definitions()[f"{BASE}Patient-everything"]
    assert (everything.code, everything.levels, everything.returns) == (
        "everything", {"type", "instance"}, "Bundle",
    )  # fmt: skip
    assert list(everything.inputs) == ["_count", "_since", "_type", "end", "start"]
    assert everything.inputs["_type"].repeats
    assert not everything.inputs["start"].repeats
    assert operation_definitions()[f"{BASE}Resource-meta-add"].inputs["meta"].min == 1


def test_what_can_stand_in_a_url() -> None:
    expand = operation_definitions()[f"{BASE}ValueSet-expand"].inputs
    assert expand["url"].primitive
    assert not expand["valueSet"].primitive
    assert not operation_definitions()[f"{BASE}ConceptMap-translate"].inputs["dependency"].primitive


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official definitions are not beside the checkout")
def test_the_same_definitions_give_the_same_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = (compile_operations.DATA / "operations.json").read_bytes()
    monkeypatch.setattr(compile_operations, "DATA", tmp_path)
    monkeypatch.setattr("sys.argv", ["compile_operations", str(OFFICIAL)])
    compile_operations.main()
    assert (tmp_path / "operations.json").read_bytes() == made
