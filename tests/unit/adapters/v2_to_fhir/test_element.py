"""adapters.v2_to_fhir.element: one element, a part of one, or any of a choice."""

from typing import Any

from adapters.v2_to_fhir.element import delete, get, key, put, unset_choice


def test_a_part_is_read_set_and_deleted_with_its_emptied_parent() -> None:
    resource: dict[str, Any] = {"period": {"start": "2026"}}
    put(resource, "period.end", "2027")
    assert get(resource, "period.end") == "2027"
    delete(resource, "period.start")
    assert resource == {"period": {"end": "2027"}}
    delete(resource, "period.end")
    assert resource == {}
    assert get(resource, "period.end") is None


def test_a_choice_has_one_name_and_one_element() -> None:
    resource = {"valueString": "a", "_valueString": {}, "valueInteger": 1}
    assert key("valueString") == key("valueInteger") == "value[x]"
    unset_choice(resource, "valueInteger")
    assert resource == {"valueInteger": 1}
    delete(resource, "value[x]")
    assert resource == {}


def test_a_remembered_name_has_no_dot() -> None:
    assert key("hospitalization.dischargeDisposition") == "hospitalization/dischargeDisposition"
