from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fhir.store.person_graph import PersonGraph


def number(id: str, *members: str, held: str = "") -> dict[str, Any]:
    return {"_id": id, "members": list(members), "held": held.split()}


def said(one: str, other: str) -> dict[str, Any]:
    return {"_id": f"{one} {other}", "link": True, "members": [one, other], "held": []}


def test_rows_connect_their_members() -> None:
    graph = PersonGraph([number("n", "a", "b"), said("b", "c")], [], [])
    assert graph.person("a") == graph.person("c") == {"a", "b", "c"}
    assert graph.person("x") == {"x"}


def test_numbers_are_those_of_the_person_and_those_it_is_held_for() -> None:
    rows = [number("n", "a"), said("a", "b")]
    graph = PersonGraph(rows, [number("m", held="b")], [])
    assert graph.numbers(["a"]) == {"n", "m"}
    assert not graph.may_join(["a", "x"])


def test_two_numbers_are_not_joined() -> None:
    graph = PersonGraph([number("n", "a"), number("m", "b")], [], [])
    assert graph.may_join(["a", "x"])
    assert not graph.may_join(["a", "b"])


def test_whom_somebody_keeps_apart_is_not_joined_through_others() -> None:
    graph = PersonGraph([said("a", "b"), said("c", "d")], [], [("a", "d")])
    assert graph.apart("b", "c")
    assert not graph.may_join(["b", "c"])
    graph.join("x", "b")
    assert not graph.may_join(["x", "c"])


pairs = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=12)


@given(pairs)
def test_it_does_not_matter_in_which_order_people_are_joined(joined: list[tuple[str, str]]) -> None:
    there, back = PersonGraph([], [], []), PersonGraph([said(*pair) for pair in reversed(joined)], [], [])
    for pair in joined:
        there.join(*pair)
    assert [there.person(each) for each in "abcdefg"] == [back.person(each) for each in "abcdefg"]


def test_who_is_held_for_a_number_is_not_linked_with_its_bearer_without_a_clerk() -> None:
    rows = [number("n", "bearer", held="lent"), said("lent", "third")]
    graph = PersonGraph(rows, [number("n", held="lent")], [])
    assert graph.may_join(["third", "bearer"])
    assert not graph.may_link(["third", "bearer"])
    assert graph.may_link(["third", "other"])
