from decimal import Decimal

import pytest

from fhir.resource import Literal
from fhir.summary.quantity import number_of, plain, quantity_text, unit_of


def test_digits_stay_as_they_came() -> None:
    assert quantity_text({"value": Decimal("120.50"), "unit": "mmHg"}) == "120.50 mmHg"
    assert plain(Decimal("0.00001")) == "0.00001"
    assert plain(Literal("1e3")) == "1e3"


def test_comparator_and_units_as_people_write_them() -> None:
    assert quantity_text({"comparator": "<", "value": 5, "code": "umol/L"}) == "< 5 μmol/L"
    assert unit_of({"unit": "mm[Hg]"}) == "mmHg"
    assert unit_of(None) == ""


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("ug", "μg", "μg"), ("ug/L", "μg/L", "μg/L"), ("ug/kg/min", "μg/kg/min", "μg/kg/min"),
        ("umol/L", "μmol/L", "μmol/L"), ("uL", "μL", "μL"), ("u[IU]/mL", "μIU/mL", "μIU/mL"),
        ("um", "μm", "μm"),
        ("10*9/L", "10⁹/L", "10⁹/L"), ("10^12/L", "10¹²/L", "10¹²/L"), ("10*3/uL", "10³/μL", "10³/μL"),
        ("[iU]", "IU", "IU"), ("[IU]", "IU", "IU"), ("m[IU]/L", "mIU/L", "mIU/L"),
        ("k[IU]/L", "kIU/L", "kIU/L"),
        ("Cel", "°C", "°C"), ("mm[Hg]", "mmHg", "mmHg"), ("cm[H2O]", "cmH₂O", "cmH₂O"),
        ("/min", "次/分", "/min"), ("{beats}/min", "次/分", "/min"), ("{score}", "", ""), ("{INR}", "", ""),
        ("kg/m2", "kg/m²", "kg/m²"), ("mL/min/{1.73_m2}", "mL/min/1.73m²", "mL/min/1.73m²"),
        ("mm3", "mm³", "mm³"),
        ("{copies}/mL", "copies/mL", "copies/mL"), ("/[HPF]", "/HPF", "/HPF"), ("/{HPF}", "/HPF", "/HPF"),
        ("mg/g{creat}", "mg/g", "mg/g"), ("%{activity}", "%", "%"), ("[pH]", "", ""), ("1", "", ""),
        ("u", "u", "u"), ("U/L", "U/L", "U/L"), ("unit", "unit", "unit"), ("μg", "μg", "μg"),
        ("片", "片", "片"), ("[tsp_us]", "[tsp_us]", "[tsp_us]"),
        ("ng/mL{FEU}", "ng/mL (FEU)", "ng/mL (FEU)"), ("{ug}", "ug", "ug"), ("mg{ug}", "mg (ug)", "mg (ug)"),
        ("mg{PE}", "mg (PE)", "mg (PE)"),
        ("支{300U}", "支 (300U)", "支 (300U)"), ("10*3{copies}/mL", "10³ (copies)/mL", "10³ (copies)/mL"),
        ("mL/min{1.73_m2}", "mL/min (1.73 m²)", "mL/min (1.73 m²)"),
    ],
)  # fmt: skip
def test_a_ucum_code_is_written_as_people_write_it(code: str, chinese: str, english: str) -> None:
    for element in ("unit", "code"):
        shown = unit_of({element: code})
        assert (shown, shown.english) == (chinese, english)


def test_what_is_no_number() -> None:
    assert number_of({"value": True}) is None
    assert number_of({"value": "5"}) is None
    assert quantity_text(None) == quantity_text({}) == ""
