"""A merge and what takes it back: together they change nothing."""

from hypothesis import given
from hypothesis import strategies as st

from fhir.patient_merge import merged, replaces, taken_back
from fhir.resource import Resource

identifiers = st.lists(
    st.builds(
        lambda value, use: {"system": "urn:x", "value": value} | ({"use": use} if use else {}),
        st.sampled_from("123"),
        st.sampled_from(("", "old", "usual")),
    ),
    max_size=3,
)


def patient(id: str, numbers: list[Resource], active: bool | None) -> Resource:
    told: Resource = {"resourceType": "Patient", "id": id}
    told |= {"identifier": numbers} if numbers else {}
    return told | ({} if active is None else {"active": active})


activity = st.sampled_from((None, True, False))


@given(identifiers, identifiers, activity, activity)
def test_taking_back_restores_both(
    mine: list[Resource], theirs: list[Resource], one: bool | None, other: bool | None
) -> None:
    loser, survivor = patient("l", mine, one), patient("s", theirs, other)
    replaced, remains = merged(loser, survivor)
    assert replaced["active"] is False
    assert replaces(remains, replaced)
    assert not replaces(replaced, remains)
    assert {each["value"] for each in mine} <= {each["value"] for each in remains.get("identifier", ())}
    assert taken_back(replaced, remains) == (loser, survivor)
