import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.result import MOST, Result


def take(name: str, value: str, modifier: str = "") -> Result:
    result = Result("Observation")
    result.take(name, modifier, value)
    return result


@pytest.mark.parametrize(
    ("value", "count"), [("0", 0), ("20", 20), ("1000", 1000), ("1001", MOST), ("9" * 18, MOST)]
)
def test_count_is_clipped(value: str, count: int) -> None:
    assert take("_count", value).count == count


@pytest.mark.parametrize("value", ["-1", "1.5", "x", "1e3", "٣", "9" * 19])
def test_count_is_a_number(value: str) -> None:
    with pytest.raises(Refusal) as refused:
        take("_count", value)
    assert refused.value.fault is Fault.PARAMETER


def test_elements_lose_repeats() -> None:
    assert take("_elements", "code, Observation.status,code,component.code").elements == (
        "code",
        "Observation.status",
        "component.code",
    )


def test_nothing_is_asked_for_at_first() -> None:
    result = Result("Observation")
    assert (result.count, result.sort, result.total, result.summary, result.elements) == (
        None,
        (),
        None,
        None,
        (),
    )


@pytest.mark.parametrize(("name", "value"), [("_total", "all"), ("_summary", "TRUE"), ("_elements", "a/b")])
def test_other_words_are_refused(name: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        take(name, value)
    assert refused.value.fault is Fault.PARAMETER


def test_result_parameters_have_no_modifiers() -> None:
    with pytest.raises(Refusal) as refused:
        take("_count", "1", "exact")
    assert refused.value.fault is Fault.UNSUPPORTED_PARAMETER


def test_contained_resources_are_not_searched() -> None:
    assert take("_contained", "false") == Result("Observation")
    with pytest.raises(Refusal):
        take("_contained", "both")
