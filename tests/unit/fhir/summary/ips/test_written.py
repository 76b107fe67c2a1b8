from fhir.summary.ips.written import day, flagged, source
from fhir.summary.moment import moment
from fhir.summary.source import Origin
from fhir.summary.wording import Wording


def test_a_day_is_as_precise_as_it_is_known() -> None:
    texts = ("2026", "2026-11", "2026-11-27", "2026-11-27T08:00:00+08:00", None)
    assert [day(moment(text)) for text in texts] == ["2026", "2026-11", "2026-11-27", "2026-11-27", ""]


def test_a_source_says_what_is_unknown() -> None:
    assert source(Origin(None, moment("2026"))).english == "source unknown 2026"
    assert source(Origin("医院", None)) == "医院"


def test_only_the_remarks_that_hold() -> None:
    made = flagged(
        Wording("甲", "one"), (Wording("乙", "two"), False), (Wording("丙", "three"), True), Wording("")
    )
    assert (made, made.english) == ("甲，丙", "one, three")
