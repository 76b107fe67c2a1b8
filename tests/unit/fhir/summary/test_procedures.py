from typing import Any

from fhir.resource import Resource
from fhir.summary.procedures import procedures
from tests.support.documents import file_of
from tests.support.people import JINJIANG, ago, concept, of, organizations, patient


def done(text: str, days: int, who: str = "p1", status: str = "completed", **more: Any) -> Resource:
    base = of(who) | {"resourceType": "Procedure", "status": status, "code": concept(text)}
    return base | {"performedDateTime": ago(days)} | more


def test_the_newest_first_and_the_same_from_two_sources_once() -> None:
    people = [*organizations(), patient(), patient("p2", JINJIANG)]
    file = file_of(
        *people, done("甲", 90), done("乙", 3, outcome=concept("成功")), done("乙", 3, "p2"), done("乙", 9)
    )
    lines = procedures(file)
    assert [(line.name, line.outcome, len(line.originals)) for line in lines] == [
        ("乙", "成功", 2), ("乙", "", 1), ("甲", "", 1),
    ]  # fmt: skip
    assert len(lines[0].origins) == 2


def test_what_was_not_done_is_not_shown() -> None:
    states = ("entered-in-error", "not-done", "preparation")
    assert procedures(file_of(patient(), *(done("甲", 3, status=each) for each in states))) == []
