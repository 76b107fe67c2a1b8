import pytest

from fhir.outcome import Refusal
from fhir.search.listed import HeldBy, condition


def test_lists_by_id_or_reference() -> None:
    assert condition("Observation", "", "1,List/2") == HeldBy("Observation", ("List/1", "List/2"))
    assert condition("Observation", "", "") is None


@pytest.mark.parametrize(
    ("modifier", "value"), [("exact", "1"), ("", "$current-problems"), ("", "List/1/2"), ("", "a b")]
)
def test_what_is_no_list_is_refused(modifier: str, value: str) -> None:
    with pytest.raises(Refusal):
        condition("Observation", modifier, value)


class _Lists:
    async def members(self, list: str) -> list[str]:
        return {"List/1": ["Observation/a", "Patient/b"], "List/2": ["Observation/a", "Observation/c"]}[list]


async def test_only_members_of_the_type_that_is_searched() -> None:
    held = await HeldBy("Observation", ("List/1", "List/2")).resolve(_Lists())  # type: ignore[arg-type]
    assert held.filter(str, {}) == {"_id": {"$in": ["Observation/a", "Observation/c"]}}
