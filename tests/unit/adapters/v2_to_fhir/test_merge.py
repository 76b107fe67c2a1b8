"""adapters.v2_to_fhir.merge: newer sets, older fills gaps, null deletes, empty leaves."""

from itertools import permutations
from typing import Any

import pytest

from adapters.v2_to_fhir.draft import FIRST_HAND, SECOND_HAND, SHELL, Draft
from adapters.v2_to_fhir.merge import merge, stamp
from fhir.resource import Resource, serialize
from tests.unit.adapters.v2_to_fhir.given import time


def draft(type: str, hour: int | None, standing: int = FIRST_HAND, **elements: Any) -> Draft:
    made = Draft(type, "1", event_time=None if hour is None else time(hour), standing=standing)
    for element, value in elements.items():
        made.put(element.replace("__", "."), value)
    return made


def merged(*drafts: Draft) -> Resource:
    resource: Resource | None = None
    memory: dict[str, Any] = {}
    for one in drafts:
        resource, memory = merge(resource, memory, one)
    assert resource is not None
    return resource


def test_newer_sets_and_older_only_fills_gaps() -> None:
    newer = draft("Patient", 5, birthDate="1980-01-01")
    older = draft("Patient", 1, birthDate="1970-01-01", gender="male")
    assert merged(newer, older) == {
        "resourceType": "Patient",
        "id": "1",
        "birthDate": "1980-01-01",
        "gender": "male",
    }
    assert merged(older, newer)["birthDate"] == "1980-01-01"


def test_empty_leaves_and_null_deletes() -> None:
    first, empty, null = draft("Patient", 1, birthDate="1980-01-01"), draft("Patient", 2), draft("Patient", 3)
    null.nulls.add("birthDate")
    assert "birthDate" in merged(first, empty)
    assert "birthDate" not in merged(first, null)


def test_an_older_message_does_not_bring_back_what_was_deleted() -> None:
    null = draft("Patient", 3)
    null.nulls.add("birthDate")
    assert "birthDate" not in merged(null, draft("Patient", 1, birthDate="1980-01-01"))


def test_the_arguments_stay_as_they_are() -> None:
    resource, memory = merge(None, {}, draft("Encounter", 1, hospitalization__admitSource={"text": "a"}))
    before = serialize(resource), repr(memory)
    merge(resource, memory, draft("Encounter", 2, hospitalization__dischargeDisposition={"text": "b"}))
    assert (serialize(resource), repr(memory)) == before


def test_parts_of_an_element_have_times_of_their_own() -> None:
    discharge = draft("Encounter", 5, hospitalization__dischargeDisposition={"text": "home"})
    admission = draft("Encounter", 1, hospitalization__admitSource={"text": "emergency"})
    expected = {"dischargeDisposition": {"text": "home"}, "admitSource": {"text": "emergency"}}
    assert merged(discharge, admission)["hospitalization"] == expected


def test_the_last_part_takes_its_parent_along() -> None:
    null = draft("Encounter", 2)
    null.nulls.add("hospitalization.admitSource")
    assert "hospitalization" not in merged(
        draft("Encounter", 1, hospitalization__admitSource={"text": "x"}), null
    )


def test_a_choice_has_one_type() -> None:
    assert merged(draft("Patient", 1, deceasedBoolean=True), draft("Patient", 2, deceasedDateTime="2026"))[
        "deceasedDateTime"
    ]
    assert "deceasedBoolean" not in merged(
        draft("Patient", 1, deceasedBoolean=True), draft("Patient", 2, deceasedDateTime="2026")
    )


def test_an_extension_beside_a_code_goes_with_it() -> None:
    coded = draft("Patient", 1, gender="unknown", _gender={"extension": []})
    coded.elements["_gender"] = {"extension": [{"url": "u"}]}
    assert merged(coded)["_gender"] == {"extension": [{"url": "u"}]}
    assert "_gender" not in merged(coded, draft("Patient", 2, gender="male"))


def test_a_laboratory_message_never_overwrites_admission_data() -> None:
    admission = draft("Patient", 1, birthDate="1980-01-01")
    laboratory = draft("Patient", 9, SECOND_HAND, birthDate="1970-01-01", gender="male")
    for order in permutations((admission, laboratory)):
        assert merged(*order)["birthDate"] == "1980-01-01"
        assert merged(*order)["gender"] == "male"


def test_a_shell_only_fills_gaps() -> None:
    shells = [draft("Practitioner", 1, SHELL, name=[{"text": text}]) for text in ("first", "second")]
    assert merged(*shells)["name"] == [{"text": "first"}]
    assert stamp(shells[0]) == "0"


def test_defaults_give_way_to_anything_said() -> None:
    shell = draft("Encounter", 9, SECOND_HAND)
    shell.defaults["class"] = {"code": "UNK"}
    told = draft("Encounter", 1, SECOND_HAND)
    told.elements["class"] = {"code": "IMP"}
    assert merged(shell)["class"] == {"code": "UNK"}
    assert merged(shell, told)["class"] == {"code": "IMP"}
    assert merged(told, shell)["class"] == {"code": "IMP"}


