"""adapters.v2_to_fhir.resources.service_request: only where an order is told of."""

import pytest

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


@pytest.mark.parametrize(
    ("orc", "obr", "count"),
    [
        ("ORC|RE", "OBR|1||F1|X|S", 0),
        ("ORC|RE||F1", "OBR|1||F1|X|S", 0),
        ("ORC|RE|A1", "OBR|1||F1|X|S", 1),
        ("ORC|RE||F1||CM", "OBR|1||F1|X|S", 1),
        ("ZZZ", "OBR|1||F1|X|S", 0),
        ("ZZZ", "OBR|1|A1|F1|X|S", 1),
        ("ZZZ", "OBR|1||F1|X|S|||||||||||D1^王", 1),
        ("ZZZ", "OBR|1||F1|X|S" + "|" * 24 + "P1^F0", 1),
    ],
)
def test_order_content(orc: str, obr: str, count: int) -> None:
    made = converted("PID|||P1", orc, obr, kind="ORU^R01")
    assert len(drafts(made, "ServiceRequest")) == count
    assert ("OBR[1]-5" in made.unmapped) == (count == 0)
    assert [len(draft.elements.get("basedOn", ())) for draft in drafts(made, "DiagnosticReport")] == [count]


@pytest.mark.parametrize(
    ("orc", "status"),
    [
        ("ORC|NW|A", "active"),
        ("ORC|CA|A", "revoked"),
        ("ORC|HD|A", "on-hold"),
        ("ORC|UC|A", "active"),
        ("ORC|UD|A", "active"),
        ("ORC|CA|A|||IP", "active"),
        ("ORC|OC|A", "revoked"),
        ("ORC|DC|A", "revoked"),
        ("ORC|OH|A", "on-hold"),
        ("ORC|RE|A", "unknown"),
        ("ORC|NW|A|||CM", "completed"),
        ("ORC|NW|A|||??", "active"),
    ],
)
def test_status(orc: str, status: str) -> None:
    (made,) = resources(converted("PID|||P1", orc, "OBR|1|||X", kind="ORM^O01"), "ServiceRequest")
    assert (made["status"], made["intent"]) == (status, "order")


def test_an_order_and_its_result_mean_the_same_request() -> None:
    order = converted("PID|||P1", "ORC|NW|A1", "OBR|1|A1||X", kind="ORM^O01")
    result = converted("PID|||P1", "ORC|RE|A1|F1", "OBR|1|A1|F1|X", kind="ORU^R01")
    assert drafts(order, "ServiceRequest")[0].id == drafts(result, "ServiceRequest")[0].id


def test_no_order_without_a_patient() -> None:
    made = converted("ORC|NW|A1", "OBR|1|A1||X", kind="ORM^O01")
    assert drafts(made, "ServiceRequest") == []
    assert {"ORC[1]", "OBR[1]"} <= set(made.unmapped)


def test_a_cancel_does_not_say_when_the_order_was_written() -> None:
    def written(orc: str) -> object:
        (made,) = resources(converted("PID|||P1", orc, "OBR|1|||X", kind="ORM^O01"), "ServiceRequest")
        return made.get("authoredOn")

    assert written("ORC|NW|A||||||| 20260105".replace(" ", "")) == "2026-01-05"
    assert written("ORC|OC|A|||||||20260106") is None


def test_timing() -> None:
    def requested(tq1: str) -> dict[str, object]:
        made = converted("PID|||P1", "ORC|NW|A", tq1, "OBR|1|||X", kind="OML^O21")
        (one,) = resources(made, "ServiceRequest")
        return {name: value for name, value in one.items() if name.startswith("occurrence")}

    assert requested("TQ1|1||||||20260105") == {"occurrenceDateTime": "2026-01-05"}
    period = {"start": "2026-01-05", "end": "2026-01-06"}
    assert requested("TQ1|1||||||20260105|20260106") == {"occurrencePeriod": period}
    (timing,) = requested("TQ1|1||BID||||20260105|20260106").values()
    assert timing["repeat"]["boundsPeriod"] == period  # type: ignore[index]
