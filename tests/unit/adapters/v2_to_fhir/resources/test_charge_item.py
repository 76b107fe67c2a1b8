"""Charges of FT1."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_a_payment_is_listed() -> None:
    made = converted(PID, "FT1|1|T1||20260105||PY|X^预交金", kind="DFT^P03")
    assert resources(made, "ChargeItem") == []
    assert "FT1[1]" in made.unmapped


def test_an_amount_that_is_no_number_is_listed() -> None:
    made = converted(PID, "FT1|1|T1||20260105||CG|X^检查|||两次", kind="DFT^P03")
    (found,) = resources(made, "ChargeItem")
    assert "quantity" not in found
    assert "FT1[1]-10" in made.unmapped