def phones(hour: int, **fields: list[str]) -> Draft:
    made = draft("Patient", hour)
    for origin, values in fields.items():
        made.add("telecom", origin.replace("_", "-"), [{"value": value} for value in values])
    return made


def held(*drafts: Draft) -> list[str]:
    return [one["value"] for one in merged(*drafts).get("telecom", [])]


def test_a_repeating_field_replaces_its_own_part_of_a_list() -> None:
    first = phones(1, PID_13=["home", "mobile"], PID_14=["work"])
    assert held(first, phones(2, PID_13=["new"])) == ["new", "work"]
    assert held(first, phones(2, PID_13=[])) == ["work"]
    assert held(first, phones(2, PID_13=[], PID_14=[])) == []
    assert held(phones(2, PID_13=["new"]), first) == ["new", "work"]


def test_what_others_wrote_into_a_list_stays() -> None:
    resource, memory = merge(None, {}, phones(1, PID_13=["home"]))
    resource["telecom"].append({"value": "from the portal"})
    after, _ = merge(resource, memory, phones(2, PID_13=["new"]))
    assert [one["value"] for one in after["telecom"]] == ["new", "from the portal"]


def test_nothing_is_twice_in_a_list() -> None:
    assert held(phones(1, PID_13=["a"], PID_14=["a"])) == ["a"]
    assert held(phones(1, PID_13=["a"]), phones(2, PID_14=["a", "b"])) == ["a", "b"]


def result(hour: int, status: str, **elements: Any) -> Draft:
    return draft("Observation", hour, status=status, **elements)


@pytest.mark.parametrize("hour", [1, 9])
@pytest.mark.parametrize("late", ["preliminary", "registered"])
@pytest.mark.parametrize("verified", ["final", "corrected", "amended"])
def test_a_late_preliminary_result_is_refused(hour: int, late: str, verified: str) -> None:
    after = merged(
        result(5, verified, valueString="right"), result(hour, late, valueString="wrong", note=[{}])
    )
    assert after == {"resourceType": "Observation", "id": "1", "status": verified, "valueString": "right"}


def test_a_preliminary_result_becomes_final() -> None:
    assert merged(result(1, "preliminary", valueString="a"), result(2, "final", valueString="b")) == {
        "resourceType": "Observation",
        "id": "1",
        "status": "final",
        "valueString": "b",
    }


def test_a_final_result_after_a_correction_stays_corrected() -> None:
    assert merged(result(1, "corrected"), result(2, "final"))["status"] == "corrected"


def test_the_flag_of_an_old_value_does_not_stay_beside_a_new_one() -> None:
    high = result(
        1, "final", valueQuantity={"value": 12}, interpretation=[{"text": "H"}], referenceRange=[{}]
    )
    normal = result(2, "corrected", valueQuantity={"value": 5})
    for order in permutations((high, normal)):
        after = merged(*order)
        assert after["valueQuantity"] == {"value": 5}
        assert "interpretation" not in after
        assert "referenceRange" not in after


def test_another_type_of_value_replaces_the_first() -> None:
    after = merged(result(1, "final", valueQuantity={"value": 5}), result(2, "corrected", valueString="lost"))
    assert "valueQuantity" not in after
    assert after["valueString"] == "lost"


def test_a_result_taken_back_has_no_value() -> None:
    wrong = result(2, "entered-in-error")
    wrong.nulls.update(("value[x]", "interpretation", "referenceRange", "component", "dataAbsentReason"))
    after = merged(result(1, "final", valueString="a", interpretation=[{}]), wrong)
    assert after == {"resourceType": "Observation", "id": "1", "status": "entered-in-error"}
    assert merged(wrong, result(1, "final", valueString="a"))["status"] == "entered-in-error"
    assert "valueString" not in merged(wrong, result(1, "final", valueString="a"))


def report(hour: int, status: str, *results: str) -> Draft:
    made = draft("DiagnosticReport", hour, status=status)
    made.add("result", "OBX", [{"reference": one} for one in results])
    return made


def test_a_correction_of_one_result_does_not_drop_the_others() -> None:
    after = merged(report(1, "final", "O/1", "O/2", "O/3"), report(2, "corrected", "O/2"))
    assert [one["reference"] for one in after["result"]] == ["O/1", "O/2", "O/3"]
    assert after["status"] == "corrected"


def test_a_refused_report_may_still_tell_of_results() -> None:
    after = merged(report(1, "final", "O/1"), report(2, "preliminary", "O/2"))
    assert (after["status"], len(after["result"])) == ("final", 2)


def test_memory_holds_no_values() -> None:
    made = phones(1, PID_13=["13800000001"])
    made.put("name", [{"text": "张三"}])
    made.put("birthDate", "1980-01-01")
    _, memory = merge(None, {}, made)
    assert not {"13800000001", "张三", "1980"} & set(repr(memory).replace("'", " ").split())
    assert "13800000001" not in repr(memory)
    assert "张三" not in repr(memory)


