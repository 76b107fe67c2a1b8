from typing import Any

from fhir.terminology.code_system import CodeSystem


def system(**more: Any) -> CodeSystem:
    concepts = [{"code": "A", "concept": [{"code": "B"}]}, {"code": "C", "property": []}]
    return CodeSystem({"url": "http://a.example/s", "content": "complete", "concept": concepts} | more)


def test_concepts_and_their_hierarchy() -> None:
    found = system()
    assert [each.code for each in found.listed()] == ["A", "B", "C"]
    assert list(found.hierarchy.above("B")) == ["A"]
    assert not system(hierarchyMeaning="part-of").hierarchy.above("B")


def test_case() -> None:
    assert system().find("a") is None
    folded = system(caseSensitive=False).find("a")
    assert folded is not None
    assert folded.code == "A"


def test_how_much_is_here() -> None:
    assert (system().complete, system(content="fragment").complete) == (True, False)
    assert not system(content="not-present").enumerable
