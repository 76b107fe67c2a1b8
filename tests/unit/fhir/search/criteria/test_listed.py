import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.criteria.listed import HeldBy, condition


class Members:
    async def members(self, list: str) -> tuple[str, ...]:
        return {"List/1": ("Flag/1", "Patient/1"), "List/2": ("Flag/1", "Flag/2")}.get(list, ())


async def test_what_is_of_the_type_is_found() -> None:
    found = condition("Flag", "", "1,List/2,3")
    assert found == HeldBy("Flag", ("List/1", "List/2", "List/3"))
    assert (await found.resolve(Members())).filter(str, {}) == {"_id": {"$in": ["Flag/1", "Flag/2"]}}  # type: ignore


def test_nothing_is_asked_without_a_list() -> None:
    assert condition("Flag", "", ",") is None


@pytest.mark.parametrize(
    ("modifier", "value", "fault"),
    [
        ("not", "1", Fault.UNSUPPORTED_PARAMETER),
        ("", "$current-problems", Fault.UNSUPPORTED_PARAMETER),
        ("", "a b", Fault.PARAMETER),
        ("", "Group/1", Fault.PARAMETER),
    ],
)
def test_what_is_no_list(modifier: str, value: str, fault: Fault) -> None:
    with pytest.raises(Refusal) as refused:
        condition("Flag", modifier, value)
    assert refused.value.fault is fault


def test_there_is_no_filter_before_it_is_resolved() -> None:
    with pytest.raises(TypeError):
        HeldBy("Flag", ("List/1",)).filter(str, {})
