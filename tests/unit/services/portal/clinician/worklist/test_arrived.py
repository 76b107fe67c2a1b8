"""What came since a doctor last looked."""

from datetime import timedelta
from typing import Any

from auth import moment
from fhir.resource import Resource
from fhir.store import Store
from fhir.summary.moment import CHENGDU
from services.portal.clinician.worklist.arrived import arrived
from services.portal.clinician.worklist.mine import Mine
from tests.support.people import HUAXI, NAMES, observation, organizations, patient
from tests.unit.fhir.summary.test_reading import context_of

MINE = Mine({"Patient/p1": "Patient/p1"})


def report(id: str, days: int, *results: str, **more: Any) -> Resource:
    day = (moment.now().astimezone(CHENGDU) - timedelta(days=days)).date().isoformat()
    return {
        "resourceType": "DiagnosticReport", "id": id, "status": "final", "code": {"text": f"报告{id}"},
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": day,
        "result": [{"reference": f"Observation/{each}"} for each in results],
    } | more  # fmt: skip


async def test_the_news_name_reports_houses_and_what_is_not_normal(store: Store) -> None:
    critical = observation("2823-3", "钾", "6.4", "mmol/L", 1, "3.5", "5.3") | {
        "id": "k", "interpretation": [{"coding": [{"code": "HH"}]}]
    }  # fmt: skip
    high = observation("14682-9", "肌酐", "119", "μmol/L", 1, "57", "97") | {"id": "c"}
    context = await context_of(
        store, *organizations(), patient(), critical, high, report("a", 1, "k", "c"), report("b", 3)
    )
    (line,) = await arrived(context, MINE, {}, moment.now())
    assert (line.patient, line.count, line.critical, line.notable) == ("Patient/p1", 2, 1, 1)
    assert [title for title, _ in line.reports] == ["报告a", "报告b"]
    assert line.reports[0][1].organization == NAMES[HUAXI]


async def test_what_was_seen_is_old_or_withdrawn_is_no_news(store: Store) -> None:
    old, wrong = report("a", 40), report("b", 1, status="entered-in-error")
    context = await context_of(store, *organizations(), patient(), old, wrong)
    assert await arrived(context, MINE, {}, moment.now()) == []
    seen = await context_of(store, report("c", 1))
    assert await arrived(seen, MINE, {"Patient/p1": moment.now()}, moment.now()) == []
    assert len(await arrived(seen, MINE, {"Patient/p1": moment.now() - timedelta(1)}, moment.now())) == 1


async def test_a_culture_is_new_when_it_is_issued_however_long_it_grew(store: Store) -> None:
    now = moment.now()
    positive = observation("543-9", "结核分枝杆菌培养", "1", "", 40) | {
        "id": "tb", "valueString": "阳性", "interpretation": [{"coding": [{"code": "AA"}]}]
    }  # fmt: skip
    issued = report("tb", 40, "tb", issued=now.isoformat(timespec="seconds"))
    resent = report("old", 41, issued=(now - timedelta(days=38)).isoformat(timespec="seconds"))
    context = await context_of(store, *organizations(), patient(), positive, issued, resent, report("b", 3))
    (line,) = await arrived(context, MINE, {}, now)
    assert (line.count, line.critical) == (2, 1)
    assert [title for title, _ in line.reports] == ["报告tb", "报告b"]


async def test_a_report_that_was_opened_is_seen_the_others_are_not(store: Store) -> None:
    context = await context_of(store, *organizations(), patient(), report("a", 1), report("b", 3))
    (line,) = await arrived(context, MINE, {"DiagnosticReport/a": moment.now()}, moment.now())
    assert [title for title, _ in line.reports] == ["报告b"]


async def test_nobodys_doctor_has_no_news(store: Store) -> None:
    assert await arrived(await context_of(store, patient()), Mine({}), {}, moment.now()) == []


async def test_a_limit_above_the_range_is_judged_as_the_summary_does(store: Store) -> None:
    low = observation("x-1", "肌钙蛋白", "10", "ng/L", 1, high="5") | {"id": "l"}
    low["valueQuantity"]["comparator"] = "<"
    context = await context_of(store, *organizations(), patient(), low, report("a", 1, "l"))
    (line,) = await arrived(context, MINE, {}, moment.now())
    assert (line.critical, line.notable) == (0, 0)
