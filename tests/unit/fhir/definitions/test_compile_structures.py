from pathlib import Path
from typing import Any

import pytest

from fhir.definitions import compile_structures
from fhir.definitions.compile_structures import compile_element, compile_structure, main

OFFICIAL = Path(__file__).parents[4].parent / "shared" / "data" / "fhir-r4"
BASE = "http://hl7.org/fhir/StructureDefinition/"


def definition(*elements: dict[str, Any], **members: Any) -> dict[str, Any]:
    root = {"path": "X", "min": 0, "max": "*", "base": {"path": "X"}}
    return {
        "type": "X",
        "kind": "resource",
        "abstract": False,
        "snapshot": {"element": [root, *elements]},
        **members,
    }


def element(path: str = "X.a", **members: Any) -> dict[str, Any]:
    usual = {"path": path, "min": 0, "max": "1", "base": {"path": path}, "type": [{"code": "string"}]}
    return usual | members


def test_what_is_usual_is_left_out() -> None:
    assert compile_element(element()) == {"path": "X.a", "types": ["string"]}


def test_what_is_not_usual_is_kept() -> None:
    compact = compile_element(
        element(
            min=1,
            max="*",
            isSummary=True,
            isModifier=True,
            binding={"strength": "required", "valueSet": "http://a/vs|4.0.1"},
        )
    )
    assert compact == {
        "path": "X.a",
        "min": 1,
        "max": "*",
        "types": ["string"],
        "binding": "http://a/vs",
        "summary": True,
        "modifier": True,
    }


@pytest.mark.parametrize("strength", ["extensible", "preferred", "example"])
def test_weaker_bindings_are_left_out(strength: str) -> None:
    assert "binding" not in compile_element(element(binding={"strength": strength, "valueSet": "http://a"}))


def test_reference_targets_are_sorted() -> None:
    types = [{"code": "Reference", "targetProfile": [BASE + "Patient", BASE + "Group"]}]
    assert compile_element(element(type=types))["types"] == [
        {"code": "Reference", "targets": ["Group", "Patient"]}
    ]


def test_a_reference_to_any_resource_has_no_targets() -> None:
    types = [{"code": "Reference", "targetProfile": [BASE + "Resource"]}]
    assert compile_element(element(type=types))["types"] == ["Reference"]


def test_a_canonical_target_is_no_reference_target() -> None:
    types = [{"code": "canonical", "targetProfile": [BASE + "ValueSet"]}]
    assert compile_element(element(type=types))["types"] == ["canonical"]


def test_fhirpath_strings_become_fhir_types() -> None:
    types = [{"code": "http://hl7.org/fhirpath/System.String"}]
    found = [
        compile_element(element(path, type=types))["types"]
        for path in ("Resource.id", "Extension.url", "Element.id")
    ]
    assert found == [["id"], ["uri"], ["string"]]


def test_content_references_lose_their_hash() -> None:
    assert compile_element(element(type=[], contentReference="#X.b")) == {"path": "X.a", "content": "X.b"}


def test_universal_constraints_stand_once() -> None:
    constraints = [
        {"key": key, "severity": "error", "human": "h"} for key in ("ele-1", "ext-1", "dom-3", "x-1")
    ]
    assert compile_element(element(constraint=constraints))["constraints"] == {"x-1": ["error", "h", ""]}
    assert "ext-1" in compile_element(element("Extension", constraint=constraints))["constraints"]
    assert "dom-3" in compile_element(element("DomainResource", constraint=constraints))["constraints"]


def test_inherited_elements_are_left_to_the_base() -> None:
    inherited = element("X.id", base={"path": "Resource.id"})
    compact = compile_structure(definition(inherited, element(), baseDefinition=BASE + "Resource"))
    assert compact == {
        "kind": "resource",
        "base": "Resource",
        "elements": [{"path": "X.a", "types": ["string"]}],
    }


def test_primitive_types_have_no_elements() -> None:
    assert compile_structure(definition(element("X.value"), kind="primitive-type")) == {
        "kind": "primitive-type"
    }


@pytest.mark.skipif(
    not OFFICIAL.is_dir(), reason="the official definitions are not at ../shared/data/fhir-r4"
)
def test_the_data_are_what_the_definitions_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = compile_structures.DATA
    monkeypatch.setattr(compile_structures, "DATA", tmp_path)
    main(OFFICIAL)
    for name in ("structures.json", "value_sets.json"):
        assert (tmp_path / name).read_bytes() == (shipped / name).read_bytes()
