"""adapters.v2_to_fhir.parts: a list of several fields, and what is somebody else's behind it (line 42)."""

from adapters.v2_to_fhir.parts import joined, split, with_part

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
