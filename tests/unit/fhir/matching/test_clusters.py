from hypothesis import given
from hypothesis import strategies as st

from fhir.matching.clusters import Clusters
from fhir.matching.features import features
from tests.support.person import record

NUMBERS = ("", "510104195803129013", "510104195803129021")


def clusters(*numbers: str) -> Clusters:
    return Clusters([features(record(number=number) if number else record()) for number in numbers])


def test_a_chain_does_not_join_two_numbers() -> None:
    found = clusters(NUMBERS[1], "", NUMBERS[2])
    assert found.join(0, 1)
    assert not found.join(1, 2)
    assert found.groups() == [[0, 1], [2]]


def test_what_is_kept_apart_stays_apart_whatever_is_joined() -> None:
    found = clusters("", "", "", "")
    found.keep_apart(0, 1)
    assert found.join(1, 2)
    assert found.join(3, 0)
    assert not found.join(2, 3)
    assert sorted(map(sorted, found.groups())) == [[0, 3], [1, 2]]


@given(
    st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
)
def test_no_cluster_ever_has_two_numbers(numbers: list[str], links: list[tuple[int, int]]) -> None:
    found = clusters(*numbers)
    for one, other in links:
        if max(one, other) < len(numbers):
            joined = found.join(one, other)
            assert joined is (found.find(one) == found.find(other))
    for group in found.groups():
        assert len({numbers[at] for at in group} - {""}) <= 1
