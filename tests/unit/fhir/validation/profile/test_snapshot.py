from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.validation.profile.snapshot import MOST, Node, laid_over, tree


def elements(*ids: str) -> list[dict[str, Any]]:
    """Elements by their ids: a slice has its name behind a colon."""
    listed = []
    for id in ids:
        path = ".".join(part.partition(":")[0] for part in id.split("."))
        last = id.rpartition(".")[2]
        named = {"sliceName": last.partition(":")[2]} if ":" in last else {}
        listed.append({"id": id, "path": path} | named)
    return listed


def shown(node: Node) -> Any:
    below = [shown(child) for child in node.children]
    slices = {one.slice_name: [shown(child) for child in one.children] for one in node.slices}
    return (node.name, below, slices)


def test_children_and_slices() -> None:
    root = tree(elements("A", "A.b", "A.b.c", "A.b:x", "A.b:x.c", "A.d"))
    assert shown(root) == ("A", [("b", [("c", [], {})], {"x": [("c", [], {})]}), ("d", [], {})], {})


def test_a_slice_of_a_slice() -> None:
    (b,) = tree(elements("A", "A.b", "A.b:x", "A.b:x/y")).children
    assert [one.slice_name for one in b.slices] == ["x"]
    assert [one.slice_name for one in b.slices[0].slices] == ["x/y"]


def test_what_a_differential_leaves_out() -> None:
    root = tree(elements("A", "A.b.c.d", "A.v[x]:vString", "A.extension:e"))
    assert shown(root.children[0]) == ("b", [("c", [("d", [], {})], {})], {})
    choice, extension = root.children[1:]
    assert (choice.choice, choice.name) == (True, "v")
    assert choice.definition["slicing"]["discriminator"] == [{"type": "type", "path": "$this"}]
    assert extension.definition["slicing"]["discriminator"] == [{"type": "value", "path": "url"}]


@pytest.mark.parametrize("ids", [(), ("A", "B"), ("A", "AB.c")])
def test_what_makes_no_tree(ids: tuple[str, ...]) -> None:
    with pytest.raises(Refusal):
        tree(elements(*ids))


def test_too_many_elements() -> None:
    with pytest.raises(Refusal):
        tree(elements("A", *(f"A.b{number}" for number in range(MOST))))


def test_a_differential_over_a_base() -> None:
    base = elements("A", "A.b", "A.b.c", "A.d")
    over = elements("A.b:x", "A.b:x.c", "A.d", "A.e")
    over[2]["min"] = 1
    laid = laid_over(base, over)
    assert [one["id"] for one in laid] == ["A", "A.b", "A.b.c", "A.b:x", "A.b:x.c", "A.d", "A.e"]
    assert laid[5]["min"] == 1
