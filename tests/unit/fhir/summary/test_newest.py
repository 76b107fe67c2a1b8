from datetime import UTC, datetime
from typing import Any

from fhir.resource import Resource, serialize
from fhir.store import Stored
from fhir.summary.file import health_file
from fhir.summary.newest import newest
from fhir.summary.results import results
from tests.support.people import TODAY, condition, five_diseases, observation, patient


def rows(*resources: Resource) -> list[Stored]:
    now = datetime.now(UTC)
    return [
        Stored(each["resourceType"], str(n), 1, now, "Patient/p1", body=serialize(each))
        for n, each in enumerate(resources)
    ]


def kept(*resources: Resource) -> list[str]:
    return [row.id for row in newest(rows(*resources))]


def reading(days: int, unit: str = "%", **more: Any) -> Resource:
    return observation("4548-4", "A1c", "7", unit, days, **more)


def test_the_newest_of_each_test_and_unit_and_all_other_types() -> None:
    others = [patient(), condition("x", "I10"), condition("x", "I10")]
    assert kept(*others, reading(9), reading(3), reading(5), reading(8, "mmol/mol")) == [
        "0",
        "1",
        "2",
        "4",
        "6",
    ]


def test_what_does_not_hold_or_says_nothing_replaces_nothing() -> None:
    silent = reading(1)
    del silent["valueQuantity"]
    assert kept(reading(1, status="entered-in-error"), reading(3), silent) == ["1", "2"]


def test_different_blood_groups_both_stay() -> None:
    def group(text: str, days: int) -> Resource:
        made = observation("883-9", "血型", "1", "", days) | {"valueCodeableConcept": {"text": text}}
        return {name: value for name, value in made.items() if name != "valueQuantity"}

    assert kept(group("A", 9), group("B", 3), group("A", 1)) == ["2", "1"]
    panels = [
        observation("34532-2", "血型检查", "1", "", days, component=[group(text, days)])
        for text, days in (("A", 9), ("B", 3))
    ]
    assert kept(*panels) == ["0", "1"]


def test_of_reports_those_that_conclude_something() -> None:
    silent: Resource = {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "血常规"}}
    coded = silent | {"conclusionCode": [{"text": "贫血"}]}
    assert kept(silent, silent | {"conclusion": "未见异常"}, coded) == ["1", "2"]


def test_the_latest_reading_of_every_series_is_what_it_was() -> None:
    whole = five_diseases()
    few = health_file([row.resource() for row in newest(rows(*whole.everything()))])
    latest = {(each.name, each.latest.value, each.latest.origin.when) for each in results(whole, TODAY)}
    assert {(each.name, each.latest.value, each.latest.origin.when) for each in results(few, TODAY)} == latest


def test_two_eyes_both_stay_and_of_one_minute_the_final_value_does() -> None:
    eyes = [reading(days, bodySite={"text": side}) for days, side in ((1, "左眼"), (2, "右眼"))]
    assert kept(*eyes) == ["0", "1"]
    early, final = reading(1, status="preliminary"), reading(1)
    assert (kept(early, final), kept(final, early)) == (["1"], ["0"])
