from typing import Any

from fhir.definitions.compile_value_sets import compile_value_sets, expand

TREE = {
    "resourceType": "CodeSystem",
    "url": "http://a/cs",
    "content": "complete",
    "concept": [{"code": "a", "concept": [{"code": "b"}]}, {"code": "c"}],
}


def value_set(*includes: dict[str, Any], **compose: Any) -> dict[str, Any]:
    return {
        "resourceType": "ValueSet",
        "url": "http://a/vs",
        "compose": {"include": list(includes), **compose},
    }


def test_a_whole_code_system_is_taken_with_its_children() -> None:
    assert expand(value_set({"system": "http://a/cs"}), {"http://a/cs": TREE}) == {
        "http://a/cs": ["a", "b", "c"]
    }


def test_listed_codes_need_no_code_system() -> None:
    include = {"system": "http://b", "concept": [{"code": "x"}, {"code": "y"}]}
    assert expand(value_set(include), {}) == {"http://b": ["x", "y"]}


def test_two_includes_of_one_system() -> None:
    includes = [{"system": "http://b", "concept": [{"code": code}]} for code in "xy"]
    assert expand(value_set(*includes), {}) == {"http://b": ["x", "y"]}


def test_what_cannot_be_enumerated() -> None:
    part = {**TREE, "content": "fragment"}
    assert expand(value_set({"system": "http://a/cs"}), {"http://a/cs": part}) is None
    assert expand(value_set({"system": "http://a/cs"}), {}) is None
    assert expand(value_set({"system": "http://a/cs", "filter": [{}]}), {"http://a/cs": TREE}) is None
    assert expand(value_set({"valueSet": ["http://b"]}), {}) is None
    assert expand(value_set({"system": "http://a/cs"}, exclude=[{}]), {"http://a/cs": TREE}) is None
    assert expand({"url": "http://a/vs"}, {}) is None


def test_only_the_wanted_and_enumerable_are_compiled() -> None:
    sources = [
        TREE,
        value_set({"system": "http://a/cs"}),
        {"resourceType": "ValueSet", "url": "http://a/other"},
    ]
    assert compile_value_sets(["http://a/vs", "http://a/other", "http://a/unknown"], sources) == {
        "http://a/vs": {"http://a/cs": ["a", "b", "c"]}
    }
