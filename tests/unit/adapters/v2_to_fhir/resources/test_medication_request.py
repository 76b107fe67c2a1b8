"""adapters.v2_to_fhir.resources.medication_request: thin."""

from decimal import Decimal

import pytest

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_what_the_pharmacy_encoded_wins() -> None:
    made = converted("PID|||P1", "ORC|NW|R1", "RXO|A^甲", "RXE||B^乙|5|10|mg", kind="RDE^O11")
    (one,) = resources(made, "MedicationRequest")
    assert one["medicationCodeableConcept"]["text"] == "乙"
    dose = one["dosageInstruction"][0]["doseAndRate"][0]["doseRange"]
    assert (dose["low"]["value"], dose["high"]["value"]) == (Decimal(5), Decimal(10))


@pytest.mark.parametrize(
    ("control", "status"),
    [
        ("NW", "active"),
        ("DC", "stopped"),
        ("CA", "cancelled"),
        ("HD", "on-hold"),
        ("UC", "active"),
        ("??", "unknown"),
    ],
)
def test_status(control: str, status: str) -> None:
    made = converted("PID|||P1", f"ORC|{control}|R1", "RXO|A^甲|1", kind="OMP^O09")
    assert resources(made, "MedicationRequest")[0]["status"] == status


def test_orders_stay_apart() -> None:
    made = converted("PID|||P1", "ORC|NW|R1", "RXE||A^甲", "ORC|NW|R2", "RXE||A^甲", kind="RDE^O11")
    assert len({draft.id for draft in drafts(made, "MedicationRequest")}) == 2


def test_without_a_medication_it_is_listed() -> None:
    made = converted("PID|||P1", "ORC|NW|R1", "RXE||", kind="RDE^O11")
    assert {"ORC[1]", "RXE[1]"} <= set(made.unmapped)
    wrong = converted("PID|||P1", "ORC|NW|R1", "RXE||A^甲|x", kind="RDE^O11")
    assert "RXE[1]-3" in wrong.unmapped


def test_timing_and_route_beside_what_was_encoded() -> None:
    lines = (
        "ORC|NW|R1",
        "TQ1|1||QD",
        "RXO|A^甲|1",
        "RXR|IV^静脉",
        "RXE||A^甲|5",
        "TQ1|1||BID",
        "RXR|PO^口服",
    )
    made = converted("PID|||P1", *lines, kind="RDE^O11")
    (one,) = resources(made, "MedicationRequest")
    assert one["dosageInstruction"][0]["timing"]["code"]["text"] == "BID"
    assert one["dosageInstruction"][0]["route"]["text"] == "口服"
    assert {"TQ1[1]", "RXR[1]", "RXO[1]"} <= set(made.unmapped)
    assert "TQ1[2]" not in made.unmapped
