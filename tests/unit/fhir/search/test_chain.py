import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.chain import Chained
from fhir.search.condition import HasToken, Term
from fhir.search.registry import definitions

_NAMED = HasToken((Term("Patient.active|true"),))
_SUBJECT = definitions("Observation")["subject"]


class _Resolver:
    """Knows two Patients; Groups are not for the reader."""

    async def references(self, type: str, conditions: object, beside: object = None) -> list[str]:
        if type == "Group":
            raise Refusal(Fault.FORBIDDEN, "not for you")
        return ["Patient/1", "Patient/2"]


def chained(*types: str, named: bool) -> Chained:
    return Chained(_SUBJECT, tuple((type, _NAMED) for type in types), named)


def test_it_is_no_filter_before_it_is_resolved() -> None:
    with pytest.raises(TypeError):
        chained("Patient", named=True).filter(str, {})


async def test_a_type_that_is_not_open_is_refused_where_it_was_named() -> None:
    with pytest.raises(Refusal) as refused:
        await chained("Group", named=True).resolve(_Resolver())  # type: ignore[arg-type]
    assert refused.value.fault is Fault.FORBIDDEN
    with pytest.raises(Refusal):
        await chained("Group", named=False).resolve(_Resolver())  # type: ignore[arg-type]