def test_a_needed_element_that_is_deleted_goes_back_to_its_default() -> None:
    null = draft("Observation", 2, status="final")
    null.nulls.add("code")
    null.defaults["code"] = {"text": "-"}
    after = merged(draft("Observation", 1, code={"text": "a"}, valueString="b"), null)
    assert list(after) == ["resourceType", "id", "code", "valueString", "status"]
    assert after["code"] == {"text": "-"}


def kept(hour: int, source: str, standing: int = FIRST_HAND, **fields: list[str]) -> Draft:
    """The same as a source tells it."""
    made = phones(hour, **fields)
    made.source, made.standing = source, standing
    return made


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            [
                kept(1, "WA", PID_13=["1"], PID_14=["2"]),
                kept(2, "WB", PID_13=["3"]),
                kept(3, "WA", PID_13=["4"]),
            ],
            ["4", "3", "2"],
        ),
        (
            [
                kept(1, "WA", PID_13=["1", "2"]),
                kept(2, "WB", PID_13=["2", "3"]),
                kept(3, "WA", PID_13=["1"]),
            ],
            ["1", "2", "3"],
        ),
        ([kept(1, "WA", PID_13=["1"]), kept(2, "WB", PID_13=["1"]), kept(3, "WB", PID_13=[])], ["1"]),
        ([kept(1, "WA", PID_13=["1"]), kept(3, "LAB", SECOND_HAND, PID_13=["9"])], ["1"]),
        ([kept(1, "WA", PID_13=[]), kept(3, "LAB", SECOND_HAND, PID_13=["9"])], []),
        (
            [
                kept(1, "LAB", SECOND_HAND, PID_13=["8"]),
                kept(2, "PACS", SECOND_HAND, PID_13=["9"]),
                kept(3, "LAB", SHELL, PID_13=["7"]),
            ],
            ["9"],
        ),
    ],
)
def test_line_42_a_source_replaces_its_own_numbers_and_no_other_sources(
    told: list[Draft], expected: list[str]
) -> None:
    for order in permutations(told):
        assert [each["value"] for each in merged(*order).get("telecom", ())] == expected, order
        assert merged(*order, *order) == merged(*order)


def test_line_42_what_was_kept_before_sources_were_told_apart_gives_way_once() -> None:
    resource, memory = merge(None, {}, kept(1, "", PID_13=["1"]))
    for source, expected in (("WA", ["2"]), ("WB", ["2", "3"])):
        value = {"WA": "2", "WB": "3"}[source]
        resource, memory = merge(resource, memory, kept(2, source, PID_13=[value]))
        assert [each["value"] for each in resource["telecom"]] == expected
    older, _ = merge(*merge(None, {}, kept(5, "", PID_13=["1"])), kept(2, "WA", PID_13=["2"]))
    assert [each["value"] for each in older["telecom"]] == ["1"]


def test_line_38_of_two_messages_about_one_moment_the_one_that_was_sent_later_holds() -> None:
    first, second = draft("Procedure", 5, code={"text": "a"}), draft("Procedure", 5, code={"text": "b"})
    first.sent, second.sent = time(6), time(7)
    for order in ((first, second), (second, first), (first, second, first, second)):
        assert merged(*order)["code"] == {"text": "b"}
    moment_alone = draft("Procedure", 5, code={"text": "c"})  # as it was remembered before
    assert merged(moment_alone, first)["code"] == {"text": "a"}


@pytest.mark.parametrize("type", ["Observation", "DiagnosticReport"])
def test_a_state_that_is_only_derived_goes_on_and_never_back(type: str) -> None:
    """A report without OBR-25 has the state of its results, a result without OBX-11 that of its report."""
    stated = [draft(type, hour) for hour in (1, 2, 3)]
    for one, state in zip(stated, ("preliminary", "final", "unknown"), strict=True):
        one.defaults["status"] = state
    for order in permutations(stated):
        assert merged(*order)["status"] == "final"
    assert merged(*stated, draft(type, 1, status="corrected"))["status"] == "corrected"
    assert merged(draft(type, 1, status="entered-in-error"), *stated)["status"] == "entered-in-error"


def test_of_one_second_the_later_arrival_counts_whatever_is_processed_last() -> None:
    first, second = draft("Patient", 1, birthDate="1980-01-01"), draft("Patient", 1, birthDate="1980-01-02")
    first.arrived, second.arrived = "0A", "0B"
    for order in ([first, second], [second, first], [first, second, first]):
        assert merged(*order)["birthDate"] == "1980-01-02"


def test_a_media_type_that_is_presumed_is_better_than_none() -> None:
    named, unknown = draft("DocumentReference", 1), draft("DocumentReference", 2)
    named.defaults["content"] = [{"attachment": {"contentType": "text/plain"}}]
    unknown.defaults["content"] = [{"attachment": {"extension": []}}]
    told = draft("DocumentReference", 0, content=[{"attachment": {"url": "Binary/1"}}])
    for order in ([named, unknown], [unknown, named]):
        assert merged(*order)["content"] == named.defaults["content"]
        assert merged(*order, told)["content"] == told.elements["content"]
        assert merged(told, *order)["content"] == told.elements["content"]
