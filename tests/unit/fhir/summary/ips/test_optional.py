from fhir.summary.ips.optional import alert_part, past_illness_part, plan_part
from fhir.summary.problems import problems
from tests.support.documents import file_of
from tests.support.people import TODAY, concept, condition, of, patient


def test_alerts_that_hold() -> None:
    flag = of() | {"resourceType": "Flag", "status": "active", "code": concept("跌倒风险")}
    file = file_of(patient(), flag, flag | {"id": "old", "status": "inactive"})
    assert [line.cells[0] for line in alert_part(file).lines] == ["跌倒风险"]


def test_what_is_over_is_past_illness() -> None:
    file = file_of(patient(), condition("肺炎", "J18", 900))
    assert [line.cells[0] for line in past_illness_part(problems(file, TODAY)).lines] == ["肺炎"]


def test_plans_that_are_carried_out() -> None:
    plan = of() | {"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "随访",
                   "period": {"start": "2026-01-01", "end": "2026-12-31"}}  # fmt: skip
    file = file_of(patient(), plan, plan | {"id": "b", "status": "revoked"})
    assert [line.cells for line in plan_part(file).lines] == [("随访", "", "2026-12-31")]
