"""adapters.v2_to_fhir.parts: a list of several fields, and what is somebody else's behind it (line 42)."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.v2_to_fhir.parts import joined, of_source, split, with_part

RESOURCE = {"resourceType": "Patient", "identifier": [{"value": "A"}, {"value": "B"}, {"value": "Z"}]}
MEMORY = {"times": {"name": "1"}, "lists": {"identifier": [["PID-2", 1, "t1"], ["PID-3", 1, "t2"]]}}


def test_what_is_split_is_joined_again() -> None:
    parts, rest = split(RESOURCE["identifier"], MEMORY["lists"]["identifier"])  # type: ignore[arg-type, index]
    assert (parts, rest) == (
        {"PID-2": ("t1", [{"value": "A"}]), "PID-3": ("t2", [{"value": "B"}])},
        [{"value": "Z"}],
    )
    assert joined(parts, rest) == (RESOURCE["identifier"], MEMORY["lists"]["identifier"])  # type: ignore[index]


def test_a_part_comes_behind_the_fields_and_goes_without_a_trace() -> None:
    made, memory = with_part(RESOURCE, MEMORY, "identifier", "former", [{"value": "C"}])
    assert [one["value"] for one in made["identifier"]] == ["A", "B", "C", "Z"]
    assert memory["times"] == MEMORY["times"]
    assert with_part(made, memory, "identifier", "former", []) == (RESOURCE, MEMORY)
    assert with_part(made, memory, "identifier", "former", [{"value": "C"}]) == (made, memory)


def test_an_emptied_list_goes() -> None:
    made, memory = with_part({"resourceType": "Patient"}, {}, "identifier", "former", [{"value": "C"}])
    assert with_part(made, memory, "identifier", "former", []) == ({"resourceType": "Patient"}, {"lists": {}})


ORIGINS = st.builds(
    of_source, st.sampled_from(["PID-2", "PID-13", "PID-14", "former"]), st.sampled_from(["", "A", "B C"])
)
PARTS = st.dictionaries(ORIGINS, st.tuples(st.just("t"), st.lists(st.integers(0, 5), unique=True)))


@given(PARTS, st.lists(st.integers(0, 9), unique=True))
def test_every_part_comes_back_whole_whatever_it_shares_with_others(
    parts: dict[str, tuple[str, list[int]]], rest: list[int]
) -> None:
    whole, counts = joined(parts, rest)
    assert len(whole) == len(set(whole))
    found, others = split(whole, counts)
    assert found == parts
    assert others == [item for item in rest if not any(item in items for _, items in parts.values())]
    assert joined(found, others) == (whole, counts)
