import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.condition import pending
from fhir.search.types.token_sets import MOST_CODES, InValueSet, Related


class Terminology:
    async def codings(self, value_set: str) -> frozenset[tuple[str, str]]:
        return frozenset(("s", str(each)) for each in range(int(value_set)))

    async def related(self, system: str, code: str, *, above: bool) -> frozenset[tuple[str, str]]:
        return frozenset({(system, f"{code}{'+' if above else '-'}")})


async def test_codes_become_tokens() -> None:
    condition = InValueSet("code", (("T.code", None), ("T.status", "s"), ("T.other", "t")), ("2",))
    found = await condition.resolve(Terminology())  # type: ignore[arg-type]
    assert found.filter(str, {}) == {
        "tokens": {"$in": ["T.code|s|0", "T.code|s|1", "T.status|0", "T.status|1"]}
    }


async def test_a_code_is_above_and_below_itself() -> None:
    for above, other in ((True, "a+"), (False, "a-")):
        found = await Related((("T.code", None),), (("s", "a"),), above).resolve(Terminology())  # type: ignore[arg-type]
        assert found.filter(str, {}) == {"tokens": {"$in": ["T.code|s|a", f"T.code|s|{other}"]}}


async def test_too_many_codes_are_refused() -> None:
    condition = InValueSet("code", (("T.code", None),), (str(MOST_CODES + 1),))
    with pytest.raises(Refusal) as refused:
        await condition.resolve(Terminology())  # type: ignore[arg-type]
    assert refused.value.fault is Fault.TOO_COSTLY


def test_nothing_is_asked_of_the_database_before() -> None:
    for condition in (
        InValueSet("code", (("k", None),), ("1",)),
        Related((("k", None),), (("s", "c"),), above=True),
    ):
        assert pending(condition)
        with pytest.raises(TypeError):
            condition.filter(str, {})
