import pytest

from fhir.operations.operation import Level
from fhir.operations.registry import OPERATIONS, operation_or_404
from fhir.outcome import Fault, Refusal


def test_an_operation_is_found_where_it_is_offered_and_nowhere_else() -> None:
    assert operation_or_404("everything", "Patient", Level.INSTANCE).name == "everything"
    for name, type, level in (
        ("everything", "Observation", Level.INSTANCE),
        ("everything", None, Level.SYSTEM),
        ("nothing", "Patient", Level.TYPE),
    ):
        with pytest.raises(Refusal) as refused:
            operation_or_404(name, type, level)
        assert refused.value.fault is Fault.NOT_FOUND


def test_no_two_operations_of_one_name_meet_at_one_address() -> None:
    for one in OPERATIONS:
        for other in OPERATIONS:
            if one is not other and one.name == other.name:
                assert not (one.levels & other.levels and one.types & other.types)
